//! What pages may say.

use cardea_web::pages::samples::{self, Filling};
use cardea_web::pages::{Frame, Meaning};

use crate::html::{Piece, read, text_of};

/// The visible text of every page, with its name.
fn texts() -> Vec<(&'static str, String)> {
    let shown = |sample: &samples::Sample| {
        let pieces = read(&sample.html.text);
        let parts = pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Open { .. } | Piece::Close(_) => None,
        });
        parts.collect::<Vec<_>>().join(" ")
    };
    samples::all(Filling::Plain)
        .unwrap()
        .iter()
        .map(|sample| (sample.name, shown(sample)))
        .collect()
}

#[test]
fn no_page_begs_shouts_or_blames() {
    for (name, text) in texts() {
        let text = text.to_lowercase();
        for word in ["please", "!", "oops", "invalid", "the user", "illegal", "failed"] {
            assert!(!text.contains(word), "{name} says `{word}`");
        }
    }
}

#[test]
fn a_page_before_full_sign_in_names_no_policy_and_no_gap() {
    for (name, text) in texts().into_iter().filter(|(name, _)| name.starts_with("blocked")) {
        let text = text.to_lowercase();
        for word in [
            "policy",
            "policies",
            "conditional access",
            "strength",
            "exclu",
            "sms",
            "text message",
            "your password",
            "totp",
        ] {
            assert!(!text.contains(word), "{name} says `{word}`");
        }
    }
}

#[test]
fn a_used_an_ended_and_a_wrong_pass_give_one_text() {
    use cardea_web::pages::Problem;
    assert_eq!(
        Problem::PassRefused.text(),
        "This pass doesn't work. It may have ended or been used. Ask the help desk for a new one."
    );
    assert_eq!(
        Problem::NoMatch.text(),
        "That name and password don't match. Check both, or use another way."
    );
}

#[test]
fn a_blocked_page_says_why_what_next_and_what_to_read_out() {
    for sample in samples::all(Filling::Plain).unwrap() {
        if !sample.name.starts_with("blocked") {
            continue;
        }
        let pieces = read(&sample.html.text);
        let main = text_of(&pieces, "main");
        for part in
            ["You can't sign in yet", "Why:", "What to do next", "AADSTS", "09:14 UTC", "2ba27739-"]
        {
            assert!(main.contains(part), "{} lacks `{part}`", sample.name);
        }
        let copied = pieces.iter().find_map(|piece| match piece {
            Piece::Open { attributes, .. } => attributes.get("data-copy"),
            Piece::Close(_) | Piece::Text(_) => None,
        });
        assert_eq!(copied.unwrap().lines().count(), 3);
    }
}

#[test]
fn the_second_lap_says_that_trying_again_is_no_help() {
    for (name, text) in texts() {
        let said = text.contains("You've been here before: trying again won't help.");
        assert_eq!(said, name == "blocked-again", "{name}");
    }
}

#[test]
fn what_adding_a_passkey_takes_is_what_is_offered() {
    let lead = |wanted: &str| {
        let (_, text) = texts().into_iter().find(|(name, _)| *name == wanted).unwrap();
        let start = text.find("Contoso asks for a passkey.").unwrap();
        text.get(start..).unwrap().lines().next().unwrap().trim().to_owned()
    };
    let takes = "Contoso asks for a passkey. Let's add one: it takes about 2 minutes";
    assert_eq!(lead("register"), format!("{takes}."));
    assert_eq!(lead("register-here-only"), format!("{takes}."));
    assert_eq!(lead("register-phone-only"), format!("{takes} and your phone."));
    assert_eq!(lead("register-key-only"), format!("{takes} and your security key."));
    assert_eq!(lead("register-nothing"), "Contoso asks for a passkey.");
}

#[test]
fn every_code_of_a_wall_is_explained() {
    for (name, text) in texts().into_iter().filter(|(name, _)| name.starts_with("blocked")) {
        let code = text.split_whitespace().find(|word| word.starts_with("AADSTS")).unwrap();
        assert!(Meaning::of(code, "Contoso").is_some(), "{name}: {code}");
    }
}

#[test]
fn the_status_of_a_waiting_phone_is_text_and_a_path() {
    use cardea_web::pages::register::{PassAtHand, Phone, PhoneProgress, RegisterPhone};
    let status = |progress, at: &str| {
        let frame = Frame {
            tenant: "Contoso".to_owned(),
            help_desk: String::new(),
            account: String::new(),
            csrf: String::new(),
            nonce: String::new(),
            flow: "f1".to_owned(),
        };
        let ends = jiff::Timestamp::UNIX_EPOCH.into();
        let (pass, at) = (PassAtHand::Yes, at.to_owned());
        let (phone, since) = (Phone::Android, jiff::Timestamp::UNIX_EPOCH.into());
        RegisterPhone { frame, phone, progress, at, since, ends, minutes_left: 9, pass }
            .status_json()
    };
    assert_eq!(
        status(PhoneProgress::Waiting, ""),
        r#"{"next":null,"text":"Waiting for your phone…"}"#
    );
    assert_eq!(
        status(PhoneProgress::Added, ""),
        r#"{"next":"/register/done?since=0&flow=f1","text":"Your passkey is there."}"#
    );
    let ended = status(PhoneProgress::Ended, "");
    assert!(ended.contains("/register/phone?since=0&phone=android&flow=f1"), "{ended}");
    let there = status(PhoneProgress::Added, "Kim's Pixel · Work");
    assert!(there.contains("Your passkey is there: Kim's Pixel · Work."), "{there}");
}
