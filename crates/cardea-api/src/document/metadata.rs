//! The table of addresses as OData's metadata: CSDL 4.0 in XML.
//!
//! The container, the relations, the actions and the functions are made of the rows. Types are open:
//! an object keeps what is sent, also where it is not declared here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::route::{self, Method, Protocol};

mod types;

use types::{TYPES, Type, type_of};

/// The document.
pub(crate) static DOCUMENT: LazyLock<String> = LazyLock::new(|| Model::of_table().written());

/// A name of a path, with what is below it.
#[derive(Debug, Default)]
struct Model {
    /// What there is at the root, by name.
    roots: BTreeMap<&'static str, Kind>,
    /// The relations of types, by type and name.
    relations: BTreeMap<&'static str, BTreeMap<&'static str, (&'static str, Kind)>>,
    /// What can be done beyond reading and writing, by its name and what it is done to, with the
    /// argument that it takes.
    operations: BTreeSet<(&'static str, &'static str, Operation, Option<&'static str>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    One,
    Many,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Operation {
    Action,
    Function,
}

impl Model {
    fn of_table() -> Self {
        let mut model = Self::default();
        for route in route::all().iter().filter(|it| it.protocol() == Protocol::Graph) {
            model.add(route.shape, route.method);
        }
        model
    }

    fn add(&mut self, shape: &'static str, method: Method) {
        let parts: Vec<&'static str> = shape.split('/').filter(|it| *it != "$ref").collect();
        let mut owner = None;
        let mut end = 0;
        for (at, part) in parts.iter().enumerate() {
            end += part.len() + 1;
            if *part == "{}" {
                continue;
            }
            let path = shape.get(..end - 1).unwrap_or(shape);
            if is_operation(part) {
                let operation =
                    if method == Method::Get { Operation::Function } else { Operation::Action };
                let argument = parts.get(at + 1).and_then(|it| argument(it));
                self.operations.insert((part, owner.unwrap_or_default(), operation, argument));
                return;
            }
            let many = parts.get(at + 1) == Some(&"{}") || is_list(path);
            let kind = if many { Kind::Many } else { Kind::One };
            let of = type_of(path);
            match owner {
                None => {
                    self.roots.entry(part).and_modify(|it| *it = most(*it, kind)).or_insert(kind)
                }
                Some(owner) => {
                    let known = self.relations.entry(owner).or_default();
                    &mut known
                        .entry(part)
                        .and_modify(|(_, it)| *it = most(*it, kind))
                        .or_insert((of, kind))
                        .1
                }
            };
            owner = Some(of);
        }
    }

    fn written(&self) -> String {
        let mut text = String::from(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">\n\
             <edmx:DataServices>\n\
             <Schema Namespace=\"microsoft.graph\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\n",
        );
        for it in TYPES {
            self.write_type(it, &mut text);
        }
        for (name, owner, operation, argument) in &self.operations {
            let (element, returns) = match operation {
                Operation::Action => ("Action", "\n"),
                Operation::Function => ("Function", "\n  <ReturnType Type=\"Edm.Untyped\"/>\n"),
            };
            let argument = argument.map_or_else(String::new, |it| {
                format!("\n  <Parameter Name=\"{it}\" Type=\"Edm.Int32\"/>")
            });
            let _ = writeln!(
                text,
                "<{element} Name=\"{name}\" IsBound=\"true\">\n  \
                 <Parameter Name=\"bindingParameter\" Type=\"microsoft.graph.{owner}\"/>{argument}\
                 {returns}</{element}>",
            );
        }
        text.push_str("<EntityContainer Name=\"GraphService\">\n");
        for (name, kind) in &self.roots {
            let of = type_of(name);
            let _ = match kind {
                Kind::Many => writeln!(
                    text,
                    "  <EntitySet Name=\"{name}\" EntityType=\"microsoft.graph.{of}\"/>"
                ),
                Kind::One => {
                    writeln!(text, "  <Singleton Name=\"{name}\" Type=\"microsoft.graph.{of}\"/>")
                }
            };
        }
        text.push_str("</EntityContainer>\n</Schema>\n</edmx:DataServices>\n</edmx:Edmx>\n");
        text
    }

    fn write_type(&self, it: &Type, text: &mut String) {
        let _ = match it.base {
            Some(base) => write!(
                text,
                "<EntityType Name=\"{}\" BaseType=\"microsoft.graph.{base}\" OpenType=\"true\">",
                it.name
            ),
            None => write!(
                text,
                "<EntityType Name=\"{}\" Abstract=\"true\" OpenType=\"true\">\n  \
                 <Key><PropertyRef Name=\"id\"/></Key>\n  \
                 <Property Name=\"id\" Type=\"Edm.String\" Nullable=\"false\"/>",
                it.name
            ),
        };
        text.push('\n');
        for (name, of) in it.properties {
            let _ = writeln!(text, "  <Property Name=\"{name}\" Type=\"{of}\"/>");
        }
        for (name, (of, kind)) in self.relations.get(it.name).into_iter().flatten() {
            // Who is in a group is not there alone.
            let contained = if *of == "directoryObject" { "" } else { " ContainsTarget=\"true\"" };
            let of = match kind {
                Kind::One => format!("microsoft.graph.{of}"),
                Kind::Many => format!("Collection(microsoft.graph.{of})"),
            };
            let _ =
                writeln!(text, "  <NavigationProperty Name=\"{name}\" Type=\"{of}\"{contained}/>");
        }
        text.push_str("</EntityType>\n");
    }
}

/// What a path is that is a list in one row and the way to something else in another.
fn most(one: Kind, other: Kind) -> Kind {
    if one == Kind::Many || other == Kind::Many { Kind::Many } else { Kind::One }
}

/// The name of the argument that stands in parentheses.
fn argument(part: &'static str) -> Option<&'static str> {
    part.strip_prefix('(')?.strip_suffix(')')
}

/// Whether a name is something that is done.
fn is_operation(name: &str) -> bool {
    matches!(
        name,
        "addPassword"
            | "creationOptions"
            | "evaluate"
            | "removePassword"
            | "resetPassword"
            | "revokeSignInSessions"
            | "updateAllowedCombinations"
            | "usage"
    )
}

/// Whether the table answers a path with a list, also where nobody asks for one element.
fn is_list(path: &str) -> bool {
    let lists = route::all().iter().filter(|it| it.answers() == route::Answers::List);
    lists.filter(|it| it.protocol() == Protocol::Graph).any(|it| it.shape == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_path_is_in_the_document() {
        for route in route::all().iter().filter(|it| it.protocol() == Protocol::Graph) {
            for part in route.shape.split('/').filter(|it| !matches!(*it, "{}" | "$ref")) {
                let name = part.trim_start_matches('(').trim_end_matches(')');
                assert!(DOCUMENT.contains(&format!(" Name=\"{name}\"")), "{name}");
            }
        }
    }

    #[test]
    fn every_type_that_is_named_is_declared_once() {
        let names: Vec<&str> = TYPES.iter().map(|it| it.name).collect();
        let once: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(names.len(), once.len());
        for part in DOCUMENT.split("microsoft.graph.").skip(1) {
            let name = part.split(|it: char| !it.is_ascii_alphanumeric()).next().unwrap();
            assert!(
                once.contains(name) || part.starts_with("\" xmlns") || name.is_empty(),
                "{name}"
            );
        }
    }

    #[test]
    fn every_path_leads_to_a_type_that_says_what_it_is() {
        for end in ["(microsoft.graph.entity)", "Type=\"microsoft.graph.entity\"/>"] {
            assert!(!DOCUMENT.contains(end), "{}", *DOCUMENT);
        }
    }

    #[test]
    fn lists_are_sets_and_the_others_are_not() {
        for line in [
            "<EntitySet Name=\"users\" EntityType=\"microsoft.graph.user\"/>",
            "<Singleton Name=\"me\" Type=\"microsoft.graph.user\"/>",
            "<Singleton Name=\"identity\" Type=\"microsoft.graph.identityContainer\"/>",
            "<NavigationProperty Name=\"policies\" \
             Type=\"Collection(microsoft.graph.conditionalAccessPolicy)\" ContainsTarget=\"true\"/>",
            "<NavigationProperty Name=\"memberOf\" \
             Type=\"Collection(microsoft.graph.directoryObject)\"/>",
        ] {
            assert!(DOCUMENT.contains(line), "{line}\n{}", *DOCUMENT);
        }
    }
}
