//! The help desk exempts somebody from a policy for some hours, and takes that back.

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use cardea_idp::admin::exemption::{Control, Ended, HOURS, Refused, Wanted, words_of};
use cardea_idp::admin::outlook::{Stands, Told, mismatch};
use cardea_idp::admin::right::Right;
use cardea_idp::{Rows, State};

use super::super::desk::{Admin, Form, Ordered, sentence};
use super::super::drafted::{Attempt, Settled, make};
use super::super::policies::or_answer;
use crate::fields::admin as fields;
use crate::pages::Moment;
use crate::pages::admin::confirm::Confirm;
use crate::pages::admin::person::{COMPLIANT, Exempt, Wish};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/admin/exemptions/{id}/end", get(ask_to_end).post(end))
}

/// Fields and what is wrong with them.
type Wrong = Vec<(&'static str, String)>;

fn control(word: &str) -> Option<Control> {
    match word {
        "" => None,
        COMPLIANT => Some(Control::CompliantDevice),
        location => Some(Control::Within(location.to_owned())),
    }
}

fn wanted<'a>(form: &'a Form, person: &'a str) -> Result<Wanted<'a>, Wrong> {
    let mut wrong = Vec::new();
    let (policy, hours) = (form.one(fields::POLICY), form.one("hours").parse().ok());
    let hours: Option<u32> = hours.filter(|hours| HOURS.contains(hours));
    let control = control(form.one(fields::LOCATION));
    if policy.is_empty() {
        wrong.push((fields::POLICY, "Choose the policy that it is from.".to_owned()));
    }
    if hours.is_none() {
        wrong.push(("hours", "Choose when it ends.".to_owned()));
    }
    if control.is_none() {
        wrong.push((fields::LOCATION, "Choose what holds in the policy's place.".to_owned()));
    }
    match (hours, control) {
        (Some(hours), Some(control)) if wrong.is_empty() => {
            Ok(Wanted { person, policy, hours, control })
        }
        _ => Err(wrong),
    }
}

/// Exempts somebody; or what is wrong with the form. The answer is a page in both other cases.
pub(super) async fn exempt(
    admin: &Admin,
    form: &Form,
    (id, name): (&str, &str),
) -> Result<Result<Response, Wrong>, Broken> {
    let wanted = match wanted(form, id) {
        Ok(wanted) => wanted,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let idp = admin.visit.web.idp();
    let edits = match idp.exempting(admin.caller(), &wanted, admin.visit.now).await? {
        Ok(edits) => edits,
        Err(refused) => {
            let field = match refused {
                Refused::NoPolicy | Refused::NotOn => fields::POLICY,
                Refused::NoLocation => fields::LOCATION,
                Refused::Hours => "hours",
            };
            return Ok(Err(vec![(field, sentence(&refused.to_string()))]));
        }
    };
    let check = form.one(fields::IDENTITY);
    idp.note_identity_check(admin.caller(), (id, check), admin.visit.now).await?;
    let back = paths::one(paths::PEOPLE, id);
    let action = paths::of(paths::PEOPLE, id, "help");
    let what = format!("the exemption of {name}");
    let attempt =
        Attempt { what: &what, action: &action, form, fix_action: "", back: &back, mine: "" };
    Ok(Ok(match make(admin, (&edits, &attempt)).await? {
        Settled::Done => admin.after(&back, "exempt"),
        Settled::Not(response) => response,
    }))
}

async fn ask_to_end(admin: Admin, Path(id): Path<String>) -> Answer {
    let mut reader = or_answer!(admin.reader(Right::ReadDirectory).await?);
    let all = match admin.visit.web.idp().exemptions(admin.caller()).await? {
        Ok(all) => all,
        Err(denied) => return admin.denied(&denied).await,
    };
    let Some(it) = all.into_iter().find(|it| it.id == id) else {
        return admin.unknown("exemption any more", paths::EXEMPTIONS).await;
    };
    let person = reader.person(&it.person).await?.map_or(it.person, |row| row.display_name);
    let policy = policy_name(&mut reader, &it.policy).await?;
    let page = Confirm {
        desk: admin.desk().await?,
        question: format!("End the exemption of {person}?"),
        consequence: format!("{policy} counts for them again at once."),
        action: paths::of(paths::EXEMPTIONS, &id, "end"),
        verb: "End it".to_owned(),
        posted: Vec::new(),
        back: paths::EXEMPTIONS.to_owned(),
    };
    Ok(admin.page(&page))
}

/// Ends an exemption before its time.
async fn end(Path(id): Path<String>, Ordered { admin, .. }: Ordered) -> Answer {
    let idp = admin.visit.web.idp();
    match idp.end_exemption(admin.caller(), &id, admin.visit.now).await? {
        Err(denied) => admin.denied(&denied).await,
        Ok(Ended::Done) => Ok(admin.after(paths::EXEMPTIONS, "exemption-ended")),
        Ok(Ended::Absent) => admin.unknown("exemption any more", paths::EXEMPTIONS).await,
    }
}

/// What somebody is exempt from, in words.
pub(in crate::routes::admin) async fn of_person(
    admin: &Admin,
    reader: &mut Rows,
    id: &str,
) -> Result<Vec<Exempt>, Broken> {
    let all = admin.visit.web.idp().exemptions_of(id).await?;
    let mut shown = Vec::new();
    for exemption in all {
        shown.push(Exempt {
            policy: policy_name(reader, &exemption.policy).await?,
            control: words(reader, &exemption.control).await?,
            ends: Moment(exemption.ends),
            id: exemption.id,
        });
    }
    Ok(shown)
}

/// The name of a policy, or its id where it is gone.
pub(in crate::routes) async fn policy_name(reader: &mut Rows, id: &str) -> Result<String, Broken> {
    let object = reader.object("conditionalAccessPolicy", id).await?;
    Ok(object.map_or_else(|| id.to_owned(), |it| it.name))
}

/// What holds in a policy's place, in words.
pub(in crate::routes) async fn words(
    reader: &mut Rows,
    control: &Control,
) -> Result<String, Broken> {
    let words = words_of(reader, control).await?;
    Ok(words.unwrap_or_else(|| "only from a named location that is gone".to_owned()))
}

/// What would happen, by device.
type Answers = [(&'static str, Told)];

/// Fills in what somebody can be exempt from, and under what.
pub(super) async fn offer(
    admin: &Admin,
    wish: &mut Wish,
    (told, locations): (&Answers, &[(String, String)]),
) -> Result<(), Broken> {
    let said = told.iter().flat_map(|(_, told)| &told.policies);
    let mut policies: Vec<(bool, String, String)> = Vec::new();
    for said in said.filter(|it| it.state == State::Enabled && mismatch(it.reason).is_none()) {
        let stops = said.stands == Stands::InTheWay;
        match policies.iter_mut().find(|(_, id, _)| *id == said.id) {
            Some((known, ..)) => *known |= stops,
            None if said.id.is_empty() => {}
            None => policies.push((stops, said.id.clone(), said.name.clone())),
        }
    }
    // What stops them comes first.
    policies.sort_by_key(|(stops, ..)| !stops);
    let mut controls = locations.to_vec();
    controls.push((COMPLIANT.to_owned(), "a compliant device".to_owned()));
    let may = |right| admin.caller().may(right).is_ok();
    if !(may(Right::WritePolicies) && may(Right::WriteGroups)) {
        let idp = admin.visit.web.idp();
        let mut prepared = std::collections::BTreeSet::new();
        let mut kept = Vec::new();
        for (word, name) in controls {
            let Some(control) = control(&word) else { continue };
            let of_control = idp.prepared(&control).await?;
            if policies.iter().any(|(_, id, _)| of_control.contains(id)) {
                kept.push((word, name));
            }
            prepared.extend(of_control);
        }
        let closed = !policies.is_empty();
        policies.retain(|(_, id, _)| prepared.contains(id));
        if closed && policies.is_empty() {
            "Nobody can be exempt from the policies that stop this person until somebody who may \
             write policies and groups, as a Global Administrator, has exempted one person."
                .clone_into(&mut wish.exemption_closed);
        }
        controls = kept;
    }
    wish.policy = policies.first().map(|(_, id, _)| id.clone()).unwrap_or_default();
    wish.policies = policies.into_iter().map(|(_, id, name)| (id, name)).collect();
    wish.locations = controls;
    Ok(())
}

/// Keeps what was typed.
pub(super) fn typed(wish: &mut Wish, form: &Form) {
    for (field, place) in [
        (fields::REMEDY, &mut wish.remedy),
        (fields::POLICY, &mut wish.policy),
        ("hours", &mut wish.hours),
        (fields::LOCATION, &mut wish.location),
    ] {
        form.one(field).clone_into(place);
    }
}
