//! Exports of strangers: what comes in goes out as it came, but for what was changed.
//!
//! Each repository of the corpus is imported as a whole, read by Graph, judged, and exported; all its
//! policies and everything else that the tenant keeps, with policies that are on in report-only.
//! Changing something proves the whole tenant anew, so [`CHANGED`] objects of each repository are
//! changed, and [`POSTED`] policies are sent, as they are, to a tenant that has none; both spread
//! evenly over all that there are.

mod files;

use cardea_graph::export::Export;
use cardea_graph::recognise::ObjectKind;
use cardea_idp::export;
use cardea_idp::gate::{self, Change, Outcome, Proposal};
use cardea_idp::import::Import;
use serde_json::{Map, Value, json};

use crate::tenant::{Tenant, admin, now};
use files::{Original, all_objects, field, folder, in_report_only, originals, read};

/// Objects that are changed, of each repository.
const CHANGED: usize = 2;
/// Policies that are sent one by one, of each repository.
const POSTED: usize = 2;

macro_rules! repositories {
    ($($name:ident: $folder:expr,)*) => {
        $(#[tokio::test]
        async fn $name() {
            if let Some(folder) = folder($folder) {
                let files = files::files(&folder);
                comes_back(&files).await;
                is_sent_one_by_one(&files).await;
            }
        })*
    };
}

repositories! {
    zerotrust_ca_policies: "0x6f677548+zerotrust-ca-policies",
    conditional_access_by_alex_filipin: "AlexFilipin+ConditionalAccess",
    graph_samples: "Azure-Samples+azure-ad-conditional-access-apis",
    conditional_access_framework: "Cloudshield-io+Conditional-Access-Framework",
    nis2: "Clutch2View+nis2-conditional-access-policies",
    templates_in_wrappers: "DataGuys+ConditionalAccessAnalyzer",
    four_in_utf_16: "Fortigi+ConditionalAccess",
    conditional_access_in_camel_case: "NayemReza+ConditionalAccess",
    playbook: "dferrell30+Zero-Trust-Conditional-Access-Deployment-Playbook",
    baseline: "j0eyv+ConditionalAccessBaseline",
    fork_of_the_baseline: "jra431+ConditionalAccessBaseline",
    personas: "philippkohn+ConditionalAccessforZeroTrustResources",
    automation_in_yaml: "topazyo+conditional-access-automation",
    configuration_repository: "wesley-trust+GraphAPIConfig",
}

/// No repository is left out.
#[test]
fn every_repository_has_a_test() {
    let Some(folder) = folder("") else { return };
    let here = include_str!("corpus.rs");
    for entry in folder.read_dir().unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(here.contains(&format!("{name}\"")), "{name}");
    }
}

async fn comes_back(files: &[(String, Vec<u8>)]) {
    let tenant = Tenant::new(&[]).await;
    let others = exported(&tenant).await;
    let (export, proved) = imported(&tenant, files).await;
    assert!(proved, "the gate has proved it");
    let kept: Vec<Value> =
        exported(&tenant).await.into_iter().filter(|it| !others.contains(it)).collect();
    let originals = originals(&export);
    assert_eq!(kept.len(), originals.len(), "nothing is lost, and nothing added");
    let pairs = paired(&originals, &kept);
    are_what_the_files_say(&originals, files);
    for (original, kept) in &pairs {
        is_shown(&tenant, original, kept).await;
    }
    are_judged(&tenant, &pairs).await;
    let changed = changed(&tenant, &pairs).await;
    let after = exported(&tenant).await;
    assert_eq!(after.len(), others.len() + pairs.len());
    only_names_are_others(&pairs, &after, &changed);
}

/// Everything that was changed has another name and is the same otherwise; everything else is the same.
fn only_names_are_others(pairs: &[(&Original, &Value)], after: &[Value], changed: &[Value]) {
    for (_, before) in pairs {
        let id = &before["id"];
        let is_same = |it: &&Value| it["id"] == *id && without_name(it) == without_name(before);
        let found = after.iter().find(is_same).unwrap_or_else(|| panic!("{before}"));
        let name = field(found, "displayName");
        if changed.contains(id) {
            assert_eq!(name, Some(&json!("Renamed")));
        } else {
            assert_eq!(name, field(before, "displayName"));
        }
    }
}

/// Imports files, with what is on in report-only: of most of them nobody would be left who could edit
/// policies, which the gate refuses.
async fn imported(tenant: &Tenant, files: &[(String, Vec<u8>)]) -> (Export, bool) {
    let careful = in_report_only(&read(files));
    let changed = |(path, bytes): &(String, Vec<u8>)| {
        let edited = careful.iter().find(|it| it.0 == *path);
        edited.cloned().unwrap_or_else(|| (path.clone(), bytes.clone()))
    };
    let files: Vec<_> = files.iter().map(changed).collect();
    let export = read(&files);
    let outcome = import(tenant, &export).await;
    let told = format!("{outcome:?}");
    let Outcome::Done { proof, .. } = outcome else { panic!("{told}") };
    (export, proof.is_some())
}

async fn import(tenant: &Tenant, export: &Export) -> Outcome {
    let import = Import::of(export, now());
    let change = Change::Import(&import);
    let proposal = Proposal { change, accepted: &[], actor: "cardea import" };
    gate::admit(&tenant.store().await, &proposal, now()).await.unwrap()
}

/// Everything that the tenant gives back, object by object.
async fn exported(tenant: &Tenant) -> Vec<Value> {
    let files = export::files(&mut tenant.store().await.read().await.unwrap()).await.unwrap();
    let objects = files.iter().flat_map(|file| {
        let value: Value = serde_json::from_str(&file.text).unwrap();
        match value.get("value") {
            Some(list) => list.as_array().unwrap().clone(),
            None => vec![value],
        }
    });
    objects.collect()
}

/// Each original with what the tenant has of it: the same in all fields.
fn paired<'a>(originals: &'a [Original], kept: &'a [Value]) -> Vec<(&'a Original, &'a Value)> {
    let pair = |original: &'a Original| {
        let expected = plain(&original.json);
        let is_same = |kept: &&Value| {
            let mut kept = plain(kept);
            for name in ["id", "displayName", "members"] {
                let has = field(&original.json, name).is_some();
                let told = original.text(name);
                let given = kept.get(name).and_then(Value::as_str);
                if !has && (told.is_none() || told == given) {
                    kept.remove(name);
                }
            }
            kept == expected
        };
        let found = kept.iter().find(is_same);
        (original, found.unwrap_or_else(|| panic!("{} is not there", original.json)))
    };
    originals.iter().map(pair).collect()
}

/// An object with its members by their ids only, in order: that is how groups are exported.
fn plain(object: &Value) -> Map<String, Value> {
    let mut object = object.as_object().unwrap().clone();
    if let Some(Value::Array(members)) = object.get_mut("members") {
        let id = |it: &Value| it.get("id").unwrap_or(it).to_string();
        let mut ids: Vec<String> = members.iter().map(id).collect();
        ids.sort();
        *members = ids.into_iter().map(Value::from).collect();
    }
    object
}

/// What was read of JSON is what another reader finds there, to the last field.
fn are_what_the_files_say(originals: &[Original], files: &[(String, Vec<u8>)]) {
    let all = all_objects(files);
    let json = files.iter().all(|(path, _)| path.to_ascii_lowercase().ends_with(".json"));
    for Original { json: read, .. } in originals.iter().filter(|_| json) {
        let state = field(read, "state").is_some();
        let same = |it: &Value| it == read || state && without_state(it) == without_state(read);
        assert!(all.iter().any(same), "{read}");
    }
}

fn without(object: &Value, names: &[&str]) -> Map<String, Value> {
    let members = object.as_object().unwrap().iter();
    let other = |key: &String| !names.iter().any(|name| key.eq_ignore_ascii_case(name));
    members.filter(|(key, _)| other(key)).map(|(key, it)| (key.clone(), it.clone())).collect()
}

fn without_state(object: &Value) -> Map<String, Value> {
    without(object, &["state"])
}

/// Without what changes when an object gets another name.
fn without_name(object: &Value) -> Map<String, Value> {
    without(object, &["displayName", "modifiedDateTime"])
}

/// Where Graph has the objects of a kind; `None` for kinds that it shows as parts of others.
fn address(kind: ObjectKind) -> Option<&'static str> {
    Some(match kind {
        ObjectKind::Policy => "identity/conditionalAccess/policies",
        ObjectKind::IpLocation | ObjectKind::CountryLocation | ObjectKind::CompliantNetwork => {
            "identity/conditionalAccess/namedLocations"
        }
        ObjectKind::Strength => "policies/authenticationStrengthPolicies",
        ObjectKind::Group => "groups",
        ObjectKind::User => "users",
        ObjectKind::ServicePrincipal => "servicePrincipals",
        ObjectKind::Application => "applications",
        ObjectKind::Device => "devices",
        ObjectKind::RoleAssignment => "roleManagement/directory/roleAssignments",
        ObjectKind::TermsOfUse => "agreements",
        ObjectKind::AuthenticationContext => {
            "identity/conditionalAccess/authenticationContextClassReferences"
        }
        ObjectKind::MethodsPolicy
        | ObjectKind::MethodConfiguration
        | ObjectKind::RegisteredMethod
        | ObjectKind::RegistrationDetails
        | ObjectKind::Role
        | ObjectKind::RoleDefinition
        | ObjectKind::MigrationTable
        | ObjectKind::CrossTenantAccess
        | ObjectKind::DeviceRegistration => return None,
    })
}

fn path(original: &Original, kept: &Value) -> Option<String> {
    Some(format!("{}/{}", address(original.kind)?, kept["id"].as_str().unwrap()))
}

/// Graph shows every field by the name that Graph has for it.
async fn is_shown(tenant: &Tenant, original: &Original, kept: &Value) {
    let Some(path) = path(original, kept) else { return };
    let shown = tenant.get(&path).await.expect(200);
    let all_of_graph = matches!(
        original.kind,
        ObjectKind::Policy
            | ObjectKind::IpLocation
            | ObjectKind::CountryLocation
            | ObjectKind::CompliantNetwork
            | ObjectKind::Strength
    );
    let names = if all_of_graph { Names::Graphs } else { Names::Own };
    says((&shown, kept), names, &path);
}

/// Whose names the properties of an answer have.
#[derive(Clone, Copy)]
enum Names {
    /// Graph's, which begin with small letters.
    Graphs,
    /// Those that the object came with, because people can choose some of them.
    Own,
}

/// Whether an answer of Graph says all that an object says. A strength is shown in full, and members
/// have an address of their own.
#[track_caller]
fn says((shown, object): (&Value, &Value), names: Names, at: &str) {
    match (shown, object) {
        (Value::Object(shown), Value::Object(members)) => {
            for (name, value) in members.iter().filter(|(name, _)| *name != "members") {
                let is_annotation = name.contains('@') || name.starts_with('#');
                let name = match names {
                    Names::Graphs if !is_annotation => name[..1].to_ascii_lowercase() + &name[1..],
                    Names::Graphs | Names::Own => name.clone(),
                };
                let found = shown.get(&name);
                let found = found.unwrap_or_else(|| panic!("{at}/{name} is not shown"));
                says((found, value), names, &format!("{at}/{name}"));
            }
        }
        (Value::Array(shown), Value::Array(items)) if shown.len() == items.len() => {
            for (at_item, pair) in shown.iter().zip(items).enumerate() {
                says(pair, names, &format!("{at}[{at_item}]"));
            }
        }
        _ => assert_eq!(shown, object, "{at}"),
    }
}

/// *What If* knows every policy that is not off.
async fn are_judged(tenant: &Tenant, pairs: &[(&Original, &Value)]) {
    let asked = tenant.post("identity/conditionalAccess/evaluate", &question()).await.expect(200);
    let judged: Vec<&Value> =
        asked["value"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    for (original, kept) in pairs.iter().filter(|it| it.0.kind == ObjectKind::Policy) {
        // A template has no state; it is not on.
        let off = field(&original.json, "state").is_none_or(|it| it == "disabled");
        assert!(off || judged.contains(&&kept["id"]), "{kept}");
    }
}

fn question() -> Value {
    json!({
        "signInIdentity": { "@odata.type": "#microsoft.graph.userSignIn", "userId": admin() },
        "signInContext": {
            "@odata.type": "#microsoft.graph.applicationContext",
            "includeApplications": ["00000003-0000-0ff1-ce00-000000000000"],
        },
        "signInConditions": { "devicePlatform": "windows", "clientAppType": "browser" },
    })
}

/// Gives some of the objects another name; their ids.
async fn changed(tenant: &Tenant, pairs: &[(&Original, &Value)]) -> Vec<Value> {
    let named = pairs.iter().filter(|(original, kept)| {
        let has_name = field(kept, "displayName").is_some() || original.kind == ObjectKind::Policy;
        has_name && path(original, kept).is_some()
    });
    let named: Vec<_> = named.collect();
    let mut changed = Vec::new();
    for (original, kept) in named.iter().step_by(named.len().div_ceil(CHANGED)) {
        let path = path(original, kept).unwrap();
        tenant.patch(&path, &json!({ "displayName": "Renamed" })).await.expect(204);
        let shown = tenant.get(&path).await.expect(200);
        assert_eq!(shown["displayName"], "Renamed");
        changed.push(kept["id"].clone());
    }
    assert!(!changed.is_empty());
    changed
}

/// The same policies by Graph: sent, read, changed, compared and deleted, one after the other.
async fn is_sent_one_by_one(files: &[(String, Vec<u8>)]) {
    let originals = originals(&read(files));
    let others = originals.iter().filter(|it| it.kind != ObjectKind::Policy && it.id().is_some());
    let others: Vec<Value> = others.map(|it| it.json.clone()).collect();
    let tenant = Tenant::new(&others).await;
    let policies = originals.iter().filter(|it| it.kind == ObjectKind::Policy);
    let policies: Vec<&Original> = policies.collect();
    for policy in policies.iter().step_by(policies.len().div_ceil(POSTED)) {
        let Some((sent, made)) = sent(&tenant, &policy.json).await else { continue };
        let path = format!("{}/{}", address(policy.kind).unwrap(), made["id"].as_str().unwrap());
        tenant.patch(&path, &json!({ "displayName": "Renamed" })).await.expect(204);
        let mut shown = tenant.get(&path).await.expect(200);
        assert_eq!(shown["displayName"], "Renamed");
        shown["displayName"] = made["displayName"].clone();
        for answer in [&made, &shown] {
            let sent = Value::Object(without(&sent, &SERVER));
            says((answer, &sent), Names::Graphs, "policy");
        }
        tenant.delete(&path).await.expect(204);
    }
}

/// What only the tenant says of a policy.
const SERVER: [&str; 5] =
    ["id", "createdDateTime", "modifiedDateTime", "deletedDateTime", "@odata.context"];

/// A policy as it was sent in the end, and the answer to it; `None` where Graph does not take it
/// either: it lacks what Graph demands, or has a value that is none.
async fn sent(tenant: &Tenant, policy: &Value) -> Option<(Value, Value)> {
    let path = address(ObjectKind::Policy).unwrap();
    let answer = tenant.post(path, policy).await;
    if answer.status == 201 {
        return Some((policy.clone(), answer.body));
    }
    assert_eq!(answer.status, 400, "{}", answer.body);
    if answer.body["error"]["innerError"]["code"] != "cardeaProofRefuted" {
        return None;
    }
    let mut careful = without_state(policy);
    careful.insert(String::from("state"), json!("enabledForReportingButNotEnforced"));
    let careful = Value::Object(careful);
    let made = tenant.post(path, &careful).await.expect(201);
    Some((careful, made))
}
