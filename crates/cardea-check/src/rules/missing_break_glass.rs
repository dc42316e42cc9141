//! No account is outside every policy, and none is declared for emergencies.

use cardea_policy::conditions::principal::{Membership, Person, Principals};
use cardea_policy::id::RoleId;
use cardea_policy::place::{Field, Object, Place, PolicyIndex};

use super::Rule;
use crate::examine::Examination;
use crate::examine::admins::GLOBAL_ADMINISTRATOR;
use crate::finding::{Draft, Mark};
use crate::report::{Question, Severity, Who};

pub(super) const RULE: Rule = Rule {
    name: "missing-break-glass",
    summary: "no account is outside every policy, and none is declared for emergencies",
    severity: Severity::Weakness,
    questions: &[Question::BreakGlassWorks],
    page: include_str!("../../rules/missing-break-glass.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let in_force = examination.index().enabled();
    if !examination.config.break_glass.is_empty() || in_force.is_empty() {
        return Vec::new();
    }
    let outside = Outside::of(examination);
    vec![if outside.is_empty() { missing(examination) } else { undeclared(examination, &outside) }]
}

/// Who is outside every policy that demands something.
struct Outside {
    memberships: Vec<Membership>,
    people: usize,
    examples: Vec<String>,
    nothing_demanded: NothingDemanded,
}

/// Whether there is no enabled policy that demands anything of people.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NothingDemanded {
    Yes,
    No,
}

impl Outside {
    fn of(examination: &Examination<'_>) -> Self {
        let nothing_demanded = if demanding(examination).next().is_none() {
            NothingDemanded::Yes
        } else {
            NothingDemanded::No
        };
        let mut outside =
            Self { memberships: Vec::new(), people: 0, examples: Vec::new(), nothing_demanded };
        let directory = &examination.tenant.directory;
        let index = examination.index();
        let free = |person: &Person| {
            let who = index.who(&index.member(person)).and(index.enabled());
            !who.meets(index.demanding())
        };
        if directory.is_empty() {
            let rows = index.memberships().iter().filter(|row| !row.exclude.is_empty());
            let helps = |membership: &&Membership| free(&administrator((*membership).clone()));
            let memberships = rows.map(|row| &row.membership).filter(helps);
            outside.memberships = memberships.cloned().collect();
        } else {
            for person in directory.people().filter(|it| free(&directory.person(*it))) {
                outside.people += 1;
                if outside.examples.len() < 3 {
                    outside.examples.push(directory.name(person).to_owned());
                }
            }
        }
        outside
    }

    fn is_empty(&self) -> bool {
        self.memberships.is_empty()
            && self.people == 0
            && self.nothing_demanded == NothingDemanded::No
    }
}

/// A Global Administrator, as emergency accounts are, with this membership.
fn administrator(membership: Membership) -> Person {
    let mut person = Person::default();
    person.roles.insert(RoleId::new(GLOBAL_ADMINISTRATOR));
    match membership {
        Membership::User(user) => person.user = Some(user),
        Membership::Group(group) => drop(person.groups.insert(group)),
        Membership::Role(role) => drop(person.roles.insert(role)),
    }
    person
}

/// Enabled policies that demand something of people.
fn demanding<'e>(examination: &'e Examination<'_>) -> impl Iterator<Item = PolicyIndex> + 'e {
    let index = examination.index();
    let set = index.enabled().and(index.demanding());
    let policies: Vec<PolicyIndex> = set.iter().collect();
    policies.into_iter().filter(|policy| {
        examination
            .policy(*policy)
            .is_some_and(|policy| matches!(policy.conditions.principals, Principals::Users(_)))
    })
}

fn missing(examination: &Examination<'_>) -> Draft {
    let everyone = examination.index().everyone();
    let text = "leaves no emergency account out";
    let marks: Vec<Mark> = demanding(examination)
        .filter(|policy| everyone.contains(*policy))
        .map(|policy| Mark::new(Place::policy(policy, Field::Users), text))
        .take(3)
        .collect();
    let input = Mark::new(Place { object: Object::Input, field: Field::Whole }, "");
    let first = marks.first().cloned().unwrap_or(input);
    let message = "every account is under some policy, and none is declared for emergencies";
    let mut draft = Draft::new(RULE.name, RULE.severity, message, first);
    if !marks.is_empty() {
        draft.marks = marks;
    }
    draft.help = Some(
        "make two cloud-only accounts with security keys, exclude their group from every policy, \
         and declare it in cardea.toml: [breakglass] groups = [\"…\"]"
            .to_owned(),
    );
    draft
}

fn undeclared(examination: &Examination<'_>, outside: &Outside) -> Draft {
    let names: Vec<String> =
        outside.memberships.iter().take(3).map(|it| examination.membership(it)).collect();
    let subject = if !names.is_empty() {
        format!("{} is outside every policy", names.join(" or "))
    } else if outside.people > 0 {
        let how_many = if outside.people == 1 { "1 account is" } else { "accounts are" };
        let count =
            if outside.people == 1 { String::new() } else { format!("{} ", outside.people) };
        format!("{count}{how_many} outside every policy")
    } else {
        "no policy demands anything".to_owned()
    };
    let input = Place { object: Object::Input, field: Field::Whole };
    let mark = excluding(examination, outside).unwrap_or_else(|| Mark::new(input, ""));
    let message = format!("{subject}, and no account is declared for emergencies");
    let mut draft = Draft::new(RULE.name, Severity::Doubt, message, mark);
    draft.who = Who {
        text: names.join(", "),
        people: (outside.people > 0).then_some(outside.people),
        examples: outside.examples.clone(),
    };
    draft.help = Some(declaration(outside));
    draft
}

/// A place where the first of them is excluded.
fn excluding(examination: &Examination<'_>, outside: &Outside) -> Option<Mark> {
    let membership = outside.memberships.first()?;
    let index = examination.index();
    let row = index.memberships().iter().find(|row| row.membership == *membership)?;
    let policy = row.exclude.and(index.enabled()).first()?;
    let field = match membership {
        Membership::User(_) => Field::ExcludeUsers,
        Membership::Group(_) => Field::ExcludeGroups,
        Membership::Role(_) => Field::ExcludeRoles,
    };
    Some(Mark::new(Place::policy(policy, field), "excluded here and everywhere else"))
}

fn declaration(outside: &Outside) -> String {
    let ids = |wanted: fn(&Membership) -> Option<String>| {
        let ids: Vec<String> = outside.memberships.iter().filter_map(wanted).take(3).collect();
        ids.join(", ")
    };
    let groups = ids(|membership| match membership {
        Membership::Group(group) => Some(format!("\"{group}\"")),
        Membership::User(_) | Membership::Role(_) => None,
    });
    let users = ids(|membership| match membership {
        Membership::User(user) => Some(format!("\"{user}\"")),
        Membership::Group(_) | Membership::Role(_) => None,
    });
    let setting = match (groups.as_str(), users.as_str()) {
        ("", "") => "users = [\"…\"]".to_owned(),
        ("", users) => format!("users = [{users}]"),
        (groups, _) => format!("groups = [{groups}]"),
    };
    format!("if it is for emergencies, say so in cardea.toml: [breakglass] {setting}")
}
