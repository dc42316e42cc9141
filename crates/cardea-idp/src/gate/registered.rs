//! What administrators have registered, as the prover reads it from a report of an export.
//!
//! Whether somebody is left who can change policies turns on what they hold today: a passkey that
//! could be registered is of no use to whoever cannot sign in to register it.

use std::collections::BTreeSet;

use cardea_check::config::BreakGlass;
use cardea_policy::id::{GroupId, UserId};
use cardea_store as store;
use cardea_store::{Account, MemberKind};
use cardea_tenant::journey::means::PasskeyHome;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::import::GROUP;
use crate::snapshot::assigned;
use crate::subject::home;

/// Graph's `userRegistrationDetails` of everybody who has a role, but for emergency accounts: what these
/// have is declared, and tried out in drills.
pub(super) async fn of_administrators(
    store: &mut store::Snapshot,
    (objects, emergency): (&[store::Object], &BreakGlass),
) -> Result<String, Failure> {
    let declared = declared(store, (objects, emergency)).await?;
    let mut details = Vec::new();
    for id in administrators(store, objects).await?.difference(&declared) {
        // Whoever is disabled is nobody to the prover, and a report would make somebody of them.
        let person = store.person(id).await?.filter(|it| it.account == Account::Enabled);
        let Some(person) = person else { continue };
        let named = |user: &UserId| *user == UserId::new(person.upn.as_str());
        if emergency.users.iter().any(named) {
            continue;
        }
        let mut methods: BTreeSet<&str> =
            store.passkeys(&person.id).await?.iter().map(passkey).collect();
        if !store.totps(&person.id).await?.is_empty() {
            methods.insert("softwareOneTimePasscode");
        }
        details.push(json!({
            "@odata.type": "#microsoft.graph.userRegistrationDetails",
            "id": person.id, "userPrincipalName": person.upn.as_str(),
            "methodsRegistered": methods,
        }));
    }
    Ok(Value::Array(details).to_string())
}

/// Ids of the declared emergency accounts. Settings name groups by their ids or their names.
async fn declared(
    store: &mut store::Snapshot,
    (objects, emergency): (&[store::Object], &BreakGlass),
) -> Result<BTreeSet<String>, Failure> {
    let mut found: BTreeSet<String> =
        emergency.users.iter().map(|user| user.as_str().to_owned()).collect();
    let is_named = |object: &&store::Object| {
        let names = [GroupId::new(&object.id), GroupId::new(&object.name)];
        object.kind == GROUP && emergency.groups.iter().any(|group| names.contains(group))
    };
    for group in objects.iter().filter(is_named) {
        found.extend(store.members(&group.id).await?.into_iter().map(|it| it.member));
    }
    Ok(found)
}

/// Ids of everybody who has a role, directly or by a group.
async fn administrators(
    store: &mut store::Snapshot,
    objects: &[store::Object],
) -> Result<BTreeSet<String>, Failure> {
    let groups: BTreeSet<String> = objects
        .iter()
        .filter(|object| object.kind == GROUP)
        .map(|object| object.id.to_ascii_lowercase())
        .collect();
    let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut next: Vec<String> = assigned(objects).into_keys().collect();
    while let Some(principal) = next.pop() {
        if !groups.contains(&principal) {
            found.insert(principal);
        } else if seen.insert(principal.clone()) {
            let members = store.members(&principal).await?.into_iter();
            let members = members.filter(|member| member.kind != MemberKind::Other);
            next.extend(members.map(|member| member.member));
        }
    }
    Ok(found)
}

/// What a report calls a passkey.
fn passkey(passkey: &store::Passkey) -> &'static str {
    let model = cardea_policy::id::Aaguid::parse(&passkey.aaguid);
    match home(model, passkey.backup) {
        PasskeyHome::AuthenticatorAndroid | PasskeyHome::AuthenticatorIos => {
            "passKeyDeviceBoundAuthenticator"
        }
        PasskeyHome::Windows => "passKeyDeviceBoundWindowsHello",
        PasskeyHome::SecurityKey => "passKeyDeviceBound",
        PasskeyHome::SyncedProvider => "passKeySynced",
    }
}
