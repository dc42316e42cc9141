//! Templates of policies: Graph's `conditionalAccessTemplate`.
//!
//! They are Entra's eighteen, told in our words. The ids are Entra's too, so that a policy's
//! `templateId` means the same in both; only that of the template for approved apps, which is published
//! nowhere, is ours.

use std::sync::LazyLock;

use cardea_idp::admin::caller::Identity;
use cardea_idp::admin::shape::Json;
use serde_json::{Value, json};

use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::route::Templates;

const ENTITY: &str = "identity/conditionalAccess/templates";

static ALL: LazyLock<Vec<Json>> = LazyLock::new(|| {
    let parsed = serde_json::from_str(include_str!("templates.json"));
    // The tests read each of them.
    parsed.unwrap_or_default()
});

pub(super) fn answer(call: &Call<'_>, action: Templates, key: &str) -> Result<Reply> {
    match action {
        Templates::List => {
            let all = ALL.iter().map(|it| Value::Object(offered(call, it)));
            call.page(ENTITY, &call.list()?, all)
        }
        Templates::Get => {
            let has_key = |it: &&Json| {
                let id = it.get("id").and_then(Value::as_str);
                id.is_some_and(|id| id.eq_ignore_ascii_case(key))
            };
            let found = ALL.iter().find(has_key);
            let found = found.ok_or_else(|| Problem::absent("template", key))?;
            call.item((ENTITY, key), offered(call, found))
        }
    }
}

/// A template for whoever asks. Its policy would leave them out, so that a mistake in it does not
/// shut out whoever can mend it.
fn offered(call: &Call<'_>, template: &Json) -> Json {
    let mut template = template.clone();
    let users = template
        .get_mut("details")
        .and_then(|it| it.pointer_mut("/conditions/users"))
        .and_then(Value::as_object_mut);
    if let (Some(users), Identity::Person { id, .. }) = (users, call.caller.identity()) {
        let excluded = users.entry("excludeUsers").or_insert_with(|| json!([]));
        if let Some(excluded) = excluded.as_array_mut() {
            excluded.push(Value::from(id.as_str()));
        }
    }
    template
}
