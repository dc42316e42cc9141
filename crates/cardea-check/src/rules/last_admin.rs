//! Nobody can edit policies any more.

use cardea_policy::place::{Field, Object, Place, PolicyIndex};

use super::{Rule, stuck};
use crate::examine::Examination;
use crate::examine::admins::{self, Hinge, Standing};
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

/// How many memberships a message names.
const SHOWN: usize = 3;

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
    draft.who = Who { text: ADMINISTRATORS.to_owned(), people: admins, examples: Vec::new() };
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
    let needs: Vec<String> = hinge.needs.iter().map(admins::Need::text).collect();
    let message = if needs.is_empty() {
        let memberships = hinge.memberships.iter().take(SHOWN);
        let names: Vec<String> = memberships.map(|it| examination.membership(it)).collect();
        format!("an administrator can edit policies only as a member of {}", names.join(" or "))
    } else {
        format!("an administrator can edit policies only with {}", needs.join(" and "))
    };
    let mut draft = draft(examination, Severity::Doubt, &message, &hinge.unmet);
    ADMINISTRATORS.clone_into(&mut draft.who.text);
    draft.help = Some(
        "declare emergency accounts in cardea.toml under [breakglass]; one that works settles it"
            .to_owned(),
    );
    draft
        .notes
        .push("passes do not help: another administrator would have to issue them".to_owned());
    draft
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
