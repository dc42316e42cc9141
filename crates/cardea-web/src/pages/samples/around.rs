//! Samples: devices, own sign-ins, signing out, errors, and the first run.

use super::super::Problem;
use super::super::activity::{Activity, Outcome, SignIn};
use super::super::device::{Decision, DeviceApprove, DeviceCode, DeviceEnd, Whereabouts};
use super::super::error::{ErrorPage, Event, Refusal, SessionProblem, SessionTrouble, Status};
use super::super::exempt::{Exempt, Exemption};
use super::super::setup::{SetUp, SetUpDone, SetUpPasskey, Turn};
use super::super::signout::{Extent, SignOut, SignedOut};
use super::{Album, moment};

type Taken = Result<(), askama::Error>;

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    device(album)?;
    activity(album)?;
    sign_out(album)?;
    error(album)?;
    refusals(album)?;
    set_up(album)
}

fn device(album: &mut Album<'_>) -> Taken {
    let code = |problems, code| DeviceCode { frame: album.frame(), problems, code };
    let empty = code(Vec::new(), String::new());
    let wrong = code(vec![Problem::DeviceCodeRefused], album.text("BDWP-HQPK"));
    album.add("device", &empty)?;
    album.add("device-error", &wrong)?;
    let approve = DeviceApprove {
        frame: album.frame(),
        code: album.text("BDWP-HQPK"),
        app: album.text("Build robot"),
        address: album.text("198.51.100.23"),
        country: album.text("Portugal"),
        at: moment(0),
        whereabouts: Whereabouts::Elsewhere,
    };
    album.add("device-approve", &approve)?;
    album
        .add("device-approve-here", &DeviceApprove { whereabouts: Whereabouts::Here, ..approve })?;
    let app = album.text("Build robot");
    let end = |decision| DeviceEnd { frame: album.frame(), decision, app: app.clone() };
    let (approved, denied) = (end(Decision::Approved), end(Decision::Denied));
    album.add("device-done", &approved)?;
    album.add("device-denied", &denied)
}

fn activity(album: &mut Album<'_>) -> Taken {
    let sign_in = |app: &str, outcome| SignIn {
        at: moment(0),
        app: album.text(app),
        outcome,
        device: album.text("Chrome on Windows"),
        place: album.text("203.0.113.7, Germany"),
        correlation_id: album.correlation_id(),
    };
    let full = Activity {
        frame: album.frame(),
        sign_ins: vec![
            sign_in("Timesheets", Outcome::SignedIn { with: album.text("a passkey") }),
            sign_in("Mail", Outcome::Stopped { code: album.text("AADSTS53003") }),
            sign_in("Mail", Outcome::Interrupted { code: album.text("AADSTS50072") }),
        ],
        older: album.text("/my/activity?before=1"),
        newer: album.text("/my/activity?after=1"),
    };
    album.add("activity", &full)?;
    let empty =
        Activity { sign_ins: Vec::new(), older: String::new(), newer: String::new(), ..full };
    album.add("activity-empty", &empty)?;
    let exemption = Exemption {
        policy: album.text("CA010 Passkey everywhere"),
        control: album.text("only from Head office"),
        ends: moment(24 * 60),
    };
    album.add("exempt", &Exempt { frame: album.frame(), exemptions: vec![exemption] })?;
    album.add("exempt-none", &Exempt { frame: album.frame(), exemptions: Vec::new() })
}

fn sign_out(album: &mut Album<'_>) -> Taken {
    album.add("sign-out", &SignOut { frame: album.frame() })?;
    let here = SignedOut {
        frame: album.nobody(),
        extent: Extent::Here,
        onward: album.text("https://timesheets.contoso.example/"),
        app: album.text("Timesheets"),
    };
    album.add("signed-out", &here)?;
    let bare = SignedOut { onward: String::new(), app: String::new(), ..here.clone() };
    album
        .add("signed-out-everywhere", &SignedOut { extent: Extent::Everywhere, ..bare.clone() })?;
    album.add("signed-out-nothing", &SignedOut { extent: Extent::Nothing, ..bare })
}

fn error(album: &mut Album<'_>) -> Taken {
    let event = Event { at: moment(0), correlation_id: album.correlation_id() };
    let known = ErrorPage {
        frame: album.nobody(),
        code: album.text("53003"),
        detail: String::new(),
        event: None,
    };
    album.add("error", &known)?;
    album.add("error-unknown", &ErrorPage { code: album.text("CARDEA123"), ..known.clone() })?;
    album.add("error-none", &ErrorPage { code: String::new(), ..known.clone() })?;
    let request = ErrorPage {
        code: album.text("AADSTS50011"),
        detail: album.text(
            "The redirect address `https://other.example/cb` is not registered for this client",
        ),
        event: Some(event),
        ..known
    };
    album.add("error-request", &request)?;
    for (name, kind) in [
        ("session-ended", SessionTrouble::Ended),
        ("no-cookies", SessionTrouble::NoCookies),
        ("stale-form", SessionTrouble::StaleForm),
    ] {
        album.add(
            name,
            &SessionProblem { frame: album.nobody(), kind, again: album.text("/security-info") },
        )?;
    }
    Ok(())
}

fn refusals(album: &mut Album<'_>) -> Taken {
    for (name, status) in [
        ("status-400", Status::BadRequest),
        ("status-403", Status::Forbidden),
        ("status-404", Status::NotFound),
        ("status-405", Status::MethodNotAllowed),
        ("status-413", Status::TooLarge),
        ("status-429", Status::TooMany { seconds: 30 }),
        ("status-500", Status::Internal),
        ("status-503", Status::Unavailable),
    ] {
        let correlation_id = album.correlation_id();
        album.add(name, &Refusal { frame: album.nobody(), status, correlation_id })?;
    }
    Ok(())
}

fn set_up(album: &mut Album<'_>) -> Taken {
    let first = SetUp {
        frame: album.nobody(),
        problems: Vec::new(),
        address: album.text("https://id.contoso.example:8443"),
        seen_from: album.text("203.0.113.7"),
    };
    album.add("set-up", &first)?;
    album.add("set-up-error", &SetUp { problems: vec![Problem::SetUpCodeRefused], ..first })?;
    let passkey = SetUpPasskey {
        frame: album.nobody(),
        problems: Vec::new(),
        turn: Turn { number: 1, of: 2 },
        administrator: album.text("first.administrator@contoso.example"),
        ceremony: album.creation(),
    };
    album.add("set-up-passkey", &passkey)?;
    let second = SetUpPasskey {
        turn: Turn { number: 2, of: 2 },
        problems: vec![Problem::PasskeyNotMade],
        ..passkey
    };
    album.add("set-up-passkey-second", &second)?;
    let done = SetUpDone {
        frame: album.nobody(),
        made: 2,
        sheet: Some(album.text("data/breakglass.txt")),
    };
    album.add("set-up-done", &done)
}
