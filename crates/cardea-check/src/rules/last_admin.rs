//! Nobody can edit policies any more.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cardea_policy::place::{Field, Object, Place, PolicyIndex};

use super::{Rule, stuck};
use crate::examine::Examination;
use crate::examine::admins::{self, Hinge, Standing, Way};
use crate::finding::{Draft, Mark};
use crate::report::{Actor, Outcome, Question, Severity, Step, Who};

pub(super) const RULE: Rule = Rule {
    name: "last-admin",
    summary: "nobody is left who can change the policies",
    severity: Severity::Lockout,
    questions: &[Question::AnAdminCanAlwaysEdit],
    page: include_str!("../../rules/last-admin.md"),
    run,
};

/// How many ways a message names.
const SHOWN: usize = 2;

const ADMINISTRATORS: &str = "Global, Conditional Access and Security Administrators";

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    if admins::emergencies(examination).iter().any(|account| account.fault.is_none()) {
        return Vec::new();
    }
    match admins::standing(examination) {
        Standing::Holds => Vec::new(),
        Standing::Hinges(hinge) => vec![hinges(examination, &hinge)],
        Standing::Nobody { unmet, admins } => vec![nobody(examination, &unmet, admins)],
        Standing::Unstaffed => vec![unstaffed()],
    }
}

fn nobody(examination: &Examination<'_>, unmet: &[PolicyIndex], admins: Option<usize>) -> Draft {
    let text = "no administrator can open the admin portals or Microsoft Graph";
    let mut draft = draft(examination, Severity::Lockout, text, unmet);
    draft.who = Who { text: ADMINISTRATORS.to_owned(), people: admins, ..Who::default() };
    let policies = stuck::names(examination, unmet);
    let sees = if policies.is_empty() {
        "there is no way in".to_owned()
    } else {
        format!("{} keeps every one of them out", policies.join(", "))
    };
    draft.trace = vec![Step {
        actor: Actor::Person,
        device: "any device".to_owned(),
        does: "signs in as an administrator to change a policy".to_owned(),
        sees,
        policies,
        outcome: Outcome::Wall,
    }];
    draft.help = Some(
        "exclude two emergency accounts with security keys from the policy, and declare them in \
         cardea.toml under [breakglass]"
            .to_owned(),
    );
    draft
}

fn hinges(examination: &Examination<'_>, hinge: &Hinge) -> Draft {
    let ways: Vec<String> = hinge.ways.iter().map(|way| way_text(examination, way)).collect();
    let (shown, rest) = ways.split_at(ways.len().min(SHOWN));
    let mut message = format!("an administrator can edit policies only {}", shown.join(", or "));
    if !rest.is_empty() {
        let ways = if rest.len() == 1 { "another way" } else { "other ways" };
        let _ = write!(message, ", or in {ways}");
    }
    let mut draft = draft(examination, Severity::Doubt, &message, &hinge.unmet);
    ADMINISTRATORS.clone_into(&mut draft.who.text);
    draft.help = Some(
        "declare emergency accounts in cardea.toml under [breakglass]; one that works settles it"
            .to_owned(),
    );
    draft.notes.extend(rest.iter().map(|way| format!("the other way: {way}")));
    let needs = hinge.ways.iter().flat_map(|way| &way.needs);
    let notes: BTreeSet<&str> = needs.filter_map(admins::Need::note).collect();
    draft.notes.extend(notes.into_iter().map(str::to_owned));
    draft
        .notes
        .push("passes do not help: another administrator would have to issue them".to_owned());
    draft
}

/// "with a compliant computer", "as a member of group A, group B or 5 more".
fn way_text(examination: &Examination<'_>, way: &Way) -> String {
    let needs: Vec<&str> = way.needs.iter().map(admins::Need::text).collect();
    let needs =
        if needs.is_empty() { String::new() } else { format!("with {}", needs.join(" and ")) };
    if way.memberships.is_empty() {
        return needs;
    }
    let of = format!("as {}", stuck::named(examination, way.memberships.clone()).member());
    if needs.is_empty() { of } else { format!("{of} {needs}") }
}

fn unstaffed() -> Draft {
    Draft::new(
        RULE.name,
        Severity::Lockout,
        "nobody has a role that may change policies",
        Mark::new(Place { object: Object::Input, field: Field::Whole }, "role assignments"),
    )
}

fn draft(
    examination: &Examination<'_>,
    severity: Severity,
    message: &str,
    unmet: &[PolicyIndex],
) -> Draft {
    let marks: Vec<Mark> = unmet
        .iter()
        .flat_map(|policy| stuck::marks(examination, *policy, "covers administrators, too"))
        .collect();
    let whole = Place { object: Object::Input, field: Field::Whole };
    let first = marks.first().cloned().unwrap_or_else(|| Mark::new(whole, ""));
    let mut draft = Draft::new(RULE.name, severity, message, first);
    if !marks.is_empty() {
        draft.marks = marks;
    }
    draft
}
