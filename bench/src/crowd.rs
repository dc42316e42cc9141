//! People drawn by lot, about 17 groups each: in memory, or as files of Graph.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::Path;

use cardea_policy::conditions::principal::{Guest, GuestKind};
use cardea_policy::id::RoleId;
use cardea_tenant::directory::{Directory, GroupIndex, Members, PersonRecord};

use crate::dice::Dice;
use crate::sketch::graph;
use crate::sketch::{ROLES, Sketch};

/// Every so manyth person is in the group that no policy hits.
const EXEMPT: usize = 2_000;
/// How many groups one file lists, as a page of Graph would.
const PAGE: usize = 100;

/// How people are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As Graph lists users, and groups with their members.
    Graph,
    /// As tables of people and groups, the compact form.
    Tables,
}

impl Form {
    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Graph => "graph",
            Self::Tables => "tables",
        }
    }
}

/// The people of a drawn tenant.
#[derive(Clone, Copy, Debug)]
pub struct Crowd<'a> {
    /// The tenant.
    pub sketch: &'a Sketch,
    /// How many people.
    pub count: usize,
}

/// One of them.
struct Person {
    number: usize,
    groups: Vec<usize>,
    role: Option<&'static str>,
    is_guest: bool,
}

impl Crowd<'_> {
    /// How many people no policy hits, besides the accounts for emergencies.
    pub fn exempt(self) -> usize {
        self.count.div_ceil(EXEMPT)
    }

    fn people(self) -> impl Iterator<Item = Person> {
        let (mut dice, sketch) = (Dice::new(7), self.sketch);
        (0..self.count).map(move |number| {
            let drawn = 10 + dice.below(16);
            let mut groups = dice.some(drawn, sketch.groups);
            if number.is_multiple_of(EXEMPT) {
                groups.push(sketch.exempt());
            }
            let role = match number {
                1 | 2 => {
                    groups.push(sketch.emergency());
                    Some(graph::role(0))
                }
                it if it % 500 == 3 => Some(graph::role(dice.below(ROLES))),
                _ => None,
            };
            Person { number, groups, role, is_guest: number % 20 == 5 }
        })
    }

    /// Puts the people into a directory that has the groups already.
    pub fn join(self, directory: &mut Directory) {
        for group in &mut directory.groups {
            group.members = Members::Known;
        }
        let place = |number: usize| {
            let id = graph::group(number);
            let at = directory.groups.iter().position(|it| it.id.as_str() == id);
            GroupIndex(u32::try_from(at.expect("every group was read")).expect("groups are few"))
        };
        let places: Vec<GroupIndex> = (0..=self.sketch.exempt()).map(place).collect();
        for person in self.people() {
            let groups: Vec<GroupIndex> = person.groups.iter().map(|it| places[*it]).collect();
            directory.add_person(PersonRecord {
                id: &graph::person(person.number),
                name: &name(person.number),
                groups: &groups,
                roles: person.role.map(RoleId::new).into_iter().collect(),
                guest: person.is_guest.then(|| Guest { kind: GuestKind::ALL[0], tenant: None }),
                registered: None,
            });
        }
    }

    /// Writes the people and the groups into a folder with the policies. Takes the place of the file
    /// that lists the groups without members.
    pub fn write(self, folder: &Path, form: Form) -> Result<()> {
        std::fs::remove_file(folder.join(graph::GROUPS))?;
        match form {
            Form::Graph => self.write_graph(folder),
            Form::Tables => self.write_tables(folder),
        }
    }

    fn write_graph(self, folder: &Path) -> Result<()> {
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); self.sketch.exempt() + 1];
        let mut users = List::create(&folder.join("users.json"))?;
        let mut roles = List::create(&folder.join("role-assignments.json"))?;
        for person in self.people() {
            let number = u32::try_from(person.number).expect("people are few");
            person.groups.iter().for_each(|group| members[*group].push(number));
            let (id, name) = (graph::person(person.number), name(person.number));
            let kind = if person.is_guest { "Guest" } else { "Member" };
            users.item(format_args!(
                r#"{{"id":"{id}","displayName":"{name}","userPrincipalName":"{name}","userType":"{kind}","accountEnabled":true}}"#
            ))?;
            if let Some(role) = person.role {
                roles.item(format_args!(
                    r#"{{"id":"{number}","principalId":"{id}","roleDefinitionId":"{role}","directoryScopeId":"/"}}"#
                ))?;
            }
        }
        users.close()?;
        roles.close()?;
        for (page, groups) in members.chunks(PAGE).enumerate() {
            let mut list = List::create(&folder.join(format!("groups-{page:02}.json")))?;
            for (at, members) in groups.iter().enumerate() {
                list.group(self.sketch, page * PAGE + at, members)?;
            }
            list.close()?;
        }
        Ok(())
    }

    fn write_tables(self, folder: &Path) -> Result<()> {
        let mut groups = BufWriter::new(File::create(folder.join("groups.csv"))?);
        writeln!(groups, "group,key,displayName")?;
        for number in 0..=self.sketch.exempt() {
            let (id, name) = (graph::group(number), self.sketch.group_name(number));
            writeln!(groups, "{id},{number},{name}")?;
        }
        groups.flush()?;
        let mut people = BufWriter::new(File::create(folder.join("people.csv"))?);
        writeln!(people, "person,userPrincipalName,userType,roles,groups")?;
        for person in self.people() {
            let (id, name) = (graph::person(person.number), name(person.number));
            let kind = if person.is_guest { "Guest" } else { "Member" };
            write!(people, "{id},{name},{kind},{},", person.role.unwrap_or_default())?;
            for (at, group) in person.groups.iter().enumerate() {
                write!(people, "{}{group}", if at == 0 { "" } else { ";" })?;
            }
            writeln!(people)?;
        }
        people.flush()
    }
}

fn name(number: usize) -> String {
    format!("person{number}@example.com")
}

/// A list of Graph in the making.
struct List {
    file: BufWriter<File>,
    is_empty: bool,
}

impl List {
    fn create(path: &Path) -> Result<Self> {
        let mut file = BufWriter::new(File::create(path)?);
        file.write_all(b"{\"value\":[")?;
        Ok(Self { file, is_empty: true })
    }

    fn next(&mut self) -> Result<()> {
        let between = if self.is_empty { "\n" } else { ",\n" };
        self.is_empty = false;
        self.file.write_all(between.as_bytes())
    }

    fn item(&mut self, item: std::fmt::Arguments<'_>) -> Result<()> {
        self.next()?;
        self.file.write_fmt(item)
    }

    fn group(&mut self, sketch: &Sketch, number: usize, members: &[u32]) -> Result<()> {
        let (id, name) = (graph::group(number), sketch.group_name(number));
        self.item(format_args!(
            r#"{{"id":"{id}","displayName":"{name}","securityEnabled":true,"mailEnabled":false,"groupTypes":[],"members":["#
        ))?;
        for (at, member) in members.iter().enumerate() {
            let id = graph::person(usize::try_from(*member).expect("people are few"));
            let between = if at == 0 { "" } else { "," };
            write!(
                self.file,
                r##"{between}{{"@odata.type":"#microsoft.graph.user","id":"{id}"}}"##
            )?;
        }
        self.file.write_all(b"]}")
    }

    fn close(mut self) -> Result<()> {
        self.file.write_all(b"\n]}\n")?;
        self.file.flush()
    }
}
