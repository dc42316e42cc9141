//! A person, as the help desk sees them.

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::routing::{get, post};
use cardea_check::report::Answer as Verdict;
use cardea_idp::admin::edit::{Edit, Edits};
use cardea_idp::admin::methods::{Kind, PASSWORD, Removed};
use cardea_idp::admin::outlook::{On, Prospect, Question, Told};
use cardea_idp::admin::right::Right;
use cardea_idp::decision::{Next, Registrable, Way};
use cardea_idp::exit::Exit;
use cardea_idp::pass::{Issued as Pass, Issuer, Refused, Wanted};
use cardea_idp::{Account, ROLES, Rows, Usable};
use serde::Deserialize;
use serde_json::Value;

use super::desk::{Admin, Form, Ordered, sentence};
use super::drafted::{Attempt, Settled, make};
use super::policies::or_answer;
use super::policy_form::text;
use crate::fields::admin as fields;
use crate::pages::Moment;
use crate::pages::admin::confirm::Confirm;
use crate::pages::admin::directory::AccountState;
use crate::pages::admin::person::{DeskWork, Issued, Method, Past, Person, Reach, Sessions, Wish};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// Entries of the log in which the help desk's work is looked for.
const LOOKED_AT: u32 = 1_000;
/// How it can be made sure who calls, by the words of the form.
const CHECKS: [&str; 4] = ["called-back", "in-person", "manager", "video"];

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/people/{id}", get(open))
        .route("/admin/people/{id}/help", post(help))
        .route("/admin/people/{id}/remove", get(ask_to_remove).post(remove))
        .route("/admin/people/{id}/sign-out", post(sign_out))
        .route("/admin/people/{id}/account", post(account))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Marks {
    done: String,
    method: String,
}

async fn open(admin: Admin, Path(id): Path<String>, Query(marks): Query<Marks>) -> Answer {
    let Some(mut page) = or_answer!(page(&admin, &id).await?) else {
        return admin.unknown("person", paths::PEOPLE).await;
    };
    page.desk = admin.desk_after(&marks.done).await?;
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
    let names = roles.iter().map(|role| {
        let known = ROLES.iter().find(|(it, _)| *it == role.as_str());
        known.map_or(role.as_str(), |(_, name)| name).to_owned()
    });
    let told = told(admin, id).await?;
    let may_see = admin.caller().may(Right::ReadMethods).is_ok();
    let may_end = admin.caller().may_to(Right::WriteUsers, id, &roles).is_ok();
    Ok(Ok(Some(Person {
        desk: admin.desk().await?,
        department: text(&object, "/department").to_owned(),
        account: match row.account {
            Account::Enabled => AccountState::Enabled,
            Account::Disabled => AccountState::Disabled,
        },
        last: last(&mut reader, id).await?,
        now: told.iter().map(|(device, told)| reach(device, told)).collect(),
        desk_work: desk_work(admin, (id, &roles), &told),
        issued: None,
        methods: if may_see { methods(admin, &mut reader, id).await? } else { Vec::new() },
        groups: groups(&mut reader, id).await?,
        roles: names.collect(),
        sessions: if may_end { Sessions::CanEnd } else { Sessions::Kept },
        history: history(admin, &mut reader, id).await?,
        id: row.id,
        upn: row.upn.as_str().to_owned(),
        name: row.display_name,
    })))
}

/// What would happen now on a laptop and on a phone.
async fn told(admin: &Admin, id: &str) -> Result<Vec<(&'static str, Told)>, Broken> {
    let devices = [("laptop", On::Windows), ("Android phone", On::Android), ("iPhone", On::Ios)];
    let questions: Vec<_> = devices.iter().map(|(_, on)| Question::any_app(id, *on)).collect();
    let idp = admin.visit.web.idp();
    let told = idp.told(admin.caller(), &questions, admin.visit.now).await?;
    let told = told.ok().flatten().unwrap_or_default();
    Ok(devices.iter().map(|(name, _)| *name).zip(told).collect())
}

fn reach(device: &str, told: &Told) -> Reach {
    Reach { device: device.to_owned(), answer: verdict(&told.next), why: why(&told.next) }
}

/// Whether somebody gets in right there, without going elsewhere first.
pub(super) fn verdict(next: &Next) -> Verdict {
    match next {
        Next::Granted | Next::Show(_) | Next::Register(_) | Next::Accept(_) => Verdict::Proved,
        Next::Shut(_) => Verdict::Refuted,
    }
}

/// How somebody gets in, or what helps, in words.
pub(super) fn why(next: &Next) -> String {
    let joined = |words: Vec<&str>| words.join(" or ");
    match next {
        Next::Granted => "nothing is asked".to_owned(),
        Next::Show(ways) => format!("with {}", joined(ways.iter().map(|it| way(*it)).collect())),
        Next::Register(list) => {
            let list = list.iter().map(|it| match it {
                Registrable::Passkey => "a passkey",
                Registrable::App => "an authenticator app",
            });
            format!("after adding {}", joined(list.collect()))
        }
        Next::Accept(_) => "after accepting terms of use".to_owned(),
        Next::Shut(shut) if shut.exits.is_empty() => "nothing that Cardea knows helps".to_owned(),
        Next::Shut(shut) => {
            format!("helps: {}", joined(shut.exits.iter().map(exit).collect()))
        }
    }
}

fn way(way: Way) -> &'static str {
    match way {
        Way::Pass => "the pass",
        Way::Passkey => "a passkey",
        Way::Code => "a code from an app",
        Way::Password => "the password",
    }
}

fn exit(exit: &Exit) -> &'static str {
    match exit {
        Exit::Phone => "adding a passkey in Authenticator on a phone",
        Exit::TrustedNetwork => "a trusted network",
        Exit::ManagedDevice => "a managed device",
        Exit::Pass => "a pass, used there",
        Exit::PassOnPhone => "a pass, used in Authenticator on the phone",
        Exit::PassOnTrustedNetwork => "a pass, used on a trusted network",
    }
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

async fn methods(admin: &Admin, reader: &mut Rows, id: &str) -> Result<Vec<Method>, Broken> {
    let mut methods = Vec::new();
    for passkey in reader.passkeys(id).await? {
        let proven =
            if cardea_idp::is_proven(&passkey) { "model proven" } else { "model not proven" };
        let synced = if cardea_idp::is_synced(&passkey) { "synced" } else { "on one device" };
        let provider = cardea_idp::provider(&passkey.aaguid).unwrap_or("unknown model");
        methods.push(Method {
            id: passkey.id.clone(),
            kind: "Passkey".to_owned(),
            name: passkey.name.clone(),
            about: format!("{provider}, {synced}, {proven}"),
            added: Moment(passkey.created),
            used: passkey.last_used.map(Moment),
            matters: String::new(),
        });
    }
    for app in reader.totps(id).await? {
        methods.push(Method {
            id: app.id.clone(),
            kind: "Authenticator app".to_owned(),
            name: app.name.clone(),
            about: "codes of six digits".to_owned(),
            added: Moment(app.created),
            used: None,
            matters: String::new(),
        });
    }
    if let Some(password) = reader.password(id).await? {
        methods.push(Method {
            id: PASSWORD.to_owned(),
            kind: "Password".to_owned(),
            name: "Password".to_owned(),
            about: "given, not registered".to_owned(),
            added: Moment(password.changed),
            used: None,
            matters: String::new(),
        });
    }
    if let Some(pass) =
        reader.pass(id).await?.filter(|it| super::temporary::is_live(it, admin.visit.now))
    {
        let once = if cardea_idp::is_usable_once(&pass) { "once" } else { "as often as needed" };
        methods.push(Method {
            id: pass.issued.id.clone(),
            kind: "Pass".to_owned(),
            name: "Temporary Access Pass".to_owned(),
            about: format!("{once}, ends {}", Moment(pass.issued.ends).day_and_time()),
            added: Moment(pass.issued.created),
            used: pass.used_at.map(Moment),
            matters: String::new(),
        });
    }
    if let [only] = methods.as_mut_slice() {
        "the only way that there is".clone_into(&mut only.matters);
    }
    Ok(methods)
}

/// What the help desk did for the person before.
async fn history(admin: &Admin, reader: &mut Rows, id: &str) -> Result<Vec<Past>, Broken> {
    if admin.caller().may(Right::ReadLogs).is_err()
        && admin.caller().may(Right::WriteMethods).is_err()
    {
        return Ok(Vec::new());
    }
    let pass = reader.pass(id).await?;
    let mut history = Vec::new();
    let records = reader.audit_records(None, LOOKED_AT).await?;
    for record in records.into_iter().filter(|it| it.entry.target == id) {
        let entry: Value = serde_json::from_str(&record.entry.json).unwrap_or_default();
        let is_of_pass = text(&entry, "/method") == "temporaryAccessPass";
        let end = pass.as_ref().filter(|it| is_of_pass && text(&entry, "/id") == it.issued.id);
        let end = end.map(|it| match it.used_at {
            Some(_) => "used",
            None if admin.visit.now < it.issued.ends => "not used yet",
            None => "missed window",
        });
        let check = text(&entry, "/identity");
        let what = match (is_of_pass, check) {
            (true, "") => "Temporary Access Pass".to_owned(),
            (true, check) => format!("Temporary Access Pass ({check})"),
            (false, "") => record.entry.action,
            (false, check) => format!("{} ({check})", record.entry.action),
        };
        let actor = reader.person(&record.entry.actor).await?;
        history.push(Past {
            at: Moment(record.created),
            what,
            actor: actor.map_or(record.entry.actor, |it| it.display_name),
            end: end.unwrap_or_default().to_owned(),
        });
    }
    Ok(history)
}

/// A pass that is wanted, or what is wrong with the form.
fn wanted(form: &Form) -> Result<Wanted, Vec<(&'static str, String)>> {
    let mut wrong = Vec::new();
    if !CHECKS.contains(&form.one(fields::IDENTITY)) {
        wrong.push((fields::IDENTITY, "Choose how you know that it is this person.".to_owned()));
    }
    let minutes = form.one(fields::MINUTES).parse().ok();
    if minutes.is_none() {
        wrong.push((fields::MINUTES, "Say for how many minutes.".to_owned()));
    }
    let usable = match form.one(fields::USES) {
        "many" => Usable::Many,
        _ => Usable::Once,
    };
    if wrong.is_empty() { Ok(Wanted { minutes, usable, starts: None }) } else { Err(wrong) }
}

async fn help(Path(id): Path<String>, Ordered { admin, form }: Ordered) -> Answer {
    let Some(mut page) = or_answer!(page(&admin, &id).await?) else {
        return admin.unknown("person", paths::PEOPLE).await;
    };
    let wrong = match (wanted(&form), &page.desk_work) {
        (_, DeskWork::Refused(_)) => return Ok(admin.page_with(StatusCode::FORBIDDEN, &page)),
        (Err(wrong), DeskWork::Allowed(_)) => wrong,
        (Ok(_), DeskWork::Allowed(wish)) if !wish.pass_useless.is_empty() => {
            vec![(fields::REMEDY, format!("A pass is of no use: {}.", wish.pass_useless))]
        }
        (Ok(wanted), DeskWork::Allowed(_)) => match issue(&admin, &id, (wanted, &form)).await? {
            Ok(issued) => {
                page.issued = Some(issued);
                return Ok(admin.page(&page));
            }
            Err(wrong) => wrong,
        },
    };
    if let DeskWork::Allowed(wish) = &mut page.desk_work {
        form.one(fields::IDENTITY).clone_into(&mut wish.identity);
        form.one(fields::MINUTES).clone_into(&mut wish.minutes);
        form.one(fields::USES).clone_into(&mut wish.uses);
        wish.wrong = wrong;
    }
    Ok(admin.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

type Issuing = Result<Issued, Vec<(&'static str, String)>>;

async fn issue(
    admin: &Admin,
    id: &str,
    (wanted, form): (Wanted, &Form),
) -> Result<Issuing, Broken> {
    let idp = admin.visit.web.idp();
    let mut reader = idp.store().read().await?;
    let Some(row) = reader.person(id).await? else {
        return Ok(Err(vec![(fields::REMEDY, "This person was deleted.".to_owned())]));
    };
    drop(reader);
    let name = row.display_name.clone();
    let check = form.one(fields::IDENTITY);
    idp.note_identity_check(admin.caller(), (id, check), admin.visit.now).await?;
    let issuer = Issuer::Caller(admin.caller());
    Ok(match idp.issue_pass(issuer, (row, wanted), admin.visit.now).await? {
        Ok(Pass { text, pass }) => Ok(Issued {
            pass: in_groups(&text),
            spelled: spelled(&text),
            ends: Moment(pass.ends),
            tell: match wanted.usable {
                Usable::Once => format!(
                    "Tell {name} to start on the device that gets the passkey: this pass works once."
                ),
                Usable::Many => format!("Tell {name} that it works until then."),
            },
        }),
        Err(refused) => {
            let field = match &refused {
                Refused::Lifetime { .. } => fields::MINUTES,
                Refused::OnceOnly => fields::USES,
                Refused::NoSuchPerson(_)
                | Refused::ExternalGuest
                | Refused::Disabled
                | Refused::OutOfScope(_)
                | Refused::Start
                | Refused::NotAllowed(_) => fields::REMEDY,
            };
            Err(vec![(field, sentence(&refused.to_string()))])
        }
    })
}

/// A pass in groups of four. Spaces in a pass do not count where it is typed.
fn in_groups(pass: &str) -> String {
    let letters: Vec<char> = pass.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

/// A pass to be read out: letters by themselves, digits as words.
fn spelled(pass: &str) -> String {
    let word = |letter: char| match letter {
        '0' => "zero".to_owned(),
        '1' => "one".to_owned(),
        '2' => "two".to_owned(),
        '3' => "three".to_owned(),
        '4' => "four".to_owned(),
        '5' => "five".to_owned(),
        '6' => "six".to_owned(),
        '7' => "seven".to_owned(),
        '8' => "eight".to_owned(),
        '9' => "nine".to_owned(),
        other => other.to_string(),
    };
    let letters: Vec<char> = pass.chars().collect();
    let group = |letters: &[char]| letters.iter().map(|it| word(*it)).collect::<Vec<_>>().join(" ");
    letters.chunks(4).map(group).collect::<Vec<_>>().join(", ")
}

async fn ask_to_remove(admin: Admin, Path(id): Path<String>, Query(marks): Query<Marks>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadMethods).await?);
    let all = methods(&admin, &mut reader, &id).await?;
    let person = reader.person(&id).await?.map(|it| it.display_name);
    let back = paths::one(paths::PEOPLE, &id);
    let (Some(method), Some(person)) = (all.iter().find(|it| it.id == marks.method), person) else {
        return admin.unknown("way to sign in", &back).await;
    };
    let page = Confirm {
        desk: admin.desk().await?,
        question: format!("Remove {} from {person}?", method.name),
        consequence: if method.matters.is_empty() {
            "It stops working at once.".to_owned()
        } else {
            format!("It stops working at once, and it is {}.", method.matters)
        },
        action: paths::of(paths::PEOPLE, &id, "remove"),
        verb: "Remove it".to_owned(),
        posted: vec![("method".to_owned(), marks.method)],
        back,
    };
    Ok(admin.page(&page))
}

async fn remove(Path(id): Path<String>, Ordered { admin, form }: Ordered) -> Answer {
    let back = paths::one(paths::PEOPLE, &id);
    let method = form.one("method");
    let idp = admin.visit.web.idp();
    for kind in Kind::ALL {
        match idp.remove_method(admin.caller(), (&id, kind, method), admin.visit.now).await? {
            Err(denied) => return admin.denied(&denied).await,
            Ok(Removed::Done) => return Ok(admin.after(&back, "removed")),
            Ok(Removed::Absent) => {}
        }
    }
    admin.unknown("way to sign in any more", &back).await
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_shown_in_groups_and_spelled() {
        assert_eq!(in_groups("K7QM4T2H"), "K7QM 4T2H");
        assert_eq!(spelled("K7QM4T2H"), "K seven Q M, four T two H");
    }
}
