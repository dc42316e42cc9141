//! Who has the admin center open, and what surrounds its pages.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use cardea_idp::admin::caller::{Caller, Denied};
use cardea_idp::admin::right::Right;
use cardea_idp::admin::role;
use cardea_idp::admin::session::AtDesk;
use cardea_idp::admin::standing::Standing;
use cardea_idp::sign_in::Purpose;
use cardea_idp::{Rows, Upn};

use crate::pages::admin::confirm::Unknown;
use crate::pages::admin::refusal::NotAllowed;
use crate::pages::admin::{Desk, ProofState};
use crate::pages::error::Status;
use crate::pages::{Frame, Page};
use crate::paths::admin as paths;
use crate::posted::Posted;
use crate::respond::Answer;
use crate::visit::Visit;
use crate::web::{Broken, Web};

/// People of a role who are named on a page.
const NAMED: usize = 5;

/// A request of somebody who has the admin center open. It cannot be had in another way, so a route
/// cannot forget to ask.
#[derive(Debug)]
pub(super) struct Admin {
    /// The request.
    pub visit: Visit,
    /// Who it is.
    pub at: AtDesk,
}

/// A form that they posted.
#[derive(Debug)]
pub(super) struct Ordered {
    /// Who posted it.
    pub admin: Admin,
    /// The form; its own visit is that of `admin`.
    pub form: Form,
}

/// Names and values of a form.
#[derive(Debug)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// The value of a field without the spaces around it; empty where there is none.
    pub(super) fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value.trim())
    }

    /// All values of a field.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// The lines of a field that are not empty.
    pub(super) fn lines<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.all(name).flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty())
    }

    /// All names and values.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

impl FromRequestParts<Web> for Admin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let to = parts.uri.path_and_query().map_or(paths::HOME, |it| it.as_str()).to_owned();
        let visit = match Visit::from_request_parts(parts, web).await {
            Ok(visit) => visit,
            Err(never) => match never {},
        };
        Self::of(visit, |_| to).await
    }
}

impl FromRequest<Web> for Ordered {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let action = request.uri().path().to_owned();
        let Posted { visit, pairs } = Posted::from_request(request, web).await?;
        // Only pages can be gone back to, so what was typed waits on one.
        let kept = |visit: &Visit| {
            web.unsent().keep((&visit.browser, &action), &pairs, visit.now);
            paths::RESUME.to_owned()
        };
        let admin = Admin::of(visit, kept).await?;
        let pairs = pairs.into_iter().map(|(name, value)| (name, value.as_str().to_owned()));
        Ok(Self { admin, form: Form(pairs.collect()) })
    }
}

impl Admin {
    /// Whoever has it open; or the way to sign in, and from there to a page.
    async fn of(visit: Visit, to: impl FnOnce(&Visit) -> String) -> Result<Self, Response> {
        let found = visit.web.idp().at_desk(&visit.browser(), visit.now).await;
        match found {
            Ok(Some(at)) => {
                let admin = Self { visit, at };
                if admin.caller().is_administrator() {
                    return Ok(admin);
                }
                let outsider = admin.denied(&Denied::Right(Right::ReadDirectory)).await;
                Err(outsider.unwrap_or_else(axum::response::IntoResponse::into_response))
            }
            Ok(None) => {
                let to = to(&visit);
                let begun = visit.begin_own(Purpose::Admin { to }).await;
                Err(begun.unwrap_or_else(axum::response::IntoResponse::into_response))
            }
            Err(failure) => Err(Broken(failure).into_response()),
        }
    }

    /// What they may do.
    pub(super) fn caller(&self) -> &Caller {
        &self.at.caller
    }

    /// What surrounds a page.
    pub(super) async fn desk(&self) -> Result<Desk, Broken> {
        let proof = match self.visit.web.idp().standing(self.visit.now).await? {
            Standing::Current(_) => ProofState::Current,
            Standing::Running => ProofState::Running,
            Standing::Stale(_) | Standing::Missing => {
                self.prove_aside();
                ProofState::Stale
            }
        };
        let frame = Frame { account: self.at.name.clone(), ..self.visit.frame() };
        Ok(Desk { frame, proof, search: String::new(), done: String::new() })
    }

    /// Has the tenant proved while the page is on its way.
    fn prove_aside(&self) {
        let (idp, now) = (self.visit.web.idp_to_share(), self.visit.now);
        tokio::spawn(async move {
            if let Err(failure) = idp.proof(now).await {
                tracing::error!(error = %failure, "the tenant was not proved");
            }
        });
    }

    /// The same, and what a post before did.
    pub(super) async fn desk_after(&self, done: &str) -> Result<Desk, Broken> {
        Ok(Desk { done: words(done).to_owned(), ..self.desk().await? })
    }

    /// A page.
    pub(super) fn page(&self, page: &impl Page) -> Response {
        self.visit.page(page)
    }

    /// A page with another status.
    pub(super) fn page_with(&self, status: StatusCode, page: &impl Page) -> Response {
        self.visit.page_to(page, status, None)
    }

    /// To another page, after a post that did something.
    pub(super) fn after(&self, path: &str, done: &str) -> Response {
        let to = if done.is_empty() {
            path.to_owned()
        } else {
            paths::filtered(path, &[(crate::fields::admin::DONE, done)])
        };
        self.visit.see(&to)
    }

    /// Who may change something that they may only look at; `None` where they may.
    pub(super) fn read_only(&self, right: Right) -> Option<String> {
        self.caller().may(right).err().map(|denied| sentence(&denied.to_string()))
    }

    /// A reader for what they may read; or the page that says that they may not.
    pub(super) async fn reader(&self, right: Right) -> Result<Result<Rows, Response>, Broken> {
        Ok(match self.visit.web.idp().reader(self.caller(), right).await? {
            Ok(reader) => Ok(reader),
            Err(denied) => Err(self.denied(&denied).await?),
        })
    }

    /// The page that says that they may not, and who may.
    pub(super) async fn denied(&self, denied: &Denied) -> Answer {
        let (what, roles) = match denied {
            Denied::Right(right) | Denied::Administrator(right) => {
                (right.words(), self.holders(*right).await?)
            }
            Denied::Self_(right) => (right.words(), Vec::new()),
            Denied::Privileged => ("do that", self.holders(Right::WriteRoles).await?),
        };
        let page = NotAllowed {
            desk: self.desk().await?,
            what: what.to_owned(),
            why: sentence(&denied.to_string()),
            roles,
        };
        Ok(self.page_with(StatusCode::FORBIDDEN, &page))
    }

    /// Roles that have a right, and some of the people who have them.
    async fn holders(&self, right: Right) -> Result<Vec<(String, Vec<String>)>, Broken> {
        let idp = self.visit.web.idp();
        let snapshot = idp.snapshot().await?;
        let directory = &snapshot.tenant().directory;
        let mut reader = idp.store().read().await?;
        let mut holders = Vec::new();
        for role in role::ALL.iter().filter(|role| role.rights().contains(&right)) {
            let has = |person: &cardea_idp::PersonIndex| {
                directory.person(*person).roles.iter().any(|it| it.as_str() == role.id)
            };
            let mut names = Vec::new();
            for person in directory.people().filter(has).take(NAMED) {
                let row = reader.person(directory.id(person)).await?;
                names.extend(row.map(|row| row.display_name));
            }
            holders.push((role.name.to_owned(), names));
        }
        holders.sort_by_key(|(_, names)| names.is_empty());
        Ok(holders)
    }

    /// The page for a thing that is not there.
    pub(super) async fn unknown(&self, what: &str, list: &str) -> Answer {
        let desk = self.desk().await?;
        let page = Unknown { desk, what: what.to_owned(), list: list.to_owned() };
        Ok(self.page_with(StatusCode::NOT_FOUND, &page))
    }

    /// The answer where others change the tenant all the time.
    pub(super) fn overtaken(&self) -> Response {
        self.visit.refusal(Status::Unavailable, StatusCode::SERVICE_UNAVAILABLE)
    }
}

/// The id of the person of a name, an address or an id; `None` where there is none.
pub(super) async fn person_of(
    reader: &mut Rows,
    text: &str,
) -> Result<Option<cardea_idp::Person>, Broken> {
    if let Some(person) = reader.person(text).await? {
        return Ok(Some(person));
    }
    match Upn::parse(text) {
        Ok(upn) => Ok(reader.person_by_upn(&upn).await?),
        Err(_) => Ok(None),
    }
}

/// A refusal as a sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let mut sentence: String = first.chain(letters).collect();
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}

/// What a post did, by its word.
fn words(done: &str) -> &'static str {
    match done {
        "saved" => "Saved. It was proved first.",
        "turned-on" => "It is on now. It was proved first.",
        "report-only" => "Saved as report-only.",
        "deleted" => "Deleted. The log of changes keeps what it was.",
        "imported" => "Imported. It was proved first.",
        "accepted" => "Accepted until the day that you chose.",
        "fixed" => "The fix is in place. It was proved first.",
        "created" => "Created. It was proved first.",
        "added" => "Added to the group.",
        "removed" => "Removed.",
        "role-given" => "The role is given. It was proved first.",
        "role-taken" => "The role is taken away. It was proved first.",
        "exempt" => "Exempt until the time that you chose. It ends by itself. It was proved first.",
        "exemption-ended" => "The exemption has ended.",
        "signed-out" => "Every session of this person has ended.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_shown_as_a_sentence() {
        assert_eq!(sentence("you may not; ask"), "You may not; ask.");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn nothing_of_an_address_is_said_that_is_not_one_of_our_words() {
        assert_eq!(words("<b>"), "");
        assert!(words("saved").starts_with("Saved"));
    }
}
