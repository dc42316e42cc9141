//! People from a table, one a line, as Graph's users.
//!
//! Read are Entra's template for creating people in bulk, with its line `version:v1.0` and headings
//! such as `User name [userPrincipalName] Required`, and tables whose headings are names of Graph's
//! properties. Values may be in double quotes as in RFC 4180; commas, semicolons or tabs stand
//! between them, as spreadsheets of different languages write them.
//!
//! A table is made by hand, so everything that is wrong with it is told, with its line, and not only
//! the first thing. Nothing is passed over: a column that means nothing is a problem too.
//!
//! *Knows* the names of columns, and what may stand in them.
//! *Never* knows which people there are already, files, HTTP or storage.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value, json};

mod cell;
mod column;
mod lines;
#[cfg(test)]
mod tests;

use column::{Column, Heading};
use lines::{Line, Lines};

/// The most people of one table; Entra's number.
pub const MAX_PEOPLE: usize = 50_000;
/// The most problems that are told one by one.
pub const MAX_PROBLEMS: usize = 200;

/// What a table says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roster {
    /// The people of the lines without a problem, in the table's order.
    pub people: Vec<Person>,
    /// What is wrong, by lines. Whoever takes the people in spite of it leaves others out.
    pub problems: Vec<Problem>,
    /// How many problems there are beyond those.
    pub further_problems: usize,
}

/// A person of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The line on which the person begins, counted from 1.
    pub line: u64,
    /// The body of a `POST` to Graph's `/users`. Who is not said to be blocked can sign in, and the
    /// name for mail is the part of the sign-in name before the `@`, as in Entra. A password is one
    /// to be changed at the first sign-in.
    pub user: Map<String, Value>,
}

/// Something that is wrong with a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from 1.
    pub line: u64,
    /// The property of the column, or its heading; empty where a whole line is meant.
    pub column: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.column.is_empty() {
            write!(f, ", `{}`", self.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Reads a table.
pub fn read(text: &str) -> Roster {
    let mut reading = Reading::default();
    let mut lines = Lines::new(text);
    let first = lines.find(|line| !line.is_version());
    match first {
        Some(first) => {
            if let Some(columns) = reading.headings(&first) {
                lines.for_each(|line| reading.line(&columns, &line));
            }
        }
        None => reading.problem(1, "", "the table is empty; its first line names the columns"),
    }
    reading.roster
}

#[derive(Debug, Default)]
struct Reading {
    roster: Roster,
    /// The line of every name to sign in with, folded.
    names: BTreeMap<String, u64>,
    rows: usize,
}

impl Reading {
    fn problem(&mut self, line: u64, column: &str, message: impl Into<String>) {
        if self.roster.problems.len() == MAX_PROBLEMS {
            self.roster.further_problems += 1;
            return;
        }
        let (column, message) = (column.to_owned(), message.into());
        self.roster.problems.push(Problem { line, column, message });
    }

    /// The columns of the first line; `None` if people cannot be read from it.
    fn headings(&mut self, line: &Line) -> Option<Vec<Heading>> {
        let mut headings: Vec<Heading> = Vec::new();
        for cell in &line.cells {
            let heading = Heading::of(cell);
            match heading.column {
                Some(column) if headings.iter().any(|it| it.column == Some(column)) => {
                    self.problem(
                        line.number,
                        &heading.name,
                        "the column is there twice; remove one",
                    );
                }
                Some(_) => {}
                None if cell.trim().is_empty() => {
                    self.problem(line.number, "", "a column has no heading; name it or remove it");
                }
                None => {
                    let hint = column::nearest(&heading.name);
                    let hint = hint.map_or("remove it".to_owned(), |it| format!("maybe `{it}`?"));
                    let message = format!("the column has no meaning here; {hint}");
                    self.problem(line.number, &heading.name, message);
                }
            }
            headings.push(heading);
        }
        let missing: Vec<&str> = Column::REQUIRED
            .into_iter()
            .filter(|it| !headings.iter().any(|heading| heading.column == Some(*it)))
            .map(Column::property)
            .collect();
        for property in &missing {
            self.problem(line.number, property, "the column is missing, and every person needs it");
        }
        missing.is_empty().then_some(headings)
    }

    fn line(&mut self, headings: &[Heading], line: &Line) {
        if line.cells.iter().all(|it| it.trim().is_empty()) {
            return;
        }
        self.rows += 1;
        if self.rows == MAX_PEOPLE + 1 {
            let message =
                format!("the table has more than {MAX_PEOPLE} people; make several of it");
            self.problem(line.number, "", message);
        }
        if self.rows > MAX_PEOPLE {
            return;
        }
        let before = (self.roster.problems.len(), self.roster.further_problems);
        let user = self.user(headings, line);
        if before == (self.roster.problems.len(), self.roster.further_problems) {
            self.roster.people.push(Person { line: line.number, user });
        }
    }

    /// The user that a line is; problems are noted.
    fn user(&mut self, headings: &[Heading], line: &Line) -> Map<String, Value> {
        if line.is_open {
            let message = "a value has no closing double quote, so the lines after it belong to it";
            self.problem(line.number, "", message);
            return Map::new();
        }
        if line.cells.len() > headings.len() {
            let message = format!(
                "the line has {} values for {} columns; put values with a separator in double quotes",
                line.cells.len(),
                headings.len()
            );
            self.problem(line.number, "", message);
        }
        let mut user = Map::from_iter([("accountEnabled".to_owned(), json!(true))]);
        // A line may end before the last columns do.
        let cells = line.cells.iter().map(String::as_str).chain(std::iter::repeat(""));
        for (heading, cell) in headings.iter().zip(cells) {
            let Some(column) = heading.column else { continue };
            match cell::value(column, cell.trim()) {
                Ok(Some(value)) => drop(user.insert(column.property().to_owned(), value)),
                Ok(None) if Column::REQUIRED.contains(&column) => {
                    self.problem(line.number, column.property(), "every person needs a value");
                }
                Ok(None) => {}
                Err(message) => self.problem(line.number, column.property(), message),
            }
        }
        self.named(line, &mut user);
        user
    }

    /// Sees to it that nobody has the name of somebody else.
    fn named(&mut self, line: &Line, user: &mut Map<String, Value>) {
        let text = |property: &str| user.get(property).and_then(Value::as_str).unwrap_or_default();
        if text("displayName").starts_with("Example:") {
            let message = "this is the example of the template; remove the line";
            self.problem(line.number, "displayName", message);
        }
        let name = text("userPrincipalName");
        if name.is_empty() {
            return;
        }
        let nickname = name.split('@').next().unwrap_or_default().to_owned();
        let folded = name.to_lowercase();
        user.entry("mailNickname").or_insert(json!(nickname));
        if let Some(first) = self.names.get(&folded) {
            let message = format!("line {first} has the same name; one name is one person");
            self.problem(line.number, "userPrincipalName", message);
            return;
        }
        self.names.insert(folded, line.number);
    }
}
