//! Relying parties, origins, ids, models.

use cardea_webauthn::{
    Aaguid, Challenge, Code, CredentialId, Framing, Origin, RelyingParty, RelyingPartyError,
    UserHandle,
};

#[test]
fn a_relying_partys_id_is_the_host_or_a_parent_of_it() {
    let ok = |id: &str, origin: &str| RelyingParty::new(id, "x", &[origin]).map(|_| ());
    let outside = |id, origin| matches!(ok(id, origin), Err(RelyingPartyError::Outside { .. }));
    assert_eq!(ok("example.org", "https://example.org"), Ok(()));
    assert_eq!(ok("example.org", "https://login.example.org:8443"), Ok(()));
    assert_eq!(ok("localhost", "http://localhost:8080"), Ok(()));
    assert_eq!(ok("intranet", "https://intranet"), Ok(()));
    assert!(outside("example.org", "https://badexample.org"));
    assert!(outside("login.example.org", "https://example.org"));
    assert!(outside("org", "https://example.org"));
    for id in [
        "",
        "EXAMPLE.org",
        "example.org.",
        ".example.org",
        "127.0.0.1",
        "[::1]",
        "https://example.org",
        "a b",
    ] {
        assert!(matches!(ok(id, "https://example.org"), Err(RelyingPartyError::Id(_))), "{id}");
    }
    assert_eq!(RelyingParty::new("example.org", "x", &[]), Err(RelyingPartyError::NoOrigin));
}

#[test]
fn an_origin_is_written_in_one_way() {
    for fine in [
        "https://example.org",
        "https://example.org:8443",
        "http://localhost",
        "http://localhost:8080",
    ] {
        assert_eq!(Origin::parse(fine).unwrap().as_str(), fine);
    }
    for text in [
        "http://example.org",
        "https://example.org/",
        "https://example.org:443",
        "https://EXAMPLE.org",
        "example.org",
        "https://example.org/path",
        "https://a@example.org",
        "https://example.org.",
        "https://127.0.0.1",
        "null",
        "http://localhost.evil.org",
        "android:apk-key-hash:",
        "android:apk-key-hash:AAAA",
        "ftp://example.org",
        "",
        "https://bücher.example",
        "chrome-extension://abc",
    ] {
        assert!(Origin::parse(text).is_err(), "{text}");
    }
}

#[test]
fn nobody_may_frame_unless_said() {
    assert_eq!(*crate::rig::rp().framing(), Framing::Never);
}

#[test]
fn an_aaguid_has_many_spellings_and_one_form() {
    let canonical = "de1e552d-db1d-4423-a619-566b625cdc84";
    for text in [
        canonical,
        "DE1E552D-DB1D-4423-A619-566B625CDC84",
        "{de1e552d-db1d-4423-a619-566b625cdc84}",
        "de1e552ddb1d4423a619566b625cdc84",
    ] {
        assert_eq!(text.parse::<Aaguid>().unwrap().to_string(), canonical, "{text}");
    }
    for text in [
        "",
        "de1e552d",
        "urn:uuid:de1e552d-db1d-4423-a619-566b625cdc84",
        "de1e552d-db1d-4423-a619-566b625cdc8g",
    ] {
        assert!(text.parse::<Aaguid>().is_err(), "{text}");
    }
    assert_eq!("00000000-0000-0000-0000-000000000000".parse(), Ok(Aaguid::ZERO));
}

#[test]
fn well_known_models_have_names() {
    let name = |text: &str| text.parse::<Aaguid>().unwrap().provider();
    assert_eq!(
        name("90a3ccdf-635c-4729-a248-9b709135078f"),
        Some("Microsoft Authenticator for iOS")
    );
    assert_eq!(
        name("01020304-0506-0708-0102-030405060708"),
        Some("Chromium's virtual authenticator")
    );
    assert_eq!(name("2fc0579f-8113-47ea-b116-bb5a8db9202a"), Some("YubiKey 5 NFC"));
    assert_eq!(Aaguid::ZERO.provider(), None);
}

#[test]
fn random_values_differ() {
    assert_ne!(Challenge::random().unwrap(), Challenge::random().unwrap());
    assert_eq!(Challenge::random().unwrap().as_bytes().len(), 32);
    assert_ne!(UserHandle::random().unwrap(), UserHandle::random().unwrap());
    assert!(Challenge::new(&[0; 15]).is_err());
}

#[test]
fn ids_are_base64url_in_json() {
    let id = CredentialId::new(&[0xfb, 0xff]).unwrap();
    let text = serde_json::to_string(&id).unwrap();
    assert_eq!(text, "\"-_8\"");
    assert_eq!(serde_json::from_str::<CredentialId>(&text).unwrap(), id);
    assert!(serde_json::from_str::<CredentialId>("\"-_8=\"").is_err());
    assert!(serde_json::from_str::<CredentialId>("\"\"").is_err());
}

#[test]
fn each_code_has_a_text_of_its_own() {
    let mut texts: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    texts.sort_unstable();
    let count = texts.len();
    texts.dedup();
    assert_eq!(texts.len(), count);
}
