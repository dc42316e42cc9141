//! Candidates that would open or shut too much are proved, and not offered.

use super::*;
use crate::fix::recipe::{Recipe, Step};
use cardea_graph::edit::{Change, Json};
use cardea_policy::place::PolicyIndex;

/// What comes of a change of the first policy of the example, planted as a candidate for its loop.
fn planted(changes: Vec<Change>) -> (Option<Rc<Trial>>, bool) {
    let (files, config) = example("loop");
    let lowered = read(&files);
    let config = config.resolved(&lowered.names);
    let examination = Examination::of(&lowered, &config);
    let drafts: Vec<Draft> = rules::ALL.iter().flat_map(|rule| (rule.run)(&examination)).collect();
    let looping = drafts.iter().find(|draft| draft.rule == "registration-loop").unwrap();
    let mut proposer = Proposer::new(&examination, &drafts, Effort::default()).unwrap();
    let policy = Object::Policy(PolicyIndex(0));
    let steps = vec![Step::Change(policy, changes)];
    let recipe = Recipe { title: "planted".to_owned(), notes: Vec::new(), steps };
    let edits = recipe.edits(&lowered).unwrap();
    let signature = Signature::of(looping);
    let patch = proposer.patcher.read(&edits).unwrap();
    let tenant = Tenant {
        policies: patch.policies,
        strengths: patch.strengths,
        methods: patch.methods,
        ..examination.tenant.clone()
    };
    let whole = Trial::of(&examination, &proposer.baseline, &tenant);
    let is_offered = price(&whole, &signature).is_some();
    let trial = proposer.trial(&edits, &signature);
    let agrees = trial.as_ref().and_then(|trial| price(trial, &signature)).is_some();
    assert_eq!(agrees, is_offered, "the first look agrees with the proof");
    (Some(Rc::new(whole)), is_offered)
}

#[test]
fn a_change_that_opens_everything_is_not_offered() {
    let (trial, is_offered) = planted(vec![Change::set("state", Json::text("disabled"))]);
    let trial = trial.unwrap();
    let loops = trial.found.iter().any(|it| it.rule == "registration-loop");
    assert!(!loops, "the loop is gone, but");
    assert!(trial.new.iter().any(|it| it.rule == "unprotected-resource"), "{:?}", trial.new);
    assert!(!is_offered);
}

#[test]
fn a_change_that_launders_weak_methods_is_not_offered() {
    let exclude = Change::set("conditions.platforms.excludePlatforms", Json::texts(["android"]));
    let include = Change::set("conditions.platforms.includePlatforms", Json::texts(["all"]));
    let (trial, is_offered) = planted(vec![include, exclude]);
    let trial = trial.unwrap();
    assert!(!trial.new.is_empty(), "{trial:?}");
    assert!(!is_offered);
}

#[test]
fn a_change_that_shuts_people_out_is_not_offered() {
    let block = Change::set("grantControls.builtInControls", Json::texts(["block"]));
    let drop = Change::drop("grantControls.authenticationStrength");
    let (trial, is_offered) = planted(vec![block, drop]);
    assert!(!trial.unwrap().found.is_empty());
    assert!(!is_offered);
}
