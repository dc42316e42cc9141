//! Laws that hold for every tenant and every sign-in.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::Principals;
use cardea_policy::conditions::target::BaselineScopes;
use cardea_policy::control::{Control, Grant, Operator};
use cardea_policy::evaluate::Principal;
use cardea_policy::id::{AppId, GroupId};
use cardea_policy::index::Index;
use cardea_policy::lattice::{Lanes, Lattice, Plain};
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::{ApprovedApplication, Policy, Settings};
use cardea_policy::satisfy::{Evidence, Strengths};
use cardea_policy::strength::{CertificateRule, Mode, PasskeyRule, Strength};
use proptest::prelude::*;

use crate::{direct, random, text};

fn index(lines: &[String], baseline: &str, approved: ApprovedApplication) -> Index {
    let baseline_scopes = match baseline {
        "legacy" => BaselineScopes::Legacy,
        "directory" => BaselineScopes::Directory,
        app => BaselineScopes::App(AppId::new(app)),
    };
    let settings = Settings { approved_application: approved, baseline_scopes };
    Index::new(lines.iter().map(|line| text::policy(line)).collect(), settings)
}

fn today(lines: &[String]) -> Index {
    index(lines, "directory", ApprovedApplication::Retired)
}

/// Evidence drawn by lot: each method and each control is held in the lanes of one word.
#[derive(Clone, Debug)]
struct Lots<L> {
    lattice: L,
    words: Vec<u64>,
    lane: u32,
}

/// Reads a word of lots as a truth value.
trait Read: Lattice {
    fn read(&self, word: u64, lane: u32) -> Self::Truth;
}

impl Read for Lanes {
    fn read(&self, word: u64, _: u32) -> u64 {
        word
    }
}

impl Read for Plain {
    fn read(&self, word: u64, lane: u32) -> bool {
        word >> lane & 1 == 1
    }
}

impl<L: Lattice> Lattice for Lots<L> {
    type Truth = L::Truth;

    fn top(&self) -> L::Truth {
        self.lattice.top()
    }
    fn bottom(&self) -> L::Truth {
        self.lattice.bottom()
    }
    fn meet(&self, left: &L::Truth, right: &L::Truth) -> L::Truth {
        self.lattice.meet(left, right)
    }
    fn join(&self, left: &L::Truth, right: &L::Truth) -> L::Truth {
        self.lattice.join(left, right)
    }
}

impl<L: Read> Lots<L> {
    fn lot(&self, at: usize) -> L::Truth {
        self.lattice.read(self.words[at], self.lane)
    }
}

const LOTS: usize = 24;

impl<L: Read> Evidence for Lots<L> {
    fn method(&self, mode: Mode) -> L::Truth {
        self.lot(Mode::ALL.iter().position(|it| *it == mode).unwrap())
    }
    fn passkey(&self, _: &PasskeyRule) -> L::Truth {
        self.method(Mode::Fido2)
    }
    fn certificate(&self, mode: Mode, _: &CertificateRule) -> L::Truth {
        self.method(mode)
    }
    fn control(&self, control: &Control) -> L::Truth {
        let names = ["compliantDevice", "domainJoinedDevice", "approvedApplication"];
        let more = ["compliantApplication", "termsOfUse"];
        let at = names.iter().chain(&more).position(|name| *name == control.name());
        self.lot(17 + at.unwrap_or(6))
    }
    fn unknown_strength(&self, _: &Strength) -> L::Truth {
        self.lot(22)
    }
}

fn words() -> impl Strategy<Value = Vec<u64>> {
    proptest::collection::vec(any::<u64>(), LOTS)
}

fn strengths() -> Strengths {
    Strengths::new(Strength::built_in().into())
}

/// Whether the evidence satisfies the grant.
fn met<E: Evidence>(strengths: &Strengths, evidence: &E, grant: &Grant) -> E::Truth {
    grant.met(evidence, |control| strengths.control(evidence, control))
}

/// Who gets in, by lane: nothing blocks and every demand is met.
fn granted(index: &Index, sign_in: &str, words: &[u64]) -> u64 {
    let decision = index.evaluate(&text::sign_in(sign_in)).decision;
    if decision.blocked_by(index).is_some() {
        return 0;
    }
    let lots = Lots { lattice: Lanes, words: words.to_vec(), lane: 0 };
    let strengths = strengths();
    Lanes.all(decision.demands(index).map(|(_, grant)| met(&strengths, &lots, grant)))
}

proptest! {
    #[test]
    fn the_index_agrees_with_the_conditions_of_each_policy(
        lines in random::policies(12), sign_in in random::sign_in(), baseline in random::baseline(),
    ) {
        let index = index(&lines, baseline, ApprovedApplication::Retired);
        let sign_in = text::sign_in(&sign_in);
        let expected = direct::evaluate(index.policies(), index.settings(), &sign_in);
        prop_assert_eq!(index.evaluate(&sign_in), expected);
    }

    #[test]
    fn another_enabled_policy_never_lets_anybody_in_who_was_out(
        lines in random::policies(6),
        conditions in random::conditions(),
        demand in random::demand(),
        sign_in in random::sign_in(),
        words in words(),
    ) {
        let before = granted(&today(&lines), &sign_in, &words);
        let mut more = lines;
        more.push(format!("{} grant={demand}", conditions.trim()));
        let after = granted(&today(&more), &sign_in, &words);
        prop_assert_eq!(after & !before, 0);
    }

    #[test]
    fn a_block_that_applies_lets_nobody_in(
        lines in random::policies(6), sign_in in random::sign_in(), words in words(),
    ) {
        let index = today(&lines);
        let decision = index.evaluate(&text::sign_in(&sign_in)).decision;
        let blocks = decision.applied.iter().any(|at| index.grant(at) == Some(&Grant::Block));
        prop_assert_eq!(decision.blocked_by(&index).is_some(), blocks);
        if blocks {
            prop_assert_eq!(granted(&index, &sign_in, &words), 0);
        }
    }

    #[test]
    fn policies_that_are_off_or_only_report_change_nothing(
        lines in random::policies(6),
        other in random::conditions(),
        state in proptest::sample::select(&["ReportOnly", "Disabled"][..]),
        sign_in in random::sign_in(),
        words in words(),
    ) {
        let before = granted(&today(&lines), &sign_in, &words);
        let mut more = lines;
        more.push(format!("state={state}{other} grant=block"));
        prop_assert_eq!(granted(&today(&more), &sign_in, &words), before);
    }

    #[test]
    fn the_order_of_policies_does_not_matter(
        (lines, order) in random::policies(8).prop_flat_map(|lines| {
            let order: Vec<usize> = (0..lines.len()).collect();
            (Just(lines), Just(order).prop_shuffle())
        }),
        sign_in in random::sign_in(),
        words in words(),
    ) {
        let shuffled: Vec<String> = order.iter().map(|at| lines[*at].clone()).collect();
        let (first, second) = (today(&lines), today(&shuffled));
        let asked = text::sign_in(&sign_in);
        let (one, other) = (first.evaluate(&asked), second.evaluate(&asked));
        let reasons: Vec<_> = order.iter().map(|at| one.reasons[*at]).collect();
        prop_assert_eq!(reasons, other.reasons);
        prop_assert_eq!(granted(&first, &sign_in, &words), granted(&second, &sign_in, &words));
    }

    #[test]
    fn whoever_is_excluded_is_out_of_the_policy_whatever_includes_them(
        conditions in random::conditions(), sign_in in random::sign_in(),
    ) {
        let mut policy: Policy = text::policy(conditions.trim());
        let mut asked = text::sign_in(&sign_in);
        let Principal::Person(person) = &mut asked.principal else { return Ok(()) };
        let exempt = GroupId::new("exempt");
        person.groups.insert(exempt.clone());
        let Principals::Users(users) =
            &mut policy.conditions.principals else { return Ok(()) };
        users.exclude.groups.insert(exempt);
        let index = Index::new(vec![policy], Settings::default());
        prop_assert!(index.evaluate(&asked).decision.applied.is_empty());
    }

    #[test]
    fn a_membership_that_no_policy_names_changes_nothing(
        lines in random::policies(6), sign_in in random::sign_in(),
    ) {
        let index = today(&lines);
        let before = text::sign_in(&sign_in);
        let mut after = before.clone();
        if let Principal::Person(person) = &mut after.principal {
            person.groups.insert(GroupId::new("chess club"));
        }
        prop_assert_eq!(index.evaluate(&before), index.evaluate(&after));
    }

    #[test]
    fn sixty_four_lanes_are_sixty_four_plain_evaluations(
        demand in random::demand(), words in words(),
    ) {
        let grant = text::grant(&demand);
        let strengths = strengths();
        let lanes = Lots { lattice: Lanes, words: words.clone(), lane: 0 };
        let together = met(&strengths, &lanes, &grant);
        for lane in 0..64 {
            let plain = Lots { lattice: Plain, words: words.clone(), lane };
            prop_assert_eq!(met(&strengths, &plain, &grant), together >> lane & 1 == 1);
        }
    }

    #[test]
    fn and_is_the_meet_of_its_controls_and_or_the_join(demand in random::demand(), words in words()) {
        let lots = Lots { lattice: Lanes, words, lane: 0 };
        let strengths = strengths();
        if let Grant::Require { controls, .. } = text::grant(&demand) {
            let each: Vec<u64> = controls.iter().map(|it| strengths.control(&lots, it)).collect();
            let of = |operator| {
                met(&strengths, &lots, &Grant::Require { operator, controls: controls.clone() })
            };
            prop_assert_eq!(of(Operator::And), each.iter().fold(u64::MAX, |all, it| all & it));
            prop_assert_eq!(of(Operator::Or), each.iter().fold(0, |any, it| any | it));
        }
    }

    #[test]
    fn whoever_holds_more_is_let_in_no_less(
        demand in random::demand(), fewer in words(), more in words(),
    ) {
        let grant = text::grant(&demand);
        let strengths = strengths();
        let all: Vec<u64> = fewer.iter().zip(&more).map(|(a, b)| a | b).collect();
        let in_with = |words| met(&strengths, &Lots { lattice: Lanes, words, lane: 0 }, &grant);
        prop_assert_eq!(in_with(fewer) & !in_with(all), 0);
    }

    #[test]
    fn retiring_the_approved_app_control_drops_it_and_nothing_else(demand in random::demand()) {
        let lines = [format!("grant={demand}")];
        let controls = |approved| {
            let index = index(&lines, "directory", approved);
            match index.grant(PolicyIndex::at(0)) {
                Some(Grant::Require { controls, .. }) => controls.iter().cloned().collect(),
                Some(Grant::Block) | None => BTreeSet::new(),
            }
        };
        let mut expected: BTreeSet<Control> = controls(ApprovedApplication::Enforced);
        expected.remove(&Control::ApprovedApplication);
        prop_assert_eq!(controls(ApprovedApplication::Retired), expected);
    }

    #[test]
    fn all_and_any_are_the_folds_of_meet_and_join(values in proptest::collection::vec(any::<u64>(), 0..6)) {
        prop_assert_eq!(Lanes.all(values.iter().copied()), values.iter().fold(u64::MAX, |a, b| a & b));
        prop_assert_eq!(Lanes.any(values.iter().copied()), values.iter().fold(0, |a, b| a | b));
    }
}
