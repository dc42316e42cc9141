//! Named locations.

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::routing::get;
use cardea_idp::admin::edit::tag;
use cardea_idp::admin::right::Right;
use cardea_idp::admin::shape::Json;
use cardea_idp::{Object, Rows};
use serde_json::{Value, json};

use super::super::desk::{Admin, Form, Ordered};
use super::super::known::{LOCATIONS, json as parsed};
use super::super::policies::or_answer;
use super::super::policy_form::{list, text};
use super::{Marks, fitting, kept, policies_with};
use crate::fields::admin as fields;
use crate::pages::admin::building::{Holds, LocationEditor, LocationRow, Locations, Trust};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// A location of networks.
const RANGES: &str = "ipNamedLocation";
/// A location of countries.
const COUNTRIES: &str = "countryNamedLocation";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::LOCATIONS, get(locations))
        .route("/admin/locations/new", get(new_location).post(save_new_location))
        .route("/admin/locations/{id}", get(location).post(save_location))
}

async fn named_by(reader: &mut Rows, id: &str) -> Result<Vec<String>, Broken> {
    const POINTERS: [&str; 2] =
        ["/conditions/locations/includeLocations", "/conditions/locations/excludeLocations"];
    policies_with(reader, |policy| {
        POINTERS.iter().any(|pointer| list(policy, pointer).any(|it| it == id))
    })
    .await
}

async fn locations(admin: Admin, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let mut rows = Vec::new();
    for kind in LOCATIONS {
        for object in reader.objects(kind).await? {
            let json = parsed(&object);
            rows.push(LocationRow {
                policies: named_by(&mut reader, &object.id).await?,
                holds: match kind {
                    RANGES => ranges(&json).join(", "),
                    COUNTRIES => list(&json, "/countriesAndRegions").collect::<Vec<_>>().join(", "),
                    _ => "a compliant network".to_owned(),
                },
                trust: trust(&json),
                id: object.id,
                name: object.name,
            });
        }
    }
    rows.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(admin.page(&Locations { desk: admin.desk_after(&marks.done).await?, rows }))
}

fn ranges(location: &Value) -> Vec<&str> {
    let ranges = location.get("ipRanges").and_then(Value::as_array).into_iter().flatten();
    ranges.map(|it| text(it, "/cidrAddress")).filter(|it| !it.is_empty()).collect()
}

fn trust(location: &Value) -> Trust {
    match location.get("isTrusted").and_then(Value::as_bool) {
        Some(true) => Trust::Trusted,
        Some(false) | None => Trust::Not,
    }
}

async fn location_page(admin: &Admin, object: Option<&Object>) -> Result<LocationEditor, Broken> {
    let json = object.map(parsed).unwrap_or_default();
    let holds = if object.is_some_and(|it| it.kind == COUNTRIES) {
        Holds::Countries(list(&json, "/countriesAndRegions").collect::<Vec<_>>().join("\n"))
    } else {
        Holds::Ranges { ranges: ranges(&json).join("\n"), trust: trust(&json) }
    };
    let address = admin.visit.visitor.address;
    Ok(LocationEditor {
        desk: admin.desk().await?,
        id: object.map(|it| it.id.clone()).unwrap_or_default(),
        name: object.map(|it| it.name.clone()).unwrap_or_default(),
        version: object.map(|it| tag(&it.json)).unwrap_or_default(),
        holds,
        seen_from: address.map_or_else(|| "an unknown address".to_owned(), |it| it.to_string()),
        wrong: Vec::new(),
    })
}

async fn new_location(admin: Admin) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WritePolicies) {
        return admin.denied(&denied).await;
    }
    Ok(admin.page(&location_page(&admin, None).await?))
}

/// The location with an id, of whatever kind.
async fn location_of(reader: &mut Rows, id: &str) -> Result<Option<Object>, Broken> {
    for kind in [RANGES, COUNTRIES] {
        if let Some(object) = reader.object(kind, id).await? {
            return Ok(Some(object));
        }
    }
    Ok(None)
}

async fn location(admin: Admin, Path(id): Path<String>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    match location_of(&mut reader, &id).await? {
        Some(object) => Ok(admin.page(&location_page(&admin, Some(&object)).await?)),
        None => admin.unknown("location that can be edited", paths::LOCATIONS).await,
    }
}

async fn save_new_location(ordered: Ordered) -> Answer {
    saved_location(&ordered, "").await
}

async fn save_location(Path(id): Path<String>, ordered: Ordered) -> Answer {
    saved_location(&ordered, &id).await
}

async fn saved_location(Ordered { admin, form }: &Ordered, id: &str) -> Answer {
    if let Err(denied) = admin.caller().may(Right::WritePolicies) {
        return admin.denied(&denied).await;
    }
    let mut reader = or_answer!(admin.reader(Right::ReadPolicies).await?);
    let before = if id.is_empty() { None } else { location_of(&mut reader, id).await? };
    drop(reader);
    if before.is_none() && !id.is_empty() {
        return admin.unknown("location", paths::LOCATIONS).await;
    }
    let kind = match (&before, form.one(fields::KIND)) {
        (Some(before), _) => before.kind.clone(),
        (None, "countries") => COUNTRIES.to_owned(),
        (None, _) => RANGES.to_owned(),
    };
    let mut wrong = Vec::new();
    let wish = location_json(&kind, form, &mut wrong);
    let object = fitting(admin, (&kind, before.as_ref(), wish), ("ranges", &mut wrong))?;
    let Some(object) = object else {
        let holds = if kind == COUNTRIES {
            Holds::Countries(form.one("countries").to_owned())
        } else {
            let trust = if form.one("trust") == "yes" { Trust::Trusted } else { Trust::Not };
            Holds::Ranges { ranges: form.one("ranges").to_owned(), trust }
        };
        let name = form.one(fields::NAME).to_owned();
        let page =
            LocationEditor { name, holds, wrong, ..location_page(admin, before.as_ref()).await? };
        return Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    kept(admin, form, (before.as_ref(), object, paths::LOCATIONS, "named location")).await
}

fn location_json(kind: &str, form: &Form, wrong: &mut Vec<(String, String)>) -> Json {
    let mut wish = Json::new();
    let name = form.one(fields::NAME);
    if name.is_empty() {
        wrong.push((fields::NAME.to_owned(), "Give it a name.".to_owned()));
    }
    wish.insert("displayName".to_owned(), Value::from(name));
    if kind == COUNTRIES {
        let codes: Vec<String> = form.lines("countries").map(str::to_uppercase).collect();
        let is_code = |it: &&String| it.len() == 2 && it.bytes().all(|b| b.is_ascii_uppercase());
        if let Some(other) = codes.iter().find(|it| !is_code(it)) {
            wrong.push(("countries".to_owned(), format!("{other} is no code of two letters.")));
        } else if codes.is_empty() {
            wrong.push(("countries".to_owned(), "Name a country.".to_owned()));
        }
        wish.insert("countriesAndRegions".to_owned(), json!(codes));
        return wish;
    }
    let mut networks = Vec::new();
    for line in form.lines("ranges") {
        match line.parse::<ipnet::IpNet>() {
            Ok(net) => {
                let version = if net.addr().is_ipv4() { "iPv4" } else { "iPv6" };
                networks.push(json!({
                    "@odata.type": format!("#microsoft.graph.{version}CidrRange"),
                    "cidrAddress": net.to_string(),
                }));
            }
            Err(_) => wrong.push((
                "ranges".to_owned(),
                format!("{line} is no network. It looks like 203.0.113.0/24."),
            )),
        }
    }
    if networks.is_empty() && wrong.is_empty() {
        wrong.push(("ranges".to_owned(), "Name a network.".to_owned()));
    }
    wish.insert("isTrusted".to_owned(), Value::from(form.one("trust") == "yes"));
    wish.insert("ipRanges".to_owned(), Value::Array(networks));
    wish
}
