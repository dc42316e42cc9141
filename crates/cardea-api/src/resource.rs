//! What is behind the addresses.

mod applications;
mod expansion;
mod logs;
pub(crate) mod members;
mod methods;
mod methods_policy;
pub(crate) mod objects;
mod organization;
pub(crate) mod refusal;
mod roles;
mod strengths;
mod templates;
mod users;
mod what_if;

use crate::call::Call;
use crate::problem::Result;
use crate::reply::Reply;
use crate::route::Action;

/// Answers a request. `keys` are those of the address, in its order.
pub(crate) async fn answer(call: &Call<'_>, action: Action, keys: &[&str]) -> Result<Reply> {
    let expansion = expansion::asked(call, action)?;
    let reply = plain(call, action, keys).await?;
    expansion.inside(call, reply).await
}

/// Answers without what is related.
async fn plain(call: &Call<'_>, action: Action, keys: &[&str]) -> Result<Reply> {
    let key = keys.first().copied().unwrap_or_default();
    match action {
        Action::Objects(action, collection) => {
            objects::answer(call, (action, collection), key).await
        }
        Action::Users(action) => users::answer(call, action, key).await,
        Action::Members(action) => members::answer(call, action, keys).await,
        Action::Methods(action) => methods::answer(call, action, keys).await,
        Action::MethodsPolicy(action) => methods_policy::answer(call, action, key).await,
        Action::Strengths(action) => strengths::answer(call, action, keys).await,
        Action::Roles(action) => roles::answer(call, action, key).await,
        Action::Logs(action) => logs::answer(call, action, key).await,
        Action::Applications(action) => applications::answer(call, action, key).await,
        Action::Templates(action) => templates::answer(call, action, key),
        Action::DirectoryObject => members::directory_object(call, key).await,
        Action::Organization => organization::answer(call),
        Action::WhatIf => what_if::answer(call).await,
    }
}
