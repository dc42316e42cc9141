//! People: `/Users`.

use cardea_idp::admin::edit::{self, Edit, Edits};
use cardea_idp::admin::person::{self, Wanted};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::Json;
use cardea_scim::error::{Error, Reason};
use cardea_scim::graph::{self, Member, Related};
use cardea_scim::list::Query;
use cardea_scim::resource::{Meta, Resource};
use cardea_scim::schema::ResourceKind;
use cardea_store::{Person, Snapshot, Upn};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::page::Page;
use super::refusal::{Refused, Result};
use super::{Call, after, difference};
use crate::reply::Reply;
use crate::route::Deed;

/// People read at once.
const PAGE: u32 = 1000;
/// Graph's relation to the manager, as an expanded user has it.
const MANAGER: &str = "manager";
const GROUPS: &str = "groups";

pub(super) async fn answer(call: &Call<'_>, deed: Deed, key: &str) -> Result<Reply> {
    match deed {
        Deed::List => list(call).await,
        Deed::Create => create(call).await,
        Deed::Get => {
            let mut reader = call.reader(Right::ReadDirectory).await?;
            let person = find(&mut reader, key).await?;
            let (resource, meta) = resource(call, &mut reader, (&person, Groups::Shown)).await?;
            call.item(&resource, &meta)
        }
        Deed::Replace | Deed::Change => change(call, deed, key).await,
        Deed::Delete => {
            let person = find(&mut call.reader(Right::WriteUsers).await?, key).await?;
            call.expects(&edit::tag(&person.json))?;
            let edits = Edits::one(Edit::DeletePerson(person.id.clone()), "Delete user");
            let tag = call.tag(&person.json);
            call.change(&edits.expecting("user", &person.id, tag.as_deref())).await?;
            Ok(Reply::done())
        }
    }
}

async fn find(reader: &mut Snapshot, id: &str) -> Result<Person> {
    let found = match reader.person(id).await? {
        None => reader.person(&id.to_ascii_lowercase()).await?,
        found @ Some(_) => found,
    };
    found.ok_or_else(|| Error::new(Reason::NotFound, "There is no user with this id.").into())
}

/// Whether the groups of a person are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Groups {
    Shown,
    LeftOut,
}

/// A person as SCIM has them.
async fn resource(
    call: &Call<'_>,
    reader: &mut Snapshot,
    (person, groups): (&Person, Groups),
) -> Result<(Resource, Meta)> {
    let body = person::shown(person)?;
    let mut related = Related { base: call.api.scim(), ..Related::default() };
    if let Some(id) = body.get(MANAGER).and_then(|it| it.get("id")).and_then(Value::as_str)
        && let Some(manager) = reader.person(id).await?
    {
        related.manager = Some(Member::user(id, Some(&manager.display_name)));
    }
    if groups == Groups::Shown {
        for membership in reader.groups_of(&person.id).await? {
            if let Some(group) = reader.object("group", &membership.group).await? {
                related.groups.push(Member::group(&group.id, Some(&group.name)));
            }
        }
    }
    let meta = call.meta(&body, person.changed, &edit::tag(&person.json));
    Ok((graph::resource(ResourceKind::User, &body, related), meta))
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let query = call.query(ResourceKind::User)?;
    let mut reader = call.reader(Right::ReadDirectory).await?;
    let page = match named(&mut reader, &query).await? {
        Named::One(person) => {
            let mut page = Page::new(query.places());
            if let Some(person) = person {
                page.offer(*person);
            }
            page
        }
        Named::Any => walked(call, &mut reader, &query).await?,
    };
    let groups = if query.selection.has(GROUPS) { Groups::Shown } else { Groups::LeftOut };
    let mut shown = Vec::new();
    for person in &page.kept {
        let (resource, meta) = resource(call, &mut reader, (person, groups)).await?;
        shown.push(resource.rendered(&meta, &query.selection));
    }
    Ok(Reply::ok(query.answer(page.total, &shown)))
}

/// Whom a filter can be about.
enum Named {
    /// Whoever has that name or id, or nobody.
    One(Option<Box<Person>>),
    Any,
}

/// Whom a filter names: before it creates somebody, a client asks for each of them.
async fn named(reader: &mut Snapshot, query: &Query) -> Result<Named> {
    let Some((path, text)) = query.filter.as_ref().and_then(|it| it.equality()) else {
        return Ok(Named::Any);
    };
    let found = match (&path.extension, &path.inner, path.name.as_str()) {
        (None, None, "userName") => match Upn::parse(text) {
            Ok(upn) => reader.person_by_upn(&upn).await?,
            Err(_) => None,
        },
        (None, None, "id") => reader.person(text).await?,
        (Some(_) | None, Some(_) | None, _) => return Ok(Named::Any),
    };
    Ok(Named::One(found.map(Box::new)))
}

/// Everybody who matches, of whom only a page is kept.
async fn walked(call: &Call<'_>, reader: &mut Snapshot, query: &Query) -> Result<Page<Person>> {
    let is_of_groups = query.filter.as_ref().is_some_and(|it| it.is_about(GROUPS));
    let groups = if is_of_groups { Groups::Shown } else { Groups::LeftOut };
    let mut page = Page::new(query.places());
    let mut last = String::new();
    loop {
        let people = reader.people(&last, PAGE).await?;
        let Some(person) = people.last() else { return Ok(page) };
        last.clone_from(&person.id);
        for person in people {
            let matches = match &query.filter {
                None => true,
                Some(filter) => {
                    let (resource, meta) = resource(call, reader, (&person, groups)).await?;
                    filter.matches(&resource.described(&meta))
                }
            };
            if matches {
                page.offer(person);
            }
        }
    }
}

async fn create(call: &Call<'_>) -> Result<Reply> {
    let resource = Resource::parse(ResourceKind::User, call.body()?)?;
    let mut body = wanted(call, &resource, &Json::new()).await?;
    body.retain(|_, value| !value.is_null());
    let Wanted { person, password, .. } = person::created(body, call.now)??;
    let mut edits = Edits::one(Edit::PutPerson(Box::new(person.clone())), "Add user");
    edits.edits.extend(given(call, &person.id, password).await?);
    call.change(&edits).await?;
    let mut reader = call.reader(Right::WriteUsers).await?;
    let (resource, meta) = self::resource(call, &mut reader, (&person, Groups::LeftOut)).await?;
    call.created(&resource, &meta)
}

async fn change(call: &Call<'_>, deed: Deed, key: &str) -> Result<Reply> {
    let mut reader = call.reader(Right::WriteUsers).await?;
    let before = find(&mut reader, key).await?;
    call.expects(&edit::tag(&before.json))?;
    let (known, _) = resource(call, &mut reader, (&before, Groups::Shown)).await?;
    let body = person::shown(&before)?;
    let wished = wanted(call, &after(call, deed, &known)?, &body).await?;
    let patch = difference(&body, &wished);
    if !patch.is_empty() {
        let Wanted { person, password, effect } = person::patched(&before, &patch, call.now)??;
        let edit = Edit::PutPerson(Box::new(person));
        let mut edits = Edits { effect, ..Edits::one(edit, "Update user") };
        edits.edits.extend(given(call, &before.id, password).await?);
        let tag = call.tag(&before.json);
        call.change(&edits.expecting("user", &before.id, tag.as_deref())).await?;
    }
    let mut reader = call.reader(Right::WriteUsers).await?;
    let person = find(&mut reader, &before.id).await?;
    let (resource, meta) = resource(call, &mut reader, (&person, Groups::Shown)).await?;
    call.item(&resource, &meta)
}

/// The user object that a resource makes of another one.
async fn wanted(call: &Call<'_>, resource: &Resource, before: &Json) -> Result<Json> {
    let mut body = graph::laid_over(resource, before);
    // Graph cannot do without a name that is shown, SCIM can.
    if body.get("displayName").is_none_or(Value::is_null) {
        body.insert("displayName".to_owned(), Value::from(name(resource)));
    }
    match graph::superior(resource) {
        None => body.remove(MANAGER),
        Some(id) => {
            let manager = find(&mut call.reader(Right::WriteUsers).await?, id).await;
            let id = manager.map_err(|refused| absent(refused, id))?.id;
            let value = json!({ "@odata.type": "#microsoft.graph.user", "id": id });
            body.insert(MANAGER.to_owned(), value)
        }
    };
    Ok(body)
}

fn absent(refused: Refused, id: &str) -> Refused {
    if refused.error.reason() != Reason::NotFound {
        return refused;
    }
    let detail = format!("The manager '{id}' is not here. Create them first.");
    Error::new(Reason::InvalidValue, detail).into()
}

/// What somebody is called whose client did not say it.
fn name(resource: &Resource) -> String {
    let part = |part: &str| {
        let name = resource.attributes().get("name")?;
        name.get(part).and_then(Value::as_str).filter(|it| !it.trim().is_empty())
    };
    let both: Vec<&str> = ["givenName", "familyName"].into_iter().filter_map(part).collect();
    let whole = part("formatted").map(str::to_owned);
    whole
        .or_else(|| (!both.is_empty()).then(|| both.join(" ")))
        .unwrap_or_else(|| resource.text("userName").unwrap_or_default().to_owned())
}

/// The change that gives a person a password.
async fn given(
    call: &Call<'_>,
    person: &str,
    password: Option<Zeroizing<String>>,
) -> Result<Option<Edit>> {
    let Some(text) = password else { return Ok(None) };
    let password = call.api.idp().hashed(text, call.now).await?;
    Ok(Some(Edit::PutPassword { person: person.to_owned(), password }))
}
