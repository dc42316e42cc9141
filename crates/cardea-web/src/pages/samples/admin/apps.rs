use super::{Album, Taken};
use crate::pages::admin::app_filter::{AppFilter, Drafted, Lost, Mode};
use crate::pages::admin::apps::{App, AppKind, AppRow, Apps, Review, ReviewRow};

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    let row = |id: &str, name: &str, kind| AppRow {
        id: album.text(id),
        name: album.text(name),
        kind,
        who: album.text("everybody"),
        policies: album.texts(&["CA010 Passkey everywhere"]),
    };
    let page = Apps {
        desk: album.desk(),
        rows: vec![
            row("4813382a-8fa7-425e-ab75-3b753aab3abb", "Authenticator", AppKind::Hinge),
            row("a1", "Timesheets", AppKind::Business),
        ],
        words: String::new(),
        pager: album.pager(),
    };
    album.add("admin-apps", &page)?;
    let app = App {
        desk: album.desk(),
        id: album.text("a1"),
        name: album.text("Timesheets"),
        kind: AppKind::Business,
        who: album.text("people who are assigned"),
        redirects: album.texts(&["https://timesheets.contoso.example/cb"]),
        tags: album.pairs(&[("Contoso.Kind", "business")]),
        asks: vec![(
            album.text("openid, profile"),
            album.text("a passkey"),
            album.texts(&["CA010 Passkey everywhere"]),
        )],
    };
    album.add("admin-app", &app)?;
    review(album)
}

fn review(album: &mut Album<'_>) -> Taken {
    let row = |id: &str, name: &str, kind, sign_ins, tag: &str, covered: &[&str]| ReviewRow {
        id: album.text(id),
        name: album.text(name),
        kind,
        sign_ins,
        tag: if tag.is_empty() { String::new() } else { album.text(tag) },
        covered: album.texts(covered),
    };
    // Ids are names of fields here, and those are not from outside twice.
    let plain = |row: ReviewRow, id: &str| ReviewRow { id: id.to_owned(), ..row };
    let review = Review {
        desk: album.desk(),
        days: 30,
        tags: album.texts(&["registration", "business"]),
        rows: vec![
            plain(row("a1", "Timesheets", AppKind::Business, 8_120, "", &[]), "a1"),
            plain(
                row(
                    "a2",
                    "Authenticator",
                    AppKind::Hinge,
                    1_902,
                    "registration",
                    &["CA021 Phones"],
                ),
                "a2",
            ),
        ],
        wrong: String::new(),
    };
    album.add("admin-apps-review", &review)?;
    let first = Review {
        tags: Vec::new(),
        wrong: album.text("A value has letters, digits and hyphens only."),
        ..review
    };
    album.add("admin-apps-untagged", &first)?;
    filter(album)
}

fn filter(album: &mut Album<'_>) -> Taken {
    let lost = |name: &str, covered: &[&str]| Lost {
        id: album.text(name),
        name: album.text(name),
        sign_ins: 8_120,
        covered: album.texts(covered),
    };
    let page = AppFilter {
        desk: album.desk(),
        policies: album.pairs(&[("p1", "CA010 Passkey everywhere")]),
        values: album.texts(&["business"]),
        policy: album.text("p1"),
        value: album.text("business"),
        mode: Mode::Include,
        wrong: String::new(),
        drafted: Some(Drafted {
            name: album.text("CA010 Passkey everywhere"),
            version: album.text("7"),
            lost: vec![lost("Timesheets", &[]), lost("Authenticator", &["CA021 Phones"])],
            json: album.text("{\n  \"state\": \"enabled\"\n}"),
            panel: album.proved(),
        }),
        may: None,
    };
    album.add("admin-app-filter", &page)?;
    let wrong = AppFilter {
        wrong: album.text("Choose a policy that is for all resources."),
        drafted: None,
        may: Some(album.text("you may not change policies")),
        ..page
    };
    album.add("admin-app-filter-error", &wrong)
}
