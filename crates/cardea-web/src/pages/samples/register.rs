//! Samples: adding, seeing and removing ways to sign in.

use super::super::register::{
    AddChoice, AddTrouble, Also, Later, Onward, PassAtHand, Phone, PhoneProgress, Place, Register,
    RegisterDone, RegisterPasskey, RegisterPhone, RegisterTotp, Skip, Why,
};
use super::super::security_info::{
    Binding, Done, LivePass, Method, MethodKind, PassUses, Profile, Proof, Removal, RemoveMethod,
    SecurityInfo, Standing, Warning, whereabouts,
};
use super::super::{Problem, QrCode, Signal};
use super::{Album, moment};

type Taken = Result<(), askama::Error>;

const ALL: [AddChoice; 4] =
    [AddChoice::PasskeyOnPhone, AddChoice::PasskeyHere, AddChoice::SecurityKey, AddChoice::Totp];

pub(super) fn take(album: &mut Album<'_>) -> Taken {
    wizard(album)?;
    passkey(album)?;
    phone(album)?;
    totp(album)?;
    done(album)?;
    security_info(album)?;
    remove(album)
}

fn wizard(album: &mut Album<'_>) -> Taken {
    let first = Register {
        frame: album.frame(),
        why: Why::PasskeyNeeded,
        choices: ALL.to_vec(),
        later: Later::Never,
    };
    album.add("register", &first)?;
    for (name, choice) in [
        ("register-phone-only", AddChoice::PasskeyOnPhone),
        ("register-key-only", AddChoice::SecurityKey),
        ("register-here-only", AddChoice::PasskeyHere),
    ] {
        album.add(name, &Register { choices: vec![choice], ..first.clone() })?;
    }
    album.add("register-second", &Register { why: Why::SecondWayNeeded, ..first.clone() })?;
    let invited = Register { why: Why::Invited, later: Later::Times(3), ..first.clone() };
    album.add("register-invited", &invited)?;
    for (name, later) in [
        ("register-invited-always", Later::Always),
        ("register-invited-last", Later::Never),
        ("register-invited-skip", Later::Skip),
    ] {
        album.add(name, &Register { later, ..invited.clone() })?;
    }
    album.add("register-chosen", &Register { why: Why::Chosen, ..first.clone() })?;
    album.add("register-nothing", &Register { choices: Vec::new(), ..first })
}

fn passkey(album: &mut Album<'_>) -> Taken {
    let first = RegisterPasskey {
        frame: album.frame(),
        problems: Vec::new(),
        trouble: AddTrouble::None,
        place: Place::ThisDevice,
        skip: Skip::Never,
        ceremony: album.creation(),
        nickname: album.text("Kim's laptop"),
    };
    album.add("register-passkey", &first)?;
    album.add("register-key", &RegisterPasskey { place: Place::SecurityKey, ..first.clone() })?;
    let problems = vec![Problem::NicknameTooLong { most: 30 }];
    album.add("register-passkey-error", &RegisterPasskey { problems, ..first.clone() })?;
    let invited = RegisterPasskey { skip: Skip::AfterTrouble, ..first.clone() };
    album.add("register-passkey-invited", &invited)?;
    let trouble = AddTrouble::Cancelled;
    album.add(
        "register-passkey-skip",
        &RegisterPasskey { skip: Skip::Offered, trouble, ..invited },
    )?;
    for (name, trouble) in [
        ("register-cancelled", AddTrouble::Cancelled),
        ("register-already", AddTrouble::AlreadyThere),
        ("register-leftover", AddTrouble::Leftover),
        ("register-model", AddTrouble::ModelNotAccepted),
        ("register-unproven", AddTrouble::Unproven),
        ("register-not-found", AddTrouble::NotFound),
        ("register-unsupported", AddTrouble::Unsupported),
        ("register-full", AddTrouble::Full),
        ("register-refused", AddTrouble::Refused),
    ] {
        album.add(name, &RegisterPasskey { trouble, ..first.clone() })?;
    }
    Ok(())
}

fn phone(album: &mut Album<'_>) -> Taken {
    let first = RegisterPhone {
        frame: album.frame(),
        phone: Phone::Either,
        progress: PhoneProgress::Waiting,
        at: String::new(),
        since: moment(0),
        ends: moment(9),
        minutes_left: 9,
        pass: PassAtHand::Yes,
    };
    album.add("register-phone", &first)?;
    let opened = RegisterPhone {
        phone: Phone::Android,
        progress: PhoneProgress::Opened,
        pass: PassAtHand::Unknown,
        minutes_left: 1,
        ..first.clone()
    };
    album.add("register-phone-android", &opened)?;
    let added =
        RegisterPhone { phone: Phone::Iphone, progress: PhoneProgress::Added, ..first.clone() };
    album.add("register-phone-added", &added)?;
    let at = album.text(&whereabouts("Kim's Pixel", "work"));
    album.add("register-phone-where", &RegisterPhone { at, ..added })?;
    album.add("register-phone-ended", &RegisterPhone { progress: PhoneProgress::Ended, ..first })
}

fn totp(album: &mut Album<'_>) -> Taken {
    let seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let label = format!("otpauth://totp/Contoso:kim@contoso.example?secret={seed}&issuer=Contoso");
    let Some(qr) = QrCode::of(&label) else { return Ok(()) };
    let first =
        RegisterTotp { frame: album.frame(), problems: Vec::new(), qr, seed: album.text(seed) };
    album.add("register-totp", &first)?;
    album
        .add("register-totp-error", &RegisterTotp { problems: vec![Problem::CodeMissing], ..first })
}

fn done(album: &mut Album<'_>) -> Taken {
    let accepted = Signal::AllAccepted {
        rp_id: album.text("id.contoso.example"),
        user_id: album.text("a2lt"),
        credential_ids: vec![album.text("AAAA"), album.text("BBBB")],
    };
    let first = RegisterDone {
        frame: album.frame(),
        added: AddChoice::PasskeyOnPhone,
        nickname: album.text("Kim's Pixel"),
        also: Also::PersonalProfile,
        onward: Onward::SignIn { to: album.text("/signin?go=on"), app: album.text("Timesheets") },
        signals: vec![accepted],
    };
    album.add("register-done", &first)?;
    for (name, added, also) in [
        ("register-done-here", AddChoice::PasskeyHere, Also::SecondPasskey),
        ("register-done-key", AddChoice::SecurityKey, Also::WorkProfile),
        ("register-done-totp", AddChoice::Totp, Also::Nothing),
    ] {
        let onward = Onward::SecurityInfo;
        album.add(name, &RegisterDone { added, also, onward, ..first.clone() })?;
    }
    Ok(())
}

fn methods(album: &Album<'_>) -> Vec<Method> {
    let method = |name: &str, kind, last_used, standing| Method {
        id: album.text("m1"),
        kind,
        name: album.text(name),
        added: moment(0),
        last_used,
        standing,
    };
    let passkey = |provider: &str, proof, binding, at: &str| MethodKind::Passkey {
        provider: album.text(provider),
        proof,
        binding,
        at: album.text(at),
    };
    let (android, at) = ("Authenticator for Android", whereabouts("Kim's Pixel", "work"));
    let pixel = passkey(android, Proof::Attested, Binding::DeviceBound, &at);
    let laptop = passkey("Windows Hello", Proof::Unproven, Binding::Synced, "");
    let at = whereabouts("A phone with a very long name that goes on", "side project");
    let key = passkey("", Proof::Unproven, Binding::DeviceBound, &at);
    vec![
        method("Kim's Pixel", pixel, Some(moment(3)), Standing::Accepted),
        method("Kim's laptop", laptop, None, Standing::Accepted),
        method(
            "Blue key with a very long name that goes on and on",
            key,
            None,
            Standing::NotAccepted,
        ),
        method("Authenticator app", MethodKind::Totp, Some(moment(60)), Standing::Accepted),
        method("Password", MethodKind::Password, None, Standing::Accepted),
    ]
}

fn security_info(album: &mut Album<'_>) -> Taken {
    let pass = |uses| LivePass { starts: moment(0), ends: moment(60), uses };
    let device = album.text("Kim's Pixel");
    let in_profile = |profile| Warning::NoPasskeyInProfile { device: device.clone(), profile };
    let full = SecurityInfo {
        frame: album.frame(),
        problems: Vec::new(),
        done: Done::Added(album.text("Kim's Pixel")),
        today: album.text("Passkey"),
        methods: methods(album),
        passes: vec![pass(PassUses::Once), pass(PassUses::Several)],
        warnings: vec![
            in_profile(Profile::Personal),
            Warning::AddedLately { name: album.text("Kim's laptop"), at: moment(0) },
        ],
        choices: ALL.to_vec(),
        signals: Vec::new(),
    };
    album.add("security-info", &full)?;
    let problems = vec![Problem::RenameMissing];
    album.add("security-info-error", &SecurityInfo { problems, ..full.clone() })?;
    let empty = SecurityInfo {
        done: Done::Nothing,
        today: String::new(),
        methods: Vec::new(),
        passes: Vec::new(),
        warnings: vec![Warning::NoPasskey],
        choices: Vec::new(),
        ..full.clone()
    };
    album.add("security-info-empty", &empty)?;
    for (name, done) in [
        ("security-info-renamed", Done::Renamed(album.text("Work phone"))),
        ("security-info-removed", Done::Removed(album.text("Old phone"))),
        ("security-info-ended", Done::SignedOutEverywhere),
    ] {
        let warnings = vec![Warning::OnlyOneWay, in_profile(Profile::Work)];
        album.add(name, &SecurityInfo { done, warnings, ..full.clone() })?;
    }
    Ok(())
}

fn remove(album: &mut Album<'_>) -> Taken {
    let Some(method) = methods(album).into_iter().next() else { return Ok(()) };
    let apps = vec![album.text("Timesheets"), album.text("Mail")];
    let ways = vec![album.text("Passkey: Kim's laptop"), album.text("Temporary Access Pass")];
    for (name, verdict) in [
        ("remove", Removal::OthersWork { ways }),
        ("remove-last-for", Removal::LastFor { apps }),
        ("remove-last", Removal::LastOfAll),
        ("remove-undecided", Removal::Undecided),
    ] {
        album.add(name, &RemoveMethod { frame: album.frame(), method: method.clone(), verdict })?;
    }
    Ok(())
}
