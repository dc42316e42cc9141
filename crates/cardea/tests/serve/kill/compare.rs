//! What a server that was started again still knows of what was acknowledged.

use super::load::{Acknowledged, Family, Guesses};
use crate::small::Place;
use crate::visitor::{Gone, Tokens, Visitor};

/// The most guesses that there may be (`GUESSES` of the tenant).
const LIMIT: u32 = 10;

/// What was acknowledged and is not so, a line each. Asking uses things up, so it is asked once.
pub(super) async fn lost(
    place: &Place,
    done: &Acknowledged,
    before: &[(String, usize)],
) -> Vec<String> {
    let mut lost = Vec::new();
    let mut note = |what: Result<Option<String>, Gone>| match what {
        Ok(None) => {}
        Ok(Some(line)) => lost.push(line),
        Err(Gone(why)) => panic!("the server that was started again does not answer: {why}"),
    };
    for (name, count) in &done.sign_ins {
        let at_first = before.iter().find(|(known, _)| known == name).map_or(0, |(_, it)| *it);
        let there = place.sign_ins(name).await.saturating_sub(at_first);
        let line = format!("log: {name} signed in {count} times, and {there} are written down");
        note(Ok((there < *count).then_some(line)));
    }
    for session in &done.sessions {
        note(session_goes_on(session.clone()).await);
    }
    let app = Visitor::new(place);
    for code in &done.codes {
        let known = matches!(app.redeem(code).await, Ok(Tokens::Refresh(_)));
        note(Ok((!known).then(|| "code: one that nobody redeemed is unknown".to_owned())));
    }
    for (at, family) in done.families.iter().enumerate() {
        note(family_goes_on(&app, family, at).await);
    }
    for (name, pass) in &done.passes {
        note(pass_is_used(place, name, pass).await);
    }
    for guesses in &done.guesses {
        note(guesses_are_counted(place, guesses).await);
    }
    lost
}

async fn session_goes_on(mut browser: Visitor) -> Result<Option<String>, Gone> {
    let page = browser.open_app().await?;
    Ok(page.code().is_none().then(|| format!("session: asked again at {}", page.path)))
}

/// The last token works, those before it do not, and that they came again voids what came of the last.
async fn family_goes_on(app: &Visitor, family: &Family, at: usize) -> Result<Option<String>, Gone> {
    let next = match app.refresh(&family.last).await? {
        Tokens::Refresh(next) => Some(next),
        // It may have been exchanged by the request that was cut off.
        Tokens::Refused(_) if family.is_unclear => None,
        Tokens::Refused(_) => return Ok(Some("family: the last token is refused".to_owned())),
    };
    // By turns the code and a refresh token come again.
    let again = match family.used.get(at % family.used.len().max(1)) {
        Some(used) if !at.is_multiple_of(3) => app.refresh(used).await?,
        Some(_) | None => app.redeem(&family.code).await?,
    };
    if again != Tokens::Refused("invalid_grant".to_owned()) {
        return Ok(Some("family: what was used works again".to_owned()));
    }
    let Some(next) = next else { return Ok(None) };
    let void = app.refresh(&next).await?;
    let is_void = matches!(void, Tokens::Refused(_));
    Ok((!is_void).then(|| "family: what was used is not known to have been".to_owned()))
}

async fn pass_is_used(place: &Place, name: &str, pass: &str) -> Result<Option<String>, Gone> {
    let mut bearer = Visitor::new(place);
    bearer.begin(name).await?;
    let page = bearer.with_pass(pass).await?;
    Ok((page.path != "/signin/pass").then(|| format!("pass: {name}'s works again")))
}

/// There are as many more guesses as are left; then it is locked.
async fn guesses_are_counted(place: &Place, guesses: &Guesses) -> Result<Option<String>, Gone> {
    let mut guesser = Visitor::new(place);
    guesser.begin(&guesses.name).await?;
    let mut more = 0;
    while more <= LIMIT && !guesser.with_password("wrong").await?.body.contains("Too many tries") {
        more += 1;
    }
    let all = guesses.counted + more;
    let right = all <= LIMIT && all + guesses.unclear >= LIMIT;
    let line = format!("guesses: {} were counted, and there were {more} more", guesses.counted);
    Ok((!right).then_some(line))
}

/// Whether nobody can guess at somebody's password.
pub(super) async fn is_locked(place: &Place, name: &str) -> bool {
    let mut guesser = Visitor::new(place);
    guesser.begin(name).await.expect("the server answers");
    let page = guesser.with_password(crate::small::PASSWORD).await.expect("the server answers");
    page.body.contains("Too many tries")
}
