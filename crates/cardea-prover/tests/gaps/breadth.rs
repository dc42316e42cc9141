//! How broad an escape is.

use cardea_policy::evaluate::Dimension;
use cardea_prover::gap::{Limits, Range, unprotected};
use cardea_prover::universe::Universe;
use proptest::prelude::*;

use crate::random::{config, furniture, limits, policies};
use crate::text;

/// The breadth of each gap, as `DIMENSION: facts` for every dimension in which it has an end.
#[track_caller]
fn check(policies: &str, expected: &[&str]) {
    let tenant = text::tenant(policies);
    let index = text::index(&tenant);
    let universe = Universe::new(&index, &tenant);
    let gaps = unprotected(&index, &universe, Limits::default());
    let mut found = Vec::new();
    for gap in &gaps.list {
        let breadth = gap.breadth(&index, &universe);
        let platforms = breadth.range(&universe.platforms, Dimension::Platform);
        let clients = breadth.range(&universe.clients, Dimension::Client);
        let targets = breadth.range(&universe.targets, Dimension::Target);
        let networks = breadth.range(&universe.networks, Dimension::Network);
        let words = [
            words("on", &platforms, |it| it.text().to_owned()),
            words("with", &clients, |it| format!("{it:?}")),
            words("to", &targets, |it| text::what(&it.what)),
            words("from", &networks, |it| format!("{:?} {:?}", it.named, it.trust)),
        ];
        found.push(words.into_iter().flatten().collect::<Vec<_>>().join("; "));
    }
    assert_eq!(found, expected);
}

fn words<F>(word: &str, range: &Range<F>, text: impl Fn(&F) -> String) -> Option<String> {
    let inside: Vec<String> = range.inside.iter().map(text).collect();
    (!range.outside.is_empty()).then(|| format!("{word} {}", inside.join(", ")))
}

#[test]
fn without_policies_an_escape_is_as_broad_as_can_be() {
    check("", &[""]);
}

#[test]
fn an_escape_is_as_broad_as_the_facts_that_do_as_well() {
    check(
        "P: everyone; on android ios => mfa",
        &["on Windows, macOS, Linux, an unknown platform, Windows Phone"],
    );
    check("P: everyone; to all but A1 => mfa", &["to A1, RegisterDevice"]);
}

#[test]
fn a_policy_on_other_people_has_no_part_in_it() {
    let inside = "from {\"L1\"} Untrusted, {\"L1\"} Trusted, {\"L1\", \"L2\"} Untrusted, \
                  {\"L1\", \"L2\"} Trusted";
    // The second policy tells two networks apart, so there are two escapes.
    check(
        "P: everyone; from anywhere but L1 => mfa
         Q: G1; from L2 => mfa",
        &[inside, inside],
    );
}

#[test]
fn what_is_ordinary_is_broadened_first() {
    check(
        "P: everyone; on windows; with browser => mfa
         Q: everyone; on macOS ios android linux => mfa
         R: everyone; with eas other => block",
        &[
            "on Windows, an unknown platform, Windows Phone; with MobileAppsAndDesktopClients",
            "on an unknown platform, Windows Phone; with Browser, MobileAppsAndDesktopClients",
        ],
    );
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_combination_within_the_breadth_of_an_escape_escapes(
        policies in policies(), furniture in furniture(), seed in any::<u64>(),
    ) {
        let tenant = furniture.tenant(&policies);
        let index = text::index(&tenant);
        let universe = Universe::new(&index, &tenant);
        for gap in unprotected(&index, &universe, limits()).list {
            let breadth = gap.breadth(&index, &universe);
            let mut seed = seed;
            for _ in 0..8 {
                let mut sign_in = gap.witness.sign_in.clone();
                let mut pick = Pick { seed: &mut seed };
                let Universe { targets, clients, platforms, networks, devices, risks, flows, .. } =
                    &universe;
                let range = |axis| breadth.range(axis, Dimension::Target);
                sign_in.request = pick.of(&range(targets)).request;
                sign_in.client = pick.of(&breadth.range(clients, Dimension::Client));
                sign_in.platform = pick.of(&breadth.range(platforms, Dimension::Platform));
                sign_in.network = pick.of(&breadth.range(networks, Dimension::Network));
                sign_in.device = pick.of(&breadth.range(devices, Dimension::Device)).facts;
                sign_in.risks = pick.of(&breadth.range(risks, Dimension::Risk));
                sign_in.flow = pick.of(&breadth.range(flows, Dimension::Flow));
                let applied = index.evaluate(&sign_in).decision.applied;
                prop_assert!(!applied.meets(index.demanding()), "{sign_in:?}");
            }
        }
    }
}

/// Draws facts.
struct Pick<'s> {
    seed: &'s mut u64,
}

impl Pick<'_> {
    fn of<F: Clone>(&mut self, range: &Range<F>) -> F {
        *self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let count = u64::try_from(range.inside.len()).expect("few facts");
        let at = usize::try_from((*self.seed >> 33) % count).expect("few facts");
        range.inside[at].clone()
    }
}
