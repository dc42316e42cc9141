use super::{Album, Taken, moment};
use crate::pages::admin::contexts::{ContextEditor, ContextRow, Contexts};
use crate::pages::admin::methods::Switch;
use crate::pages::admin::terms::{Accepted, Content, TermsEditor, TermsList, TermsRow};

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    let row = |id: &str, name: &str, published, policies: &[&str]| ContextRow {
        id: album.text(id),
        name: album.text(name),
        about: album.text("Changing bank details"),
        published,
        policies: album.texts(policies),
    };
    let rows = vec![
        row("c1", "Payments", Switch::On, &["CA050 Payments"]),
        row("c2", "Exports", Switch::Off, &[]),
    ];
    album.add("admin-contexts", &Contexts { desk: album.desk(), rows })?;
    let page = ContextEditor {
        desk: album.desk(),
        id: album.text("c1"),
        wanted: album.text("c1"),
        name: album.text("Payments"),
        about: album.text("Changing bank details"),
        published: Switch::On,
        policies: album.texts(&["CA050 Payments"]),
        version: album.text("7"),
        read_only: None,
        wrong: Vec::new(),
    };
    album.add("admin-context", &page)?;
    let who = album.text("You may not change policies; a Security Administrator may.");
    album.add(
        "admin-context-read",
        &ContextEditor { read_only: Some(who.clone()), ..page.clone() },
    )?;
    let wrong = vec![("id".to_owned(), album.text("An id is c1 to c99."))];
    album.add("admin-context-error", &ContextEditor { id: String::new(), wrong, ..page })?;
    terms(album, who)
}

fn terms(album: &mut Album<'_>, who: String) -> Taken {
    let row = |name: &str, content| TermsRow {
        id: album.text(name),
        name: album.text(name),
        content,
        accepted: 1_240,
        policies: album.texts(&["CA060 Terms"]),
    };
    let text = || Content::Text(album.text("Keep secrets secret.\n\nLock your screen."));
    let rows = vec![
        row("House rules", text()),
        row("Data handling", Content::Document(81_920)),
        row("Old rules", Content::Missing),
    ];
    let page = TermsEditor {
        desk: album.desk(),
        id: album.text("t1"),
        name: album.text("House rules"),
        content: text(),
        reading: Switch::On,
        policies: album.texts(&["CA060 Terms"]),
        accepted: vec![Accepted {
            person: album.text("kim"),
            name: album.text("Kim Duarte"),
            at: Some(moment(0)),
        }],
        total: 1,
        version: album.text("7"),
        read_only: None,
        wrong: Vec::new(),
    };
    album.add("admin-terms", &TermsList { desk: album.desk(), rows })?;
    album.add("admin-terms-one", &page)?;
    album.add("admin-terms-read", &TermsEditor { read_only: Some(who), ..page.clone() })?;
    let wrong = vec![("text".to_owned(), album.text("Write what people are to accept."))];
    let new = TermsEditor { id: String::new(), wrong, accepted: Vec::new(), ..page };
    album.add("admin-terms-error", &new)
}
