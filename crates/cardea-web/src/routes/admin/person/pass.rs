//! The help desk gives a pass, or something else that helps.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::post;
use cardea_idp::Usable;
use cardea_idp::pass::{Issued as Pass, Issuer, Refused, Wanted};

use super::super::desk::{Admin, Form, Ordered, sentence};
use super::super::policies::or_answer;
use super::{exemption, page};
use crate::fields::admin as fields;
use crate::pages::Moment;
use crate::pages::admin::person::{DeskWork, Issued, Person};
use crate::paths::admin as paths;
use crate::respond::Answer;
use crate::web::{Broken, Web};

/// How it can be made sure who calls, by the words of the form.
const CHECKS: [&str; 4] = ["called-back", "in-person", "manager", "video"];

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/admin/people/{id}/help", post(help))
}

/// What is wrong where nobody said how it was made sure who calls.
fn checked(form: &Form) -> Option<(&'static str, String)> {
    let is_said = CHECKS.contains(&form.one(fields::IDENTITY));
    (!is_said).then(|| (fields::IDENTITY, "Choose how you know that it is this person.".to_owned()))
}

/// A pass that is wanted, or what is wrong with the form.
fn wanted(form: &Form) -> Result<Wanted, Vec<(&'static str, String)>> {
    let mut wrong = Vec::from_iter(checked(form));
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
    let is_exemption = form.one(fields::REMEDY) == "exemption";
    let wrong = match (wanted(&form), &page.desk_work) {
        (_, DeskWork::Refused(_)) => return Ok(admin.page_with(StatusCode::FORBIDDEN, &page)),
        (_, DeskWork::Allowed(_)) if is_exemption => match checked(&form) {
            Some(wrong) => vec![wrong],
            None => match exemption::exempt(&admin, &form, (&id, &page.name)).await? {
                Ok(response) => return Ok(response),
                Err(wrong) => wrong,
            },
        },
        (Err(wrong), DeskWork::Allowed(_)) => wrong,
        (Ok(_), DeskWork::Allowed(wish)) if !wish.pass_useless.is_empty() => {
            vec![(fields::REMEDY, format!("A pass is of no use: {}.", wish.pass_useless))]
        }
        (Ok(wanted), DeskWork::Allowed(_)) => match issue(&admin, &id, (wanted, &form)).await? {
            Ok(issued) => {
                // Read again: the pass is out now.
                let again = or_answer!(super::page(&admin, &id).await?);
                let page = Person { issued: Some(issued), ..again.unwrap_or(page) };
                return Ok(admin.page(&page));
            }
            Err(wrong) => wrong,
        },
    };
    if let DeskWork::Allowed(wish) = &mut page.desk_work {
        form.one(fields::IDENTITY).clone_into(&mut wish.identity);
        exemption::typed(wish, &form);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_shown_in_groups_and_spelled() {
        assert_eq!(in_groups("K7QM4T2H"), "K7QM 4T2H");
        assert_eq!(spelled("K7QM4T2H"), "K seven Q M, four T two H");
    }
}
