//! Times how large exports are read: `cargo run --release -p cardea-graph --example reading`.
//!
//! Writes synthetic exports of one tenant to the temporary folder, in the forms that are read,
//! reads each in a process of its own, prints how long that took and how much memory it needed at
//! most, and removes them. `reading write FOLDER [PEOPLE]` only writes, `reading read PATH…` only
//! reads.
#![expect(clippy::print_stdout, reason = "printing is all it does")]
#![expect(clippy::disallowed_methods, reason = "timing is all it does")]

use std::env;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use cardea_graph::export::Reader;
use cardea_graph::lower::lower;

/// Groups of the tenant.
const GROUPS: u32 = 2000;

/// People of the tenant, unless another number is given.
const PEOPLE: u32 = 1_000_000;

/// Objects on a page of Graph.
const PAGE: u32 = 999;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 % u64::from(limit.max(1))).unwrap_or(0)
    }
}

/// The groups of each person, 17.5 on average.
fn memberships(people: u32) -> Vec<Vec<u32>> {
    let mut dice = Dice(7);
    let of_one = |dice: &mut Dice| {
        let count = 10 + dice.below(16);
        (0..count).map(|_| dice.below(GROUPS)).collect()
    };
    (0..people).map(|_| of_one(&mut dice)).collect()
}

fn user_id(number: u32) -> String {
    format!("{number:08x}-0000-4000-8000-000000000000")
}

fn group_id(number: u32) -> String {
    format!("{number:08x}-0000-4000-9000-000000000000")
}

/// As `GET /users` and `GET /groups?$expand=members` give it, all pages one after the other.
fn write_graph(folder: &Path, memberships: &[Vec<u32>]) -> io::Result<()> {
    const METADATA: &str = "https://graph.microsoft.com/v1.0/$metadata";
    let mut out = BufWriter::new(File::create(folder.join("users.json"))?);
    let people = u32::try_from(memberships.len()).unwrap_or(u32::MAX);
    write!(out, "[")?;
    for number in 0..people {
        if number % PAGE == 0 {
            let between = if number == 0 { "" } else { "]},\n" };
            write!(out, r#"{between}{{"@odata.context":"{METADATA}#users","value":["#)?;
        } else {
            write!(out, ",")?;
        }
        let id = user_id(number);
        write!(
            out,
            r#"{{"id":"{id}","displayName":"Person {number}","userPrincipalName":"person{number}@contoso.example","accountEnabled":true,"userType":"Member"}}"#
        )?;
    }
    write!(out, "]}}]")?;
    out.flush()?;
    let mut members = vec![Vec::new(); usize::try_from(GROUPS).unwrap_or(0)];
    for (person, groups) in (0_u32..).zip(memberships) {
        for group in groups {
            let members = usize::try_from(*group).ok().and_then(|group| members.get_mut(group));
            if let Some(members) = members {
                members.push(person);
            }
        }
    }
    let mut out = BufWriter::new(File::create(folder.join("groups.json"))?);
    write!(out, r#"{{"@odata.context":"{METADATA}#groups(members())","value":["#)?;
    for (number, members) in (0_u32..).zip(&members) {
        let (between, id) = (if number == 0 { "" } else { "," }, group_id(number));
        write!(
            out,
            r#"{between}{{"id":"{id}","displayName":"Group {number}","groupTypes":[],"securityEnabled":true,"members":["#
        )?;
        for (at, member) in members.iter().enumerate() {
            let (between, id) = (if at == 0 { "" } else { "," }, user_id(*member));
            write!(out, r##"{between}{{"@odata.type":"#microsoft.graph.user","id":"{id}"}}"##)?;
        }
        write!(out, "]}}")?;
    }
    write!(out, "]}}")?;
    out.flush()
}

/// As tables: one of people with their groups, one of groups with a short key each.
fn write_tables(folder: &Path, memberships: &[Vec<u32>], keys: Keys) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(folder.join("groups.csv"))?);
    writeln!(out, "group,key,displayName")?;
    for number in 0..GROUPS {
        writeln!(out, "{},{number},Group {number}", group_id(number))?;
    }
    out.flush()?;
    let mut out = BufWriter::new(File::create(folder.join("people.csv"))?);
    writeln!(out, "person,userPrincipalName,groups")?;
    for (number, groups) in (0_u32..).zip(memberships) {
        write!(out, "{},person{number}@contoso.example,", user_id(number))?;
        for (at, group) in groups.iter().enumerate() {
            let between = if at == 0 { "" } else { ";" };
            match keys {
                Keys::Short => write!(out, "{between}{group}")?,
                Keys::Ids => write!(out, "{between}{}", group_id(*group))?,
            }
        }
        writeln!(out)?;
    }
    out.flush()
}

/// How people's rows name groups.
#[derive(Clone, Copy)]
enum Keys {
    Short,
    Ids,
}

/// Writes all forms, each into a folder of its own, and returns the folders.
fn write(folder: &Path, people: u32) -> io::Result<Vec<PathBuf>> {
    let memberships = memberships(people);
    let forms = ["graph", "table", "table-with-ids"].map(|form| folder.join(form));
    for form in &forms {
        fs::create_dir_all(form)?;
    }
    let [graph, table, with_ids] = &forms;
    write_graph(graph, &memberships)?;
    write_tables(table, &memberships, Keys::Short)?;
    write_tables(with_ids, &memberships, Keys::Ids)?;
    Ok(forms.to_vec())
}

fn read(paths: &[PathBuf]) -> io::Result<()> {
    let start = Instant::now();
    let mut reader = Reader::default();
    let mut bytes = 0;
    for path in paths {
        let mut files = vec![path.clone()];
        if path.is_dir() {
            files = fs::read_dir(path)?.map(|it| Ok(it?.path())).collect::<io::Result<_>>()?;
            files.sort();
        }
        for path in files {
            bytes += fs::metadata(&path)?.len();
            reader.read(path.display().to_string(), File::open(&path)?)?;
        }
    }
    let read = start.elapsed().as_secs_f64();
    let lowered = lower(reader.finish());
    let all = start.elapsed().as_secs_f64();
    let directory = &lowered.tenant.directory;
    let memberships: usize = directory.people().map(|it| directory.direct_groups(it).len()).sum();
    println!(
        "{} people, {} groups, {memberships} memberships, {} problems",
        directory.len(),
        directory.groups.len(),
        lowered.problems.len()
    );
    for problem in &lowered.problems {
        println!("  {}: {}", problem.kind.name(), problem.message);
    }
    println!(
        "  {} MiB of files: {read:.2} s to read, {all:.2} s in all, {:.2} s on a processor; {} MiB, at most {} MiB",
        bytes >> 20,
        processor().unwrap_or(all),
        memory("VmRSS:"),
        memory("VmHWM:")
    );
    Ok(())
}

/// Seconds that this process has run on a processor, where the system says.
fn processor() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}

/// Memory of this process in MiB, where the system says.
fn memory(what: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<usize>().ok()).unwrap_or(0) / 1024
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["read", paths @ ..] => read(&paths.iter().map(PathBuf::from).collect::<Vec<_>>()),
        ["write", folder] => write(Path::new(folder), PEOPLE).map(drop),
        ["write", folder, people] => {
            let people = people.parse().map_err(io::Error::other)?;
            write(Path::new(folder), people).map(drop)
        }
        _ => {
            let folder = env::temp_dir().join(format!("cardea-reading-{}", std::process::id()));
            let written = write(&folder, PEOPLE);
            for form in written.as_deref().unwrap_or_default() {
                println!("{}", form.file_name().unwrap_or_default().display());
                Command::new(env::current_exe()?).arg("read").arg(form).status()?;
            }
            fs::remove_dir_all(&folder)?;
            written.map(drop)
        }
    }
}
