//! Samples: from the name to the way back to the app.

use super::super::account::{
    Account, AccountState, Accounts, FormPost, Stay, Terms, TermsDeclined, TermsText,
};
use super::super::blocked::{Blocked, Lap, NextStep, Wall};
use super::super::signin::{Ask, Code, Pass, Passkey, PasskeyTrouble, Password, SignIn, Way, Ways};
use super::super::{Problem, Signal};
use super::{Album, moment};

type Taken = Result<(), askama::Error>;

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    name(album)?;
    passkey(album)?;
    typed(album)?;
    ways(album)?;
    after(album)?;
    blocked(album)
}

fn name(album: &mut Album<'_>) -> Taken {
    let first = SignIn {
        frame: album.nobody(),
        problems: Vec::new(),
        name: String::new(),
        ceremony: album.assertion(),
        signals: Vec::new(),
    };
    album.add("signin", &first)?;
    album.add("signin-error", &SignIn { problems: vec![Problem::NameMissing], ..first.clone() })?;
    album.add("signin-hint", &SignIn { name: album.text("kim@contoso.example"), ..first })
}

fn passkey(album: &mut Album<'_>) -> Taken {
    let first = Passkey {
        frame: album.frame(),
        trouble: PasskeyTrouble::None,
        ask: Ask::SignIn,
        ceremony: album.assertion(),
        signals: Vec::new(),
    };
    let unknown = Signal::UnknownCredential {
        rp_id: album.text("id.contoso.example"),
        credential_id: album.text("AAAA"),
    };
    album.add("passkey", &first)?;
    album.add("passkey-step-up", &Passkey { ask: Ask::OneMore, ..first.clone() })?;
    album.add("passkey-too-old", &Passkey { ask: Ask::TooOld, ..first.clone() })?;
    for (name, trouble) in [
        ("passkey-cancelled", PasskeyTrouble::Cancelled),
        ("passkey-work-profile", PasskeyTrouble::WorkProfile),
        ("passkey-personal-profile", PasskeyTrouble::PersonalProfile),
        ("passkey-not-found", PasskeyTrouble::NotFound),
        ("passkey-refused", PasskeyTrouble::Refused),
        ("passkey-unsupported", PasskeyTrouble::Unsupported),
        ("passkey-too-many", PasskeyTrouble::TooMany),
    ] {
        album.add(name, &Passkey { trouble, ..first.clone() })?;
    }
    let leftover = Passkey { trouble: PasskeyTrouble::Leftover, signals: vec![unknown], ..first };
    album.add("passkey-leftover", &leftover)
}

fn typed(album: &mut Album<'_>) -> Taken {
    let frame = album.frame();
    let pass = |problems| Pass { frame: frame.clone(), problems };
    album.add("pass", &pass(Vec::new()))?;
    album.add("pass-error", &pass(vec![Problem::PassRefused]))?;
    album.add("pass-missing", &pass(vec![Problem::PassMissing]))?;
    let password = |problems| Password { frame: frame.clone(), problems };
    album.add("password", &password(Vec::new()))?;
    album.add("password-error", &password(vec![Problem::NoMatch]))?;
    album.add("password-many", &password(vec![Problem::TooManyTries { minutes: 15 }]))?;
    let code = |ask, problems| Code { frame: frame.clone(), problems, ask };
    album.add("code", &code(Ask::SignIn, Vec::new()))?;
    album.add("code-step-up", &code(Ask::OneMore, Vec::new()))?;
    album.add("code-error", &code(Ask::TooOld, vec![Problem::CodeRefused]))
}

fn ways(album: &mut Album<'_>) -> Taken {
    let ways = vec![Way::Passkey, Way::Pass, Way::Password, Way::Code];
    album.add("ways", &Ways { frame: album.frame(), ways })?;
    album.add("ways-none", &Ways { frame: album.frame(), ways: Vec::new() })
}

fn after(album: &mut Album<'_>) -> Taken {
    let signed_in = Account {
        name: album.text("Kim Duarte"),
        upn: album.text("kim@contoso.example"),
        state: AccountState::SignedIn,
    };
    let begun = Account {
        name: album.text("kim.duarte.administration@contoso.example"),
        upn: String::new(),
        state: AccountState::Begun,
    };
    let accounts = vec![signed_in, begun];
    album.add("accounts", &Accounts { frame: album.nobody(), accounts })?;
    album.add("stay", &Stay { frame: album.frame() })?;
    let paragraph =
        "You use these systems for your work. What you do in them is logged, and kept for 90 days.";
    let terms = Terms {
        frame: album.frame(),
        problems: Vec::new(),
        name: album.text("Terms for remote work"),
        text: TermsText::Paragraphs((0..12).map(|_| album.text(paragraph)).collect()),
    };
    album.add("terms", &terms)?;
    let document = Terms { text: TermsText::Document, ..terms.clone() };
    album.add("terms-document", &document)?;
    album.add("terms-unread", &Terms { problems: vec![Problem::TermsUnread], ..document })?;
    album.add("terms-missing", &Terms { text: TermsText::Missing, ..terms.clone() })?;
    let declined =
        TermsDeclined { frame: album.frame(), name: terms.name, app: album.text("Timesheets") };
    album.add("terms-declined", &declined)?;
    album.add("terms-declined-here", &TermsDeclined { app: String::new(), ..declined })?;
    let form_post = FormPost {
        frame: album.frame(),
        action: album.text("https://timesheets.contoso.example/auth"),
        answers: vec![
            (album.text("code"), album.text("0.AAAA")),
            (album.text("state"), album.text("xyz")),
        ],
        app: album.text("Timesheets"),
    };
    album.add("form-post", &form_post)
}

fn blocked(album: &mut Album<'_>) -> Taken {
    let first = Blocked {
        frame: album.frame(),
        wall: Wall::Passkey,
        lap: Lap::First,
        steps: vec![NextStep::CallHelpDesk, NextStep::AskForPass, NextStep::HavePhone],
        at: moment(0),
        correlation_id: album.correlation_id(),
    };
    album.add("blocked", &first)?;
    album.add("blocked-again", &Blocked { lap: Lap::Again, ..first.clone() })?;
    let app = || album.text("Timesheets");
    let walls = [
        ("blocked-access", Wall::Access, vec![NextStep::ConnectToNetwork, NextStep::CallHelpDesk]),
        ("blocked-device", Wall::ManagedDevice, vec![NextStep::UseManagedDevice]),
        ("blocked-joined", Wall::JoinedDevice, vec![NextStep::LeavePrivateWindow]),
        (
            "blocked-known",
            Wall::KnownDevice,
            vec![NextStep::LeavePrivateWindow, NextStep::StartAgain],
        ),
        (
            "blocked-app",
            Wall::App { instead: album.text("Outlook") },
            vec![NextStep::UseApp { app: album.text("Outlook") }],
        ),
        (
            "blocked-protection",
            Wall::AppProtection { instead: album.text("Outlook") },
            vec![NextStep::OpenOnPhone { what: album.text("Outlook") }],
        ),
        (
            "blocked-place",
            Wall::RegistrationPlace,
            vec![NextStep::ConnectToNetwork, NextStep::StartAgain],
        ),
        ("blocked-risk-add", Wall::RegistrationRisk, vec![NextStep::CallHelpDesk]),
        ("blocked-risk", Wall::Risk, vec![NextStep::CallHelpDesk, NextStep::AddPasskey]),
        (
            "blocked-assigned",
            Wall::NotAssigned { app: app(), owner: album.text("Priya N.") },
            vec![NextStep::AskOwner { owner: album.text("Priya N.") }],
        ),
        (
            "blocked-loops",
            Wall::AppLoops { app: app() },
            vec![NextStep::Wait { minutes: 5 }, NextStep::StartAgain],
        ),
        ("blocked-many", Wall::TooManyTries { minutes: 1 }, vec![NextStep::Wait { minutes: 1 }]),
        ("blocked-device-code", Wall::DeviceCode, vec![NextStep::StartAgain]),
        ("blocked-off", Wall::AccountOff, vec![NextStep::CallHelpDesk]),
    ];
    for (name, wall, steps) in walls {
        album.add(name, &Blocked { wall, steps, ..first.clone() })?;
    }
    Ok(())
}
