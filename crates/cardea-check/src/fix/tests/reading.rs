//! Changed files are read alone where that is the same as reading everything again.

use super::*;
use crate::fix::patched::Patch;
use cardea_graph::edit::{Change, Edits};
use cardea_policy::control::{Control, Grant};

/// The policies of a patch by name, with what they demand by the ids of strengths.
fn meaning(patch: &Patch) -> Vec<String> {
    let id = |control: &Control| {
        let Control::Strength(at) = control else { return format!("{control:?}") };
        let strength = &patch.strengths[at.position()];
        format!("{} {:?}", strength.id, strength.combinations)
    };
    let mut policies: Vec<String> = patch
        .policies
        .iter()
        .map(|policy| {
            let grant = policy.grant.as_ref().map(|grant| match grant {
                Grant::Block => vec!["block".to_owned()],
                Grant::Require { controls, .. } => controls.iter().map(id).collect(),
            });
            let (name, state) = (&policy.name, policy.state);
            format!("{name} {state:?} {:?} {grant:?} {:?}", policy.conditions, policy.unmodelled)
        })
        .collect();
    policies.sort();
    policies
}

#[test]
fn a_changed_file_alone_says_what_all_files_say() {
    for name in ["loop", "exemption", "filter"] {
        let (files, config) = example(name);
        let lowered = read(&files);
        let config = config.resolved(&lowered.names);
        let examination = Examination::of(&lowered, &config);
        let drafts = rules::ALL.iter().flat_map(|rule| (rule.run)(&examination));
        let mut compared = 0;
        for draft in drafts {
            let plan = Plan { lowered: &lowered, examination: &examination, draft: &draft };
            for recipe in candidates::recipes(&plan) {
                let edits = recipe.edits(&lowered).unwrap();
                let patcher = Patcher::new(&lowered);
                let (alone, all) = (patcher.alone(&edits), patcher.everything(&edits));
                assert_eq!(meaning(&alone.unwrap()), meaning(&all.unwrap()), "{}", recipe.title);
                compared += 1;
            }
        }
        assert!(compared > 0 || name == "filter", "{name}");
    }
}

#[test]
fn a_file_with_names_is_read_with_the_files_that_define_them() {
    let policy = r#"{"displayName": "P", "state": "enabled", "conditions": {
        "users": {"includeUsers": ["All"], "excludeGroups": ["Sales"]},
        "applications": {"includeApplications": ["All"]}},
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}}"#;
    let groups = r#"{"value": [
        {"id": "0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60", "displayName": "Sales", "securityEnabled": true},
        {"id": "1b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60", "displayName": "Staff", "securityEnabled": true}]}"#;
    let files = vec![
        ("groups.json".to_owned(), groups.as_bytes().to_vec()),
        ("p.json".to_owned(), policy.as_bytes().to_vec()),
    ];
    let lowered = read(&files);
    let mut edits = Edits::new(&lowered.export);
    let object = edits.object(lowered.policies[0].at).unwrap();
    edits.change(object, &Change::append("conditions.users.excludeGroups", ["Staff"])).unwrap();
    let edits = edits.finish().unwrap();
    let patch = Patcher::new(&lowered).read(&edits).unwrap();
    let said = format!("{:?}", patch.policies[0].conditions.principals);
    assert!(said.contains("0b7a5c1e") && said.contains("1b7a5c1e"), "{said}");

    // A new file with the same names, and nothing else.
    let mut edits = Edits::new(&lowered.export);
    let object = edits.object(lowered.policies[0].at).unwrap();
    edits.copy(object, "copy").unwrap();
    let edits = edits.finish().unwrap();
    let patch = Patcher::new(&lowered).read(&edits).unwrap();
    let said = format!("{:?}", patch.policies[1].conditions.principals);
    assert!(said.contains("0b7a5c1e"), "{said}");
}

/// The changed file of a policy that something is left out of.
fn left_out(users: &str, apps: &str) -> String {
    let policy = format!(
        r#"{{"displayName": "P", "state": "enabled", "conditions": {{
        "users": {users},
        "applications": {apps}}},
        "grantControls": {{"operator": "OR", "builtInControls": ["compliantApplication"]}}}}"#
    );
    let groups = r#"{"value": [
        {"id": "0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60", "displayName": "Sales", "securityEnabled": true},
        {"id": "1b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60", "displayName": "Staff", "securityEnabled": true}]}"#;
    let files = vec![
        ("groups.json".to_owned(), groups.as_bytes().to_vec()),
        ("p.json".to_owned(), policy.into_bytes()),
    ];
    let changes = vec![
        Change::append("conditions.users.excludeGroups", ["1b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60"]),
        Change::append(
            "conditions.applications.excludeApplications",
            ["ea890292-c8c8-4433-b5ea-b09d0668e1a6"],
        ),
        candidates::accounts::without_guests(),
    ];
    let object = Object::Policy(cardea_policy::place::PolicyIndex::at(0));
    let step = recipe::Step::Change(object, changes);
    let recipe = Recipe { title: String::new(), notes: Vec::new(), steps: vec![step] };
    let edits = recipe.edits(&read(&files)).unwrap();
    edits.into_iter().map(|edit| edit.after).collect()
}

#[test]
fn a_fix_is_written_in_the_manner_of_the_file() {
    let by_id = left_out(
        r#"{"includeUsers": ["All"], "excludeGroups": ["0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60"]}"#,
        r#"{"includeApplications": ["All"]}"#,
    );
    assert!(by_id.contains("1b7a5c1e-77f0"), "{by_id}");
    assert!(by_id.contains(r#""excludeApplications": ["ea890292"#), "{by_id}");

    let by_name = left_out(
        r#"{"includeUserNames": ["All"], "excludeGroupNames": ["Sales"]}"#,
        r#"{"includeApplicationNames": ["All"]}"#,
    );
    assert!(by_name.contains(r#""excludeGroupNames": ["Sales", "Staff"]"#), "{by_name}");
    let service =
        r#""excludeApplicationNames": ["Azure Credential Configuration Endpoint Service"]"#;
    assert!(by_name.contains(service), "{by_name}");
    assert!(!by_name.contains("excludeGroups\"") && !by_name.contains("1b7a5c1e"), "{by_name}");

    assert!(by_id.contains("\"@odata.type\""), "{by_id}");

    let names_among_ids = left_out(
        r#"{"includeUsers": ["All"], "excludeGroups": ["Sales"]}"#,
        r#"{"includeApplications": ["All"]}"#,
    );
    assert!(names_among_ids.contains(r#"["Sales", "Staff"]"#), "{names_among_ids}");
}

#[test]
fn a_copy_in_a_list_is_the_new_policy_and_the_others_keep_their_places() {
    let policy = |name: &str| {
        format!(
            r#"{{"displayName": "{name}", "state": "enabled", "conditions": {{
        "users": {{"includeUsers": ["All"]}}, "applications": {{"includeApplications": ["All"]}}}},
        "grantControls": {{"operator": "OR", "builtInControls": ["mfa"]}}}}"#
        )
    };
    let text = format!("[{}, {}]", policy("A"), policy("B"));
    let lowered = read(&vec![("all.json".to_owned(), text.into_bytes())]);
    let mut edits = Edits::new(&lowered.export);
    let object = edits.object(lowered.policies[0].at).unwrap();
    let copy = edits.copy(object, "copy").unwrap();
    let name = cardea_graph::edit::Json::text("C");
    edits.change(copy, &Change::set("displayName", name)).unwrap();
    let edits = edits.finish().unwrap();
    let mut patcher = Patcher::new(&lowered);
    let names = |patch: Option<Patch>| -> Vec<String> {
        patch.unwrap().policies.into_iter().map(|policy| policy.name).collect()
    };
    assert_eq!(names(patcher.read(&edits)), ["A", "B", "C"]);
    assert_eq!(names(patcher.everything(&edits)), ["A", "B", "C"]);
}

#[test]
fn policies_that_count_as_enabled_do_so_when_they_are_read_again() {
    use cardea_policy::policy::State;

    let (mut files, config) = example("loop");
    for (path, bytes) in &mut files {
        if path.contains("CA010") {
            let text = String::from_utf8(bytes.clone()).unwrap();
            *bytes = text.replace("\"enabled\"", "\"enabledForReportingButNotEnforced\"").into();
        }
    }
    let mut lowered = read(&files);
    for policy in &mut lowered.tenant.policies {
        policy.state = State::Enabled;
    }
    let config = config.resolved(&lowered.names);
    let examination = Examination::of(&lowered, &config);
    let drafts: Vec<Draft> = rules::ALL.iter().flat_map(|rule| (rule.run)(&examination)).collect();
    let mut proposer = Proposer::new(&examination, &drafts, Effort::default()).unwrap();
    let looping = drafts.iter().find(|draft| draft.rule == "registration-loop").unwrap();
    let fixes = proposer.propose(looping);
    assert!(fixes.iter().any(|fix| fix.title.contains("split")), "{fixes:?}");

    // A change that changes nothing that matters leaves the loop.
    let mut edits = Edits::new(&lowered.export);
    let object = edits.object(lowered.policies[0].at).unwrap();
    let name = cardea_graph::edit::Json::text("another name");
    edits.change(object, &Change::set("displayName", name)).unwrap();
    let edits = edits.finish().unwrap();
    let patch = proposer.patcher.read(&edits).unwrap();
    assert!(patch.policies.iter().all(|policy| policy.state == State::Enabled));
}

#[test]
fn a_tenant_that_is_not_what_its_files_say_gets_no_fixes() {
    let (files, _) = example("loop");
    let mut lowered = read(&files);
    lowered.tenant.policies[0].name.push('!');
    let mut edits = Edits::new(&lowered.export);
    let object = edits.object(lowered.policies[0].at).unwrap();
    edits.change(object, &Change::drop("id")).unwrap();
    let edits = edits.finish().unwrap();
    assert_eq!(Patcher::new(&lowered).read(&edits), None);
}
