use super::{Album, Taken};
use crate::pages::admin::form::{Choice, Control, Field};
use crate::pages::admin::methods::{
    MethodEditor, MethodRow, Methods, ModelRule, PasskeyMethod, Profile, Switch,
};

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    let row = |id: &str, name: &str, state, about: &str, people| MethodRow {
        id: album.text(id),
        name: album.text(name),
        state,
        targets: album.text("everybody"),
        about: album.text(about),
        people,
    };
    let rows = vec![
        row("Fido2", "Passkey", Switch::On, "the model has to be proven", Some(912)),
        row("TemporaryAccessPass", "Temporary Access Pass", Switch::On, "10 to 480 minutes", None),
        row("Sms", "Text message", Switch::Off, "", None),
    ];
    album.add("admin-methods", &Methods { desk: album.desk(), rows })?;
    let once = vec![
        Choice::among("yes", "Passes work once only", &["yes"])
            .hint(album.text("Spent at the first sign-in.")),
    ];
    let number = Control::Number { value: "60".to_owned(), least: 10, most: 43_200 };
    let page = MethodEditor {
        desk: album.desk(),
        id: album.text("TemporaryAccessPass"),
        name: album.text("Temporary Access Pass"),
        version: album.text("5"),
        state: Switch::On,
        include: album.text("Sales"),
        exclude: String::new(),
        own: vec![
            Field::new("lifetime", "Minutes by default", number),
            Field::new("once", "Use", Control::Checks(once)),
            Field::new("length", "Characters", Control::Fixed(album.text("8"))),
        ],
        wrong: vec![("include", album.text("There is no group called Salez."))],
    };
    album.add("admin-method", &page)?;
    let profile = |id: &str, name: &str, models| Profile {
        id: album.text(id),
        name: album.text(name),
        targets: album.text("everybody"),
        attestation: Switch::On,
        synced: Switch::Off,
        models,
    };
    let known = album.pairs(&[
        ("de1e552d-db1d-4423-a619-566b625cdc84", "Microsoft Authenticator (Android)"),
        ("90a3ccdf-635c-4729-a248-9b709135078f", "Microsoft Authenticator (iOS)"),
    ]);
    let listed = album
        .texts(&["de1e552d-db1d-4423-a619-566b625cdc84", "11111111-2222-3333-4444-555555555555"]);
    let page = PasskeyMethod {
        desk: album.desk(),
        version: album.text("5"),
        profiles: vec![
            profile("d", "Default profile", ModelRule::Only(listed)),
            profile("x", "Pilot", ModelRule::Any),
        ],
        known,
        wrong: Vec::new(),
    };
    album.add("admin-passkey-profiles", &page)
}
