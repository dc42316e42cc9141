//! A person, as the help desk sees them.

mod exemption;
mod history;
mod methods;
mod pass;
mod words;

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use cardea_idp::admin::edit::{Edit, Edits};
use cardea_idp::admin::outlook::{Prospect, Question, Told};
use cardea_idp::admin::right::Right;
use cardea_idp::decision::Next;
use cardea_idp::exit::Exit;
use cardea_idp::{Account, Platform, ROLES, Rows};
use serde::Deserialize;
use serde_json::Value;

use super::desk::{Admin, Ordered, sentence};
use super::drafted::{Attempt, Settled, make};
use super::known::LOCATIONS;
use super::policies::or_answer;
use super::policy_form::text;
use super::temporary::is_live;
use crate::pages::Moment;
use crate::pages::admin::directory::AccountState;
use crate::pages::admin::person::{DeskWork, Person, Reach, Sessions, Wish};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

pub(in crate::routes) use exemption::{policy_name, words as control_words};
pub(super) use words::{verdict, why};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/people/{id}", get(open))
        .merge(pass::routes())
        .merge(exemption::routes())
        .merge(methods::routes())
        .route("/admin/people/{id}/sign-out", post(sign_out))
        .route("/admin/people/{id}/account", post(account))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    done: String,
    again: String,
    policy: String,
    hours: String,
    location: String,
}

impl Marks {
    /// What was issued once and is to be issued again.
    fn fill(self, wish: &mut Wish) {
        match self.again.as_str() {
            "pass" => self.again.clone_into(&mut wish.remedy),
            "exemption" if !wish.policies.is_empty() => {
                wish.remedy = self.again;
                wish.policy = self.policy;
                wish.hours = self.hours;
                wish.location = self.location;
            }
            _ => {}
        }
    }
}

async fn open(admin: Admin, Path(id): Path<String>, Query(marks): Query<Marks>) -> Answer {
    let Some(mut page) = or_answer!(page(&admin, &id).await?) else {
        return admin.unknown("person", paths::PEOPLE).await;
    };
    page.desk = admin.desk_after(&marks.done).await?;
    if let DeskWork::Allowed(wish) = &mut page.desk_work {
        marks.fill(wish);
    }
    Ok(admin.page(&page))
}

type Found = Result<Option<Person>, axum::response::Response>;

/// The page of a person; `None` where there is none.
async fn page(admin: &Admin, id: &str) -> Result<Found, Broken> {
    let mut reader = match admin.reader(Right::ReadDirectory).await? {
        Ok(reader) => reader,
        Err(response) => return Ok(Err(response)),
    };
    let Some(row) = reader.person(id).await? else { return Ok(Ok(None)) };
    let object: Value = serde_json::from_str(&row.json).unwrap_or_default();
    let snapshot = admin.visit.web.idp().snapshot().await?;
    let directory = &snapshot.tenant().directory;
    let roles = snapshot.person(id).map(|at| directory.person(at).roles).unwrap_or_default();
    let told = told(admin, id).await?;
    let may_see = admin.caller().may(Right::ReadMethods).is_ok();
    let mut desk_work = desk_work(admin, (id, &roles), &told);
    offer_exemption(admin, &mut reader, (&mut desk_work, &told)).await?;
    let pass = reader.pass(id).await?.filter(|it| is_live(it, admin.visit.now));
    let out = pass.map(|it| Moment(it.issued.ends));
    let may_end = admin.caller().may_to(Right::WriteUsers, id, &roles).is_ok();
    Ok(Ok(Some(Person {
        desk: admin.desk().await?,
        department: text(&object, "/department").to_owned(),
        account: match row.account {
            Account::Enabled => AccountState::Enabled,
            Account::Disabled => AccountState::Disabled,
        },
        last: last(&mut reader, id).await?,
        now: told.iter().map(|(device, told)| reach(device, told, out)).collect(),
        desk_work,
        exempt: exemption::of_person(admin, &mut reader, id).await?,
        issued: None,
        methods: if may_see { methods::of(admin, &mut reader, id).await? } else { Vec::new() },
        groups: groups(&mut reader, id).await?,
        roles: roles.iter().map(|role| role_name(role.as_str())).collect(),
        sessions: if may_end { Sessions::CanEnd } else { Sessions::Kept },
        history: history::of(admin, &mut reader, id).await?,
        id: row.id,
        upn: row.upn.as_str().to_owned(),
        name: row.display_name,
    })))
}

fn role_name(role: &str) -> String {
    let known = ROLES.iter().find(|(it, _)| *it == role);
    known.map_or(role, |(_, name)| name).to_owned()
}

/// Offers an exemption where the help desk may do something, and recommends it where no pass helps.
async fn offer_exemption(
    admin: &Admin,
    reader: &mut Rows,
    (desk_work, told): (&mut DeskWork, &[(&'static str, Told)]),
) -> Result<(), Broken> {
    let DeskWork::Allowed(wish) = desk_work else { return Ok(()) };
    let locations = locations(reader).await?;
    exemption::offer(admin, wish, (told, &locations)).await?;
    if !wish.pass_useless.is_empty() && !wish.policies.is_empty() {
        "exemption".clone_into(&mut wish.remedy);
        wish.recommended = ("exemption".to_owned(), "no pass opens a way".to_owned());
    }
    Ok(())
}

/// Named locations: ids and names.
async fn locations(reader: &mut Rows) -> Result<Vec<(String, String)>, Broken> {
    let mut all = Vec::new();
    for kind in LOCATIONS {
        let objects = reader.objects(kind).await?;
        all.extend(objects.into_iter().map(|it| (it.id, it.name)));
    }
    Ok(all)
}

/// What would happen now on a laptop and on a phone.
async fn told(admin: &Admin, id: &str) -> Result<Vec<(&'static str, Told)>, Broken> {
    let devices = [
        ("laptop", Platform::Windows),
        ("Android phone", Platform::Android),
        ("iPhone", Platform::Ios),
    ];
    let questions: Vec<_> = devices.iter().map(|(_, on)| Question::any_app(id, *on)).collect();
    let idp = admin.visit.web.idp();
    let told = idp.told(admin.caller(), &questions, admin.visit.now).await?;
    let told = told.ok().flatten().unwrap_or_default();
    Ok(devices.iter().map(|(name, _)| *name).zip(told).collect())
}

fn reach(device: &str, told: &Told, out: Option<Moment>) -> Reach {
    let why = match (out, words::pass_place(&told.next)) {
        (Some(until), Some(place)) => {
            format!("a pass is out until {}, to be used {place}", until.day_and_time())
        }
        _ => why(&told.next),
    };
    Reach { device: device.to_owned(), answer: verdict(&told.next), why }
}

/// What the help desk may do, with what is recommended filled in.
fn desk_work(
    admin: &Admin,
    (id, roles): (&str, &std::collections::BTreeSet<cardea_idp::RoleId>),
    told: &[(&'static str, Told)],
) -> DeskWork {
    if let Err(denied) = admin.caller().may_to(Right::WriteMethods, id, roles) {
        return DeskWork::Refused(sentence(&denied.to_string()));
    }
    let snapshot = admin.visit.web.idp().last_snapshot();
    let limits =
        snapshot.tenant().methods.as_ref().map(|it| {
            (it.pass.minimum_lifetime, it.pass.maximum_lifetime, it.pass.default_lifetime)
        });
    let (least, most, usual) = limits.unwrap_or((10, 480, 60));
    let exits = told.iter().flat_map(|(_, told)| match &told.next {
        Next::Shut(shut) => shut.exits.clone(),
        Next::Granted | Next::Show(_) | Next::Register(_) | Next::Accept(_) => Vec::new(),
    });
    let exits: Vec<Exit> = exits.collect();
    let is_stuck = told
        .iter()
        .all(|(_, it)| matches!(Prospect::of(&it.next), Prospect::Help | Prospect::Trapped));
    let helps = |wanted: &[Exit]| exits.iter().any(|exit| wanted.contains(exit));
    let on_phone = helps(&[Exit::PassOnPhone]) && !helps(&[Exit::Pass]);
    let any = helps(&[Exit::Pass, Exit::PassOnPhone, Exit::PassOnTrustedNetwork]);
    let why =
        if on_phone { "used in Authenticator on the phone" } else { "to add a passkey with it" };
    DeskWork::Allowed(Box::new(Wish {
        remedy: "pass".to_owned(),
        recommended: if any {
            ("pass".to_owned(), why.to_owned())
        } else {
            <(String, String)>::default()
        },
        pass_useless: if is_stuck && !any {
            "no policy that stops this person accepts a pass".to_owned()
        } else {
            String::new()
        },
        minutes: usual.to_string(),
        bounds: (least, most),
        uses: "once".to_owned(),
        ..Wish::default()
    }))
}

/// The last sign-in: its entry, how it ended, and when.
async fn last(reader: &mut Rows, id: &str) -> Result<Option<(String, String, Moment)>, Broken> {
    let filter = cardea_idp::SignInFilter {
        person: Some(id.to_owned()),
        ..cardea_idp::SignInFilter::default()
    };
    let records = reader.sign_ins(&filter, 1).await?;
    Ok(records.into_iter().next().map(|record| {
        let json: Value = serde_json::from_str(&record.json).unwrap_or_default();
        let code = json.pointer("/status/errorCode").and_then(Value::as_u64).unwrap_or(0);
        let text = if code == 0 { "signed in".to_owned() } else { format!("stopped, {code}") };
        (record.id, text, Moment(record.created))
    }))
}

async fn groups(reader: &mut Rows, id: &str) -> Result<Vec<(String, String)>, Broken> {
    let mut groups = Vec::new();
    for row in reader.groups_of(id).await? {
        let name = reader.object("group", &row.group).await?.map(|it| it.name);
        groups.push((row.group.clone(), name.unwrap_or(row.group)));
    }
    Ok(groups)
}

async fn sign_out(Path(id): Path<String>, Ordered { admin, .. }: Ordered) -> Answer {
    let idp = admin.visit.web.idp();
    match idp.revoke_sessions(admin.caller(), &id, admin.visit.now).await? {
        Ok(()) => Ok(admin.after(&paths::one(paths::PEOPLE, &id), "signed-out")),
        Err(denied) => admin.denied(&denied).await,
    }
}

/// Turns an account on or off.
async fn account(Path(id): Path<String>, Ordered { admin, form }: Ordered) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let Some(row) = reader.person(&id).await? else {
        return admin.unknown("person", paths::PEOPLE).await;
    };
    drop(reader);
    let enabled = form.one(crate::fields::CHOICE) == "on";
    let patch = serde_json::json!({ "accountEnabled": enabled });
    let Value::Object(patch) = patch else { return Ok(admin.overtaken()) };
    let back = paths::one(paths::PEOPLE, &id);
    let Ok(wanted) = cardea_idp::admin::person::patched(&row, &patch, admin.visit.now)? else {
        return admin.unknown("account that can be changed", &back).await;
    };
    let activity = if enabled { "Enable account" } else { "Disable account" };
    let edits = Edits::one(Edit::PutPerson(Box::new(wanted.person)), activity);
    let action = paths::of(paths::PEOPLE, &id, "account");
    let attempt = Attempt {
        what: &row.display_name,
        action: &action,
        form: &form,
        fix_action: "",
        back: &back,
        mine: "",
    };
    match make(&admin, (&edits, &attempt)).await? {
        Settled::Done => Ok(admin.after(&back, "saved")),
        Settled::Not(response) => Ok(response),
    }
}
