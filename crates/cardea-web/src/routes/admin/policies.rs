//! Policies: the list, the editor with its proof, the history.

mod editor;

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use cardea_idp::admin::edit::{Edit, Edits, tag};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::standing::Standing;
use serde::Deserialize;
use serde_json::Value;

use super::desk::{Admin, Ordered};
use super::drafted::{Attempt, Settled, make};
use super::known::{Known, json};
use super::policy_form::text;
use super::shown::{asks, of_policy, target};
use crate::fields::admin as fields;
use crate::pages::admin::confirm::Confirm;
use crate::pages::admin::policies::{
    History, HistoryRow, Narrowed, Policies, PolicyRow, PolicyState,
};
use crate::pages::admin::table::Pager;
use crate::pages::{Moment, admin};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::Web;

/// The kind of policies.
const POLICY: &str = "conditionalAccessPolicy";
/// Where there are more people, the list does not count whom each policy hits.
const COUNTED: usize = 5_000;
/// Entries of the log in which the history of a policy is looked for.
const LOOKED_AT: u32 = 1_000;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::POLICIES, get(list))
        .merge(editor::routes())
        .route("/admin/policies/{id}/history", get(history))
        .route("/admin/policies/{id}/delete", get(ask_to_delete).post(delete))
}

/// Evaluates to the value, or answers with the response that stands in its place.
macro_rules! or_answer {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(response) => return Ok(response),
        }
    };
}
pub(super) use editor::eased;
pub(super) use or_answer; // for the other modules

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    name: String,
    state: String,
    proof: String,
    done: String,
}

async fn list(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let idp = admin.visit.web.idp();
    let snapshot = idp.snapshot().await?;
    let known = Known::read(&snapshot, &mut reader).await?;
    let standing = idp.standing(admin.visit.now).await?;
    let proof = match &standing {
        Standing::Current(proof) => Some(proof.as_ref()),
        Standing::Stale(_) | Standing::Missing | Standing::Running => None,
    };
    let hit = hits(&snapshot);
    let words = marks.name.to_lowercase();
    let mut rows = Vec::new();
    for object in reader.objects(POLICY).await? {
        let policy = json(&object);
        let state = PolicyState::from_word(text(&policy, "/state")).unwrap_or(PolicyState::Off);
        let (answer, rules) = of_policy(proof, (&object.id, state));
        let is_wanted = (words.is_empty() || object.name.to_lowercase().contains(&words))
            && (marks.state.is_empty() || marks.state == state.word())
            && (marks.proof.is_empty() || marks.proof == answer.as_str());
        if is_wanted {
            rows.push(PolicyRow {
                people: hit.as_ref().map(|hit| hit.get(&object.id).copied().unwrap_or(0)),
                target: target(&policy, &known),
                asks: asks(&policy, &known),
                id: object.id,
                name: object.name,
                state,
                answer,
                rules,
            });
        }
    }
    rows.sort_by(|left, right| left.name.cmp(&right.name));
    let page = Policies {
        desk: admin.desk_after(&marks.done).await?,
        rows,
        narrowed: Narrowed { words: marks.name, state: marks.state, proof: marks.proof },
        pager: Pager::default(),
    };
    Ok(admin.page(&page))
}

/// How many people each policy can hit, by its id; `None` where they are too many to count here.
fn hits(
    snapshot: &cardea_idp::snapshot::Snapshot,
) -> Option<std::collections::HashMap<String, usize>> {
    let directory = &snapshot.tenant().directory;
    let people: Vec<_> = directory.people().take(COUNTED + 1).collect();
    if people.len() > COUNTED {
        return None;
    }
    let index = &snapshot.book.index;
    let mut counts = vec![0_usize; index.policies().len()];
    for person in people {
        let who = index.who(&index.member(&directory.person(person)));
        for policy in who.iter() {
            if let Some(count) = counts.get_mut(policy.position()) {
                *count += 1;
            }
        }
    }
    let named = index.policies().iter().zip(counts);
    Some(
        named
            .filter_map(|(policy, count)| Some((policy.id.as_ref()?.to_string(), count)))
            .collect(),
    )
}

async fn history(admin: Admin, Path(id): Path<String>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadLogs).await?);
    let name = reader.object(POLICY, &id).await?.map(|object| object.name);
    let records = reader.audit_records(None, LOOKED_AT).await?;
    let mut rows = Vec::new();
    for record in records.into_iter().filter(|it| it.entry.target == id) {
        let actor = reader.person(&record.entry.actor).await?;
        rows.push(HistoryRow {
            at: Moment(record.created),
            actor: actor.map_or(record.entry.actor, |it| it.display_name),
            action: record.entry.action,
            proof: proof_then(&record.entry.json),
            entry: record.number.to_string(),
        });
    }
    let page =
        History { desk: admin.desk().await?, name: name.unwrap_or_else(|| id.clone()), id, rows };
    Ok(admin.page(&page))
}

/// What an entry of the log says of the proof at the time.
pub(super) fn proof_then(entry: &str) -> String {
    let entry: Value = serde_json::from_str(entry).unwrap_or_default();
    let findings = entry.get("findings").and_then(Value::as_array).map_or(0, Vec::len);
    match (entry.get("proof").and_then(Value::as_str), findings) {
        (None, _) => String::new(),
        (Some(_), 0) => "nothing new".to_owned(),
        (Some(_), number) => admin::counted(number, "finding", "findings"),
    }
}

async fn ask_to_delete(admin: Admin, Path(id): Path<String>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let Some(object) = reader.object(POLICY, &id).await? else {
        return admin.unknown("policy", paths::POLICIES).await;
    };
    let page = Confirm {
        desk: admin.desk().await?,
        question: format!("Delete {}?", object.name),
        consequence: "It stops counting at once. The log of changes keeps what it was.".to_owned(),
        action: paths::of(paths::POLICIES, &id, "delete"),
        verb: "Delete the policy".to_owned(),
        posted: vec![(fields::VERSION.to_owned(), tag(&object.json))],
        back: paths::one(paths::POLICIES, &id),
    };
    Ok(admin.page(&page))
}

async fn delete(Path(id): Path<String>, Ordered { admin, form }: Ordered) -> Answer {
    let edit = Edit::Delete { kind: POLICY.to_owned(), id: id.clone() };
    let edits = Edits::one(edit, "Delete conditional access policy");
    let edits = edits.expecting(POLICY, &id, Some(form.one(fields::VERSION)));
    let back = paths::one(paths::POLICIES, &id);
    let action = paths::of(paths::POLICIES, &id, "delete");
    let attempt = Attempt {
        what: "the policy",
        action: &action,
        form: &form,
        fix_action: "",
        back: &back,
        mine: "",
    };
    match make(&admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(paths::POLICIES, "deleted")),
        Settled::Not(response) => Ok(response),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_tells_what_was_proved_then() {
        assert_eq!(proof_then(r#"{"proof":"sha256:1","findings":[]}"#), "nothing new");
        assert_eq!(proof_then(r#"{"proof":"sha256:1","findings":[{},{}]}"#), "2 findings");
        assert_eq!(proof_then("{}"), "");
    }
}
