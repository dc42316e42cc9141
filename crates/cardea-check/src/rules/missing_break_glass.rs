//! No account is left out of every policy, and none is declared for emergencies.

use cardea_policy::conditions::principal::{Include, Membership, Person, Principals};
use cardea_policy::place::{Field, Place, PolicyIndex};
use cardea_policy::policy_set::PolicySet;

use super::Rule;
use super::escape::nowhere;
use super::outside::{Demanding, administrator, declaration, member};
use super::stuck::{joined, names};
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::{Question, Severity, Who};

pub(super) const RULE: Rule = Rule {
    name: "missing-break-glass",
    summary: "no administrator is left out of every policy, and none is declared for emergencies",
    severity: Severity::Weakness,
    questions: &[Question::BreakGlassWorks],
    page: include_str!("../../rules/missing-break-glass.md"),
    run,
};

/// How many policies a finding points at, and how many may stand between an account and none.
const FEW: usize = 3;

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    if !examination.config.break_glass.is_empty() {
        return Vec::new();
    }
    let demanding = Demanding::of(examination);
    // Where somebody is left out, that is a finding of its own, and says how to declare it.
    if demanding.policies.is_empty() || somebody_is_outside(examination, &demanding) {
        return Vec::new();
    }
    vec![match closest(examination, &demanding) {
        Some(Account { membership, under, own: Own::Yes }) => {
            undeclared(examination, &membership, &under)
        }
        Some(Account { membership, under, own: Own::No }) => {
            forgotten(examination, &membership, &under)
        }
        None => missing(examination, &demanding),
    }]
}

/// Whether no policy that can apply demands anything of some administrator: of one whom no policy
/// names, or who has a single membership that policies leave out.
fn somebody_is_outside(examination: &Examination<'_>, demanding: &Demanding) -> bool {
    if !examination.tenant.directory.is_empty() {
        return examination.classes.list.iter().any(|it| !it.who.meets(&demanding.policies));
    }
    let free = |person: Person| demanding.on(examination, &administrator(person)).is_empty();
    let rows = examination.index().memberships().iter().filter(|row| !row.exclude.is_empty());
    free(Person::default()) || rows.into_iter().any(|row| free(member(row.membership.clone())))
}

/// An account that most policies leave out, and few do not.
struct Account {
    membership: Membership,
    /// The policies that demand something of it all the same.
    under: PolicySet,
    own: Own,
}

/// Whether all policies on an account name it: they are made for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Own {
    Yes,
    No,
}

/// The account that comes closest to being left out.
fn closest(examination: &Examination<'_>, demanding: &Demanding) -> Option<Account> {
    let accounts = examination.index().memberships().iter().filter_map(|row| {
        let membership = row.membership.clone();
        let is_account = matches!(membership, Membership::User(_) | Membership::Group(_));
        let person = member(membership.clone());
        // Members who are no administrators and are asked for nothing are a finding of their own.
        let left_out = demanding.leave_out(examination, &person)
            && !demanding.on(examination, &person).is_empty();
        let under = demanding.on(examination, &administrator(person));
        let own = if under.iter().all(|it| is_for(examination, it, &membership)) {
            Own::Yes
        } else {
            Own::No
        };
        let few = (1..=FEW).contains(&under.len());
        (is_account && left_out && few).then_some(Account { membership, under, own })
    });
    accounts.min_by_key(|account| (account.own, account.under.len()))
}

/// Whether a policy includes the account by name.
fn is_for(examination: &Examination<'_>, policy: PolicyIndex, membership: &Membership) -> bool {
    examination.policy(policy).is_some_and(|policy| match &policy.conditions.principals {
        Principals::Users(users) => match &users.include {
            Include::Only(people) => people.lists(membership),
            Include::Everyone | Include::Nobody => false,
        },
        Principals::Workloads(_) | Principals::Agents(_) => false,
    })
}

/// Nobody is left out, or nearly so.
fn missing(examination: &Examination<'_>, demanding: &Demanding) -> Draft {
    let broad = demanding.on(examination, &administrator(Person::default()));
    let marks = broad.iter().take(FEW).map(|policy| spares(examination, policy)).collect();
    let message = "no Global Administrator is left out of every policy, and no account is declared \
                   for emergencies";
    let help = "make two cloud-only accounts with security keys, exclude their group from every \
                policy, and declare it in cardea.toml: [breakglass] groups = [\"…\"]";
    let nobody = (String::new(), marks);
    draft(examination, RULE.severity, message.to_owned(), nobody, help.to_owned())
}

/// An account is left out of all but a few policies, which are not made for it.
fn forgotten(examination: &Examination<'_>, membership: &Membership, under: &PolicySet) -> Draft {
    let account = examination.membership(membership);
    let others = under.iter().filter(|policy| !is_for(examination, *policy, membership));
    let others: Vec<PolicyIndex> = others.collect();
    let own = if others.len() < under.len() { ", apart from its own" } else { "" };
    let but = joined(&names(examination, &others));
    let text = format!("does not leave out {account}");
    let mark = |at: &PolicyIndex| Mark::new(Place::policy(*at, Field::Users), text.clone());
    let message = format!("{account} is left out of every policy but {but}{own}");
    let declaration = declaration(std::slice::from_ref(membership));
    let help = format!(
        "if it is for emergencies, leave it out there as well, and declare it in cardea.toml: \
         {declaration}"
    );
    let marks = others.iter().map(mark).collect();
    draft(examination, RULE.severity, message, (account, marks), help)
}

/// A policy for everybody, which spares no account that others spare as well.
fn spares(examination: &Examination<'_>, policy: PolicyIndex) -> Mark {
    let nobody = examination.policy(policy).is_some_and(|it| match &it.conditions.principals {
        Principals::Users(users) => users.exclude.is_empty(),
        Principals::Workloads(_) | Principals::Agents(_) => false,
    });
    let text = if nobody {
        "leaves nobody out"
    } else {
        "leaves out only those who are under another policy"
    };
    Mark::new(Place::policy(policy, Field::Users), text)
}

/// An account with policies of its own, as Microsoft advises for emergency accounts.
fn undeclared(examination: &Examination<'_>, membership: &Membership, under: &PolicySet) -> Draft {
    let account = examination.membership(membership);
    let policies: Vec<PolicyIndex> = under.iter().collect();
    let own = joined(&names(examination, &policies));
    let message = format!("{account} is under {own} only, and is not declared for emergencies");
    let marks = policies.iter().map(|policy| {
        let field = match membership {
            Membership::User(_) => Field::IncludeUsers,
            Membership::Group(_) | Membership::Role(_) => Field::IncludeGroups,
        };
        let place = Place::policy(*policy, field);
        Mark::at(place, examination.element_of(place, membership), "made for it")
    });
    let declaration = declaration(std::slice::from_ref(membership));
    let help = format!("if it is for emergencies, say so in cardea.toml: {declaration}");
    draft(examination, Severity::Doubt, message, (account, marks.collect()), help)
}

fn draft(
    examination: &Examination<'_>,
    severity: Severity,
    message: String,
    (account, marks): (String, Vec<Mark>),
    help: String,
) -> Draft {
    let first = marks.first().cloned().unwrap_or_else(|| nowhere(examination));
    let mut draft = Draft::new(RULE.name, severity, message, first);
    if !marks.is_empty() {
        draft.marks = marks;
    }
    draft.who = Who { text: account, ..Who::default() };
    draft.help = Some(help);
    draft
}
