//! WebAuthn §7.2, step by step. `cardea_webauthn::steps` has the table.

use cardea_webauthn::authentication::{Pending, Who, Wish};
use cardea_webauthn::{
    Attachment, AuthenticationAnswer, BackupEligibility, BackupState, CredentialId, Descriptor,
    Framing, Mediation, Origin, Start, UserHandle, UserVerification, UserVerificationWish,
    authentication,
};
use jiff::SignedDuration;
use serde_json::json;

use crate::authenticator::{Authenticator, BE, BS, ED, UP, UV, Using};
use crate::rig::{Authenticating, HANDLE, assertion_refused, handle, now, rp};
use crate::wire::cbor;

#[test]
fn an_assertion_says_who_with_what() {
    let authenticating = Authenticating::new();
    let verified = authenticating.accepts(|_| ());
    let facts = verified.facts();
    assert_eq!(facts.id.as_bytes(), authenticating.authenticator.id);
    assert_eq!(facts.user, handle());
    assert_eq!(facts.sign_count, 1);
    assert_eq!(facts.backup_state, BackupState::NotBackedUp);
    assert_eq!(facts.user_verification, UserVerification::Verified);
    assert_eq!(facts.attachment, Some(Attachment::CrossPlatform));
}

#[test]
fn options_are_what_browsers_expect() {
    let start =
        || Start { challenge: cardea_webauthn::Challenge::new(&[9; 32]).unwrap(), now: now() };
    let known = Descriptor::new(CredentialId::new(b"known").unwrap(), Vec::new());
    let (options, _) = authentication::options(&rp(), &[known], &Wish::default(), start());
    let expected = json!({"publicKey": {
        "challenge": "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk", "timeout": 300_000, "rpId": "example.org",
        "allowCredentials": [{"type": "public-key", "id": "a25vd24"}], "userVerification": "required"
    }});
    assert_eq!(serde_json::to_value(&options).unwrap(), expected);
    let wish = Wish { mediation: Mediation::Conditional, ..Wish::default() };
    let (options, _) = authentication::options(&rp(), &[], &wish, start());
    assert_eq!(serde_json::to_value(&options).unwrap()["mediation"], "conditional");
}

#[test]
fn step_1_an_answer_that_passes_over_the_options_is_refused() {
    assert_eq!(assertion_refused(|using| using.data.flags &= !UV), "uv_required");
    let another = |using: &mut Using| using.client_data["challenge"] = json!("AAAA");
    assert_eq!(assertion_refused(another), "challenge_mismatch");
    let mut authenticating = Authenticating::new();
    authenticating.accepts(|_| ());
    let other = CredentialId::new(b"another").unwrap();
    authenticating.allow = vec![Descriptor::new(other, Vec::new())];
    assert_eq!(authenticating.refuses(|_| ()), "credential_not_allowed");
}

#[test]
fn what_waits_for_an_answer_survives_being_stored() {
    let authenticating = Authenticating::new();
    let wish = Wish { who: Who::Only(handle()), ..Wish::default() };
    let (options, pending) =
        authentication::options(&rp(), &[], &wish, Start::random(now()).unwrap());
    let pending: Pending = serde_json::from_str(&serde_json::to_string(&pending).unwrap()).unwrap();
    assert_eq!(*pending.who(), Who::Only(handle()));
    let using =
        authenticating.authenticator.using("example.org", options.public_key.challenge.as_bytes());
    let answer = AuthenticationAnswer::parse(&authenticating.authenticator.assert(&using)).unwrap();
    let stored = authenticating.stored.as_ref();
    assert!(authentication::verify(&rp(), pending, &answer, stored, now()).is_ok());
}

#[test]
fn step_2_an_answer_is_due_within_five_minutes_to_the_second() {
    let mut authenticating = Authenticating::new();
    authenticating.takes = SignedDuration::from_secs(299);
    authenticating.accepts(|_| ());
    authenticating.takes = SignedDuration::from_secs(300);
    assert_eq!(authenticating.refuses(|_| ()), "challenge_expired");
}

#[test]
fn step_3_only_an_assertion_response_is_one() {
    let without = |using: &mut Using| {
        using.answer =
            |answer| drop(answer["response"].as_object_mut().unwrap().remove("signature"));
    };
    assert_eq!(assertion_refused(without), "answer_malformed");
    assert_eq!(
        assertion_refused(|u| u.answer = |a| a["type"] = json!("password")),
        "answer_malformed"
    );
    assert_eq!(
        assertion_refused(|u| u.answer = |a| a["rawId"] = json!("AAAA")),
        "answer_malformed"
    );
}

#[test]
fn step_4_extension_results_are_an_object_or_missing() {
    let without = |using: &mut Using| {
        using.answer =
            |answer| drop(answer.as_object_mut().unwrap().remove("clientExtensionResults"));
    };
    Authenticating::new().accepts(without);
    let list =
        |using: &mut Using| using.answer = |answer| answer["clientExtensionResults"] = json!([]);
    assert_eq!(assertion_refused(list), "extensions");
}

#[test]
fn step_5_the_credential_is_one_that_was_asked_for() {
    let mut authenticating = Authenticating::new();
    let descriptor = |id: &[u8]| Descriptor::new(CredentialId::new(id).unwrap(), Vec::new());
    authenticating.allow = vec![descriptor(b"other"), descriptor(&authenticating.authenticator.id)];
    authenticating.accepts(|_| ());
    authenticating.allow = vec![descriptor(b"other")];
    assert_eq!(authenticating.refuses(|_| ()), "credential_not_allowed");
}

#[test]
fn step_6_the_credential_is_known() {
    let mut authenticating = Authenticating::new();
    authenticating.accepts(|_| ());
    let known = authenticating.stored.take();
    assert_eq!(authenticating.refuses(|_| ()), "unknown_credential");
    authenticating.stored = known;
    authenticating.stored().id = CredentialId::new(b"looked up wrongly").unwrap();
    assert_eq!(authenticating.refuses(|_| ()), "unknown_credential");
}

#[test]
fn step_6_who_was_not_named_is_named_by_the_answer() {
    assert_eq!(assertion_refused(|using| using.user_handle = None), "user_handle_missing");
    assert_eq!(
        assertion_refused(|using| using.user_handle = Some(Vec::new())),
        "user_handle_missing"
    );
    assert_eq!(
        assertion_refused(|using| using.user_handle = Some(vec![8; 64])),
        "credential_not_owned"
    );
    assert_eq!(
        assertion_refused(|using| using.user_handle = Some(vec![7; 65])),
        "answer_malformed"
    );
}

#[test]
fn step_6_who_was_named_owns_the_credential() {
    let mut authenticating = Authenticating::new();
    authenticating.wish.who = Who::Only(handle());
    authenticating.accepts(|_| ());
    authenticating.accepts(|using| using.user_handle = None);
    let other = authenticating.refuses(|using| using.user_handle = Some(vec![8; 64]));
    assert_eq!(other, "credential_not_owned");
    authenticating.wish.who = Who::Only(UserHandle::new(b"victim").unwrap());
    for named in [None, Some(HANDLE.to_vec()), Some(b"victim".to_vec())] {
        assert_eq!(
            authenticating.refuses(|using| using.user_handle = named),
            "credential_not_owned"
        );
    }
}

#[test]
fn step_7_what_an_answer_claims_can_be_looked_up() {
    let authenticating = Authenticating::new();
    let using = authenticating.authenticator.using("example.org", &[0; 32]);
    let answer = AuthenticationAnswer::parse(&authenticating.authenticator.assert(&using)).unwrap();
    let (id, user) = authentication::claimed(&answer).unwrap();
    assert_eq!((id.as_bytes(), user), (&authenticating.authenticator.id[..], Some(handle())));
}

#[test]
fn step_7_each_part_is_base64url_of_at_most_64_kib() {
    for part in ["clientDataJSON", "authenticatorData", "signature"] {
        let authenticating = Authenticating::new();
        let start = Start::random(now()).unwrap();
        for text in ["=", &"A".repeat(100_000)] {
            let (options, pending) =
                authentication::options(&rp(), &[], &Wish::default(), start.clone());
            let using = authenticating
                .authenticator
                .using("example.org", options.public_key.challenge.as_bytes());
            let mut answer: serde_json::Value =
                serde_json::from_slice(&authenticating.authenticator.assert(&using)).unwrap();
            answer["response"][part] = json!(text);
            let answer = serde_json::from_value(answer).unwrap();
            let stored = authenticating.stored.as_ref();
            let refused =
                authentication::verify(&rp(), pending, &answer, stored, now()).unwrap_err();
            assert_eq!(refused.code().as_str(), "answer_malformed", "{part}");
        }
    }
}

#[test]
fn step_8_client_data_are_utf_8_and_a_byte_order_mark_is_dropped() {
    Authenticating::new().accepts(|using| {
        let text = serde_json::to_vec(&using.client_data).unwrap();
        using.client_data_bytes = Some([&b"\xef\xbb\xbf"[..], &text].concat());
    });
    assert_eq!(
        assertion_refused(|using| using.client_data_bytes = Some(vec![0xff, 0xfe])),
        "client_data"
    );
}

#[test]
fn step_9_client_data_are_json_without_duplicates() {
    let twice = |using: &mut Using| {
        let text = serde_json::to_string(&using.client_data).unwrap();
        using.client_data_bytes =
            Some(text.replacen('{', "{\"type\":\"webauthn.get\",", 1).into_bytes());
    };
    assert_eq!(assertion_refused(twice), "client_data");
    Authenticating::new().accepts(|using| using.client_data["new"] = json!(true));
}

#[test]
fn step_10_the_type_is_webauthn_get() {
    assert_eq!(
        assertion_refused(|u| u.client_data["type"] = json!("webauthn.create")),
        "type_mismatch"
    );
}

#[test]
fn step_11_the_challenge_is_the_one_that_was_given_out() {
    assert_eq!(
        assertion_refused(|u| u.client_data["challenge"] = json!("AAAA")),
        "challenge_mismatch"
    );
}

#[test]
fn step_12_the_origin_is_one_of_ours_compared_as_text() {
    for origin in
        ["https://badexample.org", "https://example.org", "https://login.example.org.", "null"]
    {
        let refused = assertion_refused(|using| using.client_data["origin"] = json!(origin));
        assert_eq!(refused, "origin_mismatch", "{origin}");
    }
}

#[test]
fn step_13_a_framed_page_is_refused_unless_expected() {
    let framed = |using: &mut Using| using.client_data["crossOrigin"] = json!(true);
    assert_eq!(assertion_refused(framed), "cross_origin");
    let mut authenticating = Authenticating::new();
    authenticating.rp =
        rp().framed(Framing::By(vec![Origin::parse("https://portal.example").unwrap()]));
    authenticating.accepts(framed);
}

#[test]
fn step_14_the_framing_page_is_one_that_is_expected() {
    let top = |origin: &'static str| {
        move |using: &mut Using| using.client_data["topOrigin"] = json!(origin)
    };
    assert_eq!(assertion_refused(top("https://portal.example")), "top_origin");
    let mut authenticating = Authenticating::new();
    authenticating.rp =
        rp().framed(Framing::By(vec![Origin::parse("https://portal.example").unwrap()]));
    authenticating.accepts(top("https://portal.example"));
    assert_eq!(authenticating.refuses(top("https://portal.example.evil")), "top_origin");
}

#[test]
fn step_15_the_relying_party_id_is_ours() {
    assert_eq!(assertion_refused(|using| using.data.rp_id = "evil.example".into()), "rp_id_hash");
    assert_eq!(
        assertion_refused(|using| using.data.rp_id = "https://example.org".into()),
        "rp_id_hash"
    );
}

#[test]
fn step_15_authenticator_data_are_what_their_flags_announce() {
    assert_eq!(assertion_refused(|using| using.data.after = vec![0]), "authdata_malformed");
    assert_eq!(assertion_refused(|using| using.data.flags |= ED), "cbor");
    Authenticating::new().accepts(|using| {
        using.data.flags |= ED;
        using.data.after = cbor::map(&[(cbor::text("uvm"), cbor::array(&[]))]);
    });
}

#[test]
fn step_16_somebody_was_there() {
    assert_eq!(assertion_refused(|using| using.data.flags &= !UP), "up_required");
}

#[test]
fn step_17_the_user_was_verified_where_required() {
    assert_eq!(assertion_refused(|using| using.data.flags &= !UV), "uv_required");
    let mut authenticating = Authenticating::new();
    authenticating.wish.user_verification = UserVerificationWish::Discouraged;
    let verified = authenticating.accepts(|using| using.data.flags &= !UV);
    assert_eq!(verified.facts().user_verification, UserVerification::NotVerified);
}

#[test]
fn step_18_only_what_can_be_backed_up_is() {
    assert_eq!(assertion_refused(|using| using.data.flags |= BS), "backup_flags");
}

#[test]
fn step_19_a_passkey_does_not_change_whether_it_can_be_backed_up() {
    assert_eq!(assertion_refused(|using| using.data.flags |= BE), "backup_flags");
    let mut authenticating = Authenticating::new();
    authenticating.stored().backup_eligibility = BackupEligibility::Eligible;
    let verified = authenticating.accepts(|using| using.data.flags |= BE | BS);
    assert_eq!(verified.facts().backup_state, BackupState::BackedUp);
    authenticating.accepts(|using| using.data.flags |= BE);
    assert_eq!(authenticating.refuses(|_| ()), "backup_flags");
}

#[test]
fn steps_20_and_21_the_signature_is_the_keys_over_these_data() {
    let signature =
        |change: fn(Vec<u8>) -> Vec<u8>| assertion_refused(move |using| using.signature = change);
    assert_eq!(signature(|signature| [&signature[..], &[0]].concat()), "signature");
    assert_eq!(signature(|_| vec![0x30, 6, 2, 1, 0, 2, 1, 0]), "signature");
    assert_eq!(signature(|_| vec![0; 64]), "signature");
    assert_eq!(signature(|_| Vec::new()), "signature");
    assert_eq!(signature(|mut signature| (signature[10] ^= 1, signature).1), "signature");
    let mut authenticating = Authenticating::new();
    let id = authenticating.authenticator.id.clone();
    authenticating.authenticator = Authenticator::new();
    assert_eq!(authenticating.refuses(|using| using.data.id = id), "signature");
}

#[test]
fn step_21_raw_ecdsa_numbers_are_not_a_signature() {
    // The two numbers of the very signature, without DER around them.
    let raw = |signature: Vec<u8>| {
        let number = |at: usize| -> Vec<u8> {
            let length = usize::from(signature[at + 1]);
            let number = &signature[at + 2..at + 2 + length];
            let plain = &number[number.iter().take_while(|byte| **byte == 0).count()..];
            [&vec![0; 32 - plain.len()][..], plain].concat()
        };
        let second = 4 + usize::from(signature[3]);
        [number(2), number(second)].concat()
    };
    assert_eq!(assertion_refused(move |using| using.signature = raw), "signature");
}

#[test]
fn step_22_a_counter_goes_up_or_is_not_there() {
    let mut authenticating = Authenticating::new();
    authenticating.accepts(|using| using.data.count = 0);
    for (stored, told) in [(5, 5), (5, 4), (5, 0), (u32::MAX, 0), (u32::MAX, u32::MAX)] {
        authenticating.stored().sign_count = stored;
        let refused = authenticating.refuses(|using| using.data.count = told);
        assert_eq!(refused, "counter_regression", "{stored} {told}");
    }
    authenticating.stored().sign_count = 5;
    assert_eq!(authenticating.accepts(|using| using.data.count = 6).facts().sign_count, 6);
    authenticating.stored().sign_count = u32::MAX - 1;
    authenticating.accepts(|using| using.data.count = u32::MAX);
}

#[test]
fn step_22_of_two_assertions_out_of_order_the_later_one_stands() {
    let mut authenticating = Authenticating::new();
    let second = authenticating.accepts(|using| using.data.count = 2);
    authenticating.stored().sign_count = second.facts().sign_count;
    assert_eq!(authenticating.refuses(|using| using.data.count = 1), "counter_regression");
}

#[test]
fn step_23_outputs_of_extensions_that_nobody_asked_for_are_left_alone() {
    Authenticating::new().accepts(|using| {
        using.answer =
            |answer| answer["clientExtensionResults"] = json!({"appid": true, "prf": {}});
    });
}

#[test]
fn step_23_outputs_of_extensions_are_an_object() {
    for odd in [json!([]), json!("prf"), json!(true), json!(1)] {
        let authenticating = Authenticating::new();
        let start = Start::random(now()).unwrap();
        let (options, pending) = authentication::options(&rp(), &[], &Wish::default(), start);
        let challenge = options.public_key.challenge.as_bytes();
        let using = authenticating.authenticator.using("example.org", challenge);
        let signed = authenticating.authenticator.assert(&using);
        let mut answer: serde_json::Value = serde_json::from_slice(&signed).unwrap();
        answer["clientExtensionResults"] = odd.clone();
        let answer = serde_json::from_value(answer).unwrap();
        let stored = authenticating.stored.as_ref();
        let refused = authentication::verify(&rp(), pending, &answer, stored, now()).unwrap_err();
        assert_eq!(refused.code().as_str(), "extensions", "{odd}");
    }
    Authenticating::new().accepts(|_| ());
}

#[test]
fn steps_24_and_25_what_was_changed_on_its_way_leaves_nothing_to_store() {
    let mut authenticating = Authenticating::new();
    authenticating.stored().backup_eligibility = BackupEligibility::Eligible;
    let told = |using: &mut Using| (using.data.flags |= BE, using.data.count = 9).0;
    authenticating.accepts(told);
    // What would be stored: the counter, and whether it is backed up. Both stand under the signature.
    for (at, bit) in [(36, 1), (32, BS)] {
        let changed = authenticating.changed(told, |data| data[at] ^= bit);
        assert_eq!(changed, "signature");
    }
}

#[test]
fn steps_24_and_25_an_assertion_carries_what_to_store() {
    let mut authenticating = Authenticating::new();
    authenticating.stored().backup_eligibility = BackupEligibility::Eligible;
    let facts = authenticating
        .accepts(|using| (using.data.flags |= BE | BS, using.data.count = 9).0)
        .facts()
        .clone();
    assert_eq!((facts.sign_count, facts.backup_state), (9, BackupState::BackedUp));
}
