//! WebAuthn §7.1, step by step. `cardea_webauthn::steps` has the table.

use cardea_webauthn::registration::{Pending, Selection};
use cardea_webauthn::{
    Aaguid, Attachment, Attestation, BackupEligibility, BackupState, CredentialId, Descriptor,
    Framing, Origin, RegistrationAnswer, ResidentKeyWish, Start, Transport, Trust, UserEntity,
    UserVerification, UserVerificationWish, registration,
};
use jiff::SignedDuration;
use serde_json::json;

use crate::authenticator::{AAGUID, AT, BE, BS, ED, Key, UP, UV};
use crate::rig::{HANDLE, Registering, handle, now, registration_refused, rp};
use crate::wire::cbor;

#[test]
fn a_new_passkey_is_described_by_facts() {
    let registering = Registering::new();
    let made = registering.accepts(|making| making.data.flags |= BE | BS);
    let facts = made.facts();
    assert_eq!(facts.id.as_bytes(), registering.authenticator.id);
    assert_eq!(facts.user.as_bytes(), HANDLE);
    assert_eq!(facts.public_key.algorithm().cose(), -7);
    assert_eq!(facts.sign_count, 0);
    assert_eq!(facts.aaguid, Aaguid::from_bytes(AAGUID));
    assert_eq!(facts.attestation, Attestation::None);
    assert_eq!(facts.backup_eligibility, BackupEligibility::Eligible);
    assert_eq!(facts.backup_state, BackupState::BackedUp);
    assert_eq!(facts.user_verification, UserVerification::Verified);
    assert_eq!(facts.transports, [Transport::Internal, Transport::Hybrid]);
    assert_eq!(facts.attachment, Some(Attachment::Platform));
    assert_eq!(made.to_stored().id, facts.id);
}

#[test]
fn options_are_what_browsers_and_graph_expect() {
    let user =
        UserEntity { id: handle(), name: "ada@example.org".into(), display_name: "Ada".into() };
    let known = Descriptor::new(CredentialId::new(b"known").unwrap(), vec![Transport::Usb]);
    let selection =
        Selection { attachment: Some(Attachment::CrossPlatform), ..Selection::default() };
    let start = Start { challenge: cardea_webauthn::Challenge::new(&[9; 32]).unwrap(), now: now() };
    let (options, pending) = registration::options(&rp(), user, &[known], &selection, start);
    let expected = json!({"publicKey": {
        "rp": {"id": "example.org", "name": "Example"},
        "user": {"id": handle().to_string(), "name": "ada@example.org", "displayName": "Ada"},
        "challenge": "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk",
        "pubKeyCredParams": [
            {"type": "public-key", "alg": -7}, {"type": "public-key", "alg": -8},
            {"type": "public-key", "alg": -35}, {"type": "public-key", "alg": -36},
            {"type": "public-key", "alg": -257}
        ],
        "timeout": 300_000,
        "excludeCredentials": [{"type": "public-key", "id": "a25vd24", "transports": ["usb"]}],
        "authenticatorSelection": {
            "authenticatorAttachment": "cross-platform", "residentKey": "required",
            "requireResidentKey": true, "userVerification": "required"
        },
        "attestation": "none",
        "extensions": {"credProps": true}
    }});
    assert_eq!(serde_json::to_value(&options).unwrap(), expected);
    assert_eq!(pending.expires_at(), now() + SignedDuration::from_mins(5));
}

#[test]
fn step_1_an_answer_that_passes_over_the_options_is_refused() {
    // What the options ask for is a request to the client; whoever attacks is the client.
    assert_eq!(registration_refused(|making| making.data.flags &= !UV), "uv_required");
    let other = registration_refused(|making| making.data.cose[1].1 = cbor::int(-65535));
    assert_eq!(other, "alg_not_offered");
    let found_by_id = registration_refused(|making| {
        making.extensions = json!({"credProps": {"rk": false}});
    });
    assert_eq!(found_by_id, "resident_key_required");
    let mut registering = Registering::new();
    registering.accepts(|_| ());
    let id = CredentialId::new(&registering.authenticator.id).unwrap();
    registering.exclude = vec![Descriptor::new(id, Vec::new())];
    assert_eq!(registering.refuses(|_| ()), "credential_excluded");
}

#[test]
fn what_waits_for_an_answer_survives_being_stored() {
    let registering = Registering::new();
    let user = UserEntity { id: handle(), name: "ada".into(), display_name: "Ada".into() };
    let (options, pending) = registration::options(
        &registering.rp,
        user,
        &[],
        &registering.selection,
        Start::random(now()).unwrap(),
    );
    let stored = serde_json::to_string(&pending).unwrap();
    let pending: Pending = serde_json::from_str(&stored).unwrap();
    let making =
        registering.authenticator.making("example.org", options.public_key.challenge.as_bytes());
    let answer = RegistrationAnswer::parse(&registering.authenticator.make(&making)).unwrap();
    assert!(
        registration::verify(&registering.rp, pending, &answer, now(), &Trust::nobody()).is_ok()
    );
}

#[test]
fn step_2_an_answer_is_due_within_five_minutes_to_the_second() {
    let mut registering = Registering::new();
    registering.takes = SignedDuration::from_secs(299);
    registering.accepts(|_| ());
    registering.takes = SignedDuration::from_secs(300) - SignedDuration::from_nanos(1);
    registering.accepts(|_| ());
    registering.takes = SignedDuration::from_secs(300);
    assert_eq!(registering.refuses(|_| ()), "challenge_expired");
    registering.takes = SignedDuration::from_secs(301);
    assert_eq!(registering.refuses(|_| ()), "challenge_expired");
}

#[test]
fn step_3_only_an_attestation_response_is_one() {
    let without = |making: &mut crate::authenticator::Making| {
        making.answer =
            |answer| drop(answer["response"].as_object_mut().unwrap().remove("attestationObject"));
    };
    assert_eq!(registration_refused(without), "answer_malformed");
    assert_eq!(
        registration_refused(|m| m.answer = |a| a["type"] = json!("password")),
        "answer_malformed"
    );
    assert_eq!(
        registration_refused(|m| m.answer = |a| a["rawId"] = json!("AAAA")),
        "answer_malformed"
    );
    assert_eq!(
        registration_refused(|m| m.answer = |a| a["id"] = json!("A+/=")),
        "answer_malformed"
    );
}

#[test]
fn step_3_graphs_shape_without_raw_id_and_type_is_read() {
    Registering::new().accepts(|making| {
        making.answer = |answer| {
            let answer = answer.as_object_mut().unwrap();
            answer.remove("rawId");
            answer.remove("type");
            answer.remove("authenticatorAttachment");
        };
    });
}

#[test]
fn step_4_extension_results_are_an_object_or_missing() {
    Registering::new().accepts(|m| {
        m.answer = |a| drop(a.as_object_mut().unwrap().remove("clientExtensionResults"));
    });
    assert_eq!(registration_refused(|m| m.extensions = json!("none")), "extensions");
}

#[test]
fn step_5_client_data_are_utf_8_and_a_byte_order_mark_is_dropped() {
    let registering = Registering::new();
    registering.accepts(|making| {
        let text = serde_json::to_vec(&making.client_data).unwrap();
        making.client_data_bytes = Some([&b"\xef\xbb\xbf"[..], &text].concat());
    });
    let invalid = registering.refuses(|making| {
        let text = serde_json::to_string(&making.client_data).unwrap();
        let mut bytes = text.into_bytes();
        bytes[2] = 0xff;
        making.client_data_bytes = Some(bytes);
    });
    assert_eq!(invalid, "client_data");
}

#[test]
fn step_6_client_data_are_json_without_duplicates_and_unknown_members_are_read_over() {
    let registering = Registering::new();
    registering.accepts(|making| making.client_data["new"] = json!({"in": ["level", 4]}));
    let with = |more: &'static str| {
        registering.refuses(move |making| {
            let text = serde_json::to_string(&making.client_data).unwrap();
            making.client_data_bytes = Some(text.replacen('{', more, 1).into_bytes());
        })
    };
    assert_eq!(with("{\"type\":\"webauthn.create\","), "client_data");
    assert_eq!(with("{\"other\":1,\"other\":1,"), "client_data");
    assert_eq!(with("["), "client_data");
    assert_eq!(registering.refuses(|m| m.client_data["crossOrigin"] = json!("no")), "client_data");
    let huge = registering.refuses(|m| m.client_data["padding"] = json!("x".repeat(1 << 20)));
    assert_eq!(huge, "answer_malformed");
}

#[test]
fn step_7_the_type_is_webauthn_create() {
    assert_eq!(
        registration_refused(|m| m.client_data["type"] = json!("webauthn.get")),
        "type_mismatch"
    );
}

#[test]
fn step_8_the_challenge_is_the_one_that_was_given_out() {
    assert_eq!(
        registration_refused(|m| m.client_data["challenge"] = json!("AAAA")),
        "challenge_mismatch"
    );
    let padded = |making: &mut crate::authenticator::Making| {
        let challenge = making.client_data["challenge"].as_str().unwrap();
        making.client_data["challenge"] = json!(format!("{challenge}="));
    };
    assert_eq!(registration_refused(padded), "challenge_mismatch");
}

#[test]
fn step_9_the_origin_is_one_of_ours_compared_as_text() {
    for origin in [
        "https://badexample.org",
        "https://example.org",
        "https://loginexample.org",
        "http://login.example.org",
        "https://login.example.org:8443",
        "https://login.example.org.",
        "https://login.example.org/",
        "https://login.example.org@evil.example",
        "https://LOGIN.example.org",
        "https://evil.login.example.org",
        "https://xn--login-example-org-.com",
        "https://login.example.org:443",
        "null",
        "",
        "android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let refused = registration_refused(|making| making.client_data["origin"] = json!(origin));
        assert_eq!(refused, "origin_mismatch", "{origin}");
    }
}

#[test]
fn step_9_an_android_app_is_accepted_where_it_is_listed() {
    let app = "android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let mut registering = Registering::new();
    registering.rp =
        cardea_webauthn::RelyingParty::new("example.org", "Example", &[crate::rig::ORIGIN, app])
            .unwrap();
    registering.accepts(|making| making.client_data["origin"] = json!(app));
}

#[test]
fn step_10_a_framed_page_is_refused_unless_expected() {
    assert_eq!(
        registration_refused(|m| m.client_data["crossOrigin"] = json!(true)),
        "cross_origin"
    );
    let mut registering = Registering::new();
    registering.rp =
        rp().framed(Framing::By(vec![Origin::parse("https://portal.example").unwrap()]));
    registering.accepts(|m| m.client_data["crossOrigin"] = json!(true));
}

#[test]
fn step_11_the_framing_page_is_one_that_is_expected() {
    let top = |origin: &'static str| {
        move |making: &mut crate::authenticator::Making| {
            making.client_data["topOrigin"] = json!(origin);
        }
    };
    assert_eq!(registration_refused(top("https://portal.example")), "top_origin");
    let mut registering = Registering::new();
    registering.rp =
        rp().framed(Framing::By(vec![Origin::parse("https://portal.example").unwrap()]));
    registering.accepts(top("https://portal.example"));
    assert_eq!(registering.refuses(top("https://evil.example")), "top_origin");
}

#[test]
fn step_12_the_hash_is_over_the_client_data_as_they_came() {
    let registering = Registering::new();
    let spaced = |making: &mut crate::authenticator::Making| {
        crate::statements::packed_self(making);
        let text = serde_json::to_string_pretty(&making.client_data).unwrap();
        making.client_data_bytes = Some(text.into_bytes());
    };
    registering.accepts(spaced);
    let other = registering.refuses(|making| {
        spaced(making);
        making.answer = |answer| {
            let text = answer["response"]["clientDataJSON"].as_str().unwrap().to_owned();
            let mut bytes = cardea_webauthn_bytes(&text);
            bytes.push(b' ');
            answer["response"]["clientDataJSON"] = json!(crate::authenticator::base64url(&bytes));
        };
    });
    assert_eq!(other, "attestation_signature");
}

fn cardea_webauthn_bytes(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

#[test]
fn step_13_the_attestation_object_is_one_map_of_three() {
    let object =
        |change: fn(Vec<u8>) -> Vec<u8>| registration_refused(move |making| making.object = change);
    assert_eq!(object(|object| [&object[..], &[0]].concat()), "cbor");
    assert_eq!(object(|object| object[..object.len() - 1].to_vec()), "cbor");
    assert_eq!(object(|_| cbor::text("none")), "attestation_object");
    assert_eq!(
        object(|_| cbor::map(&[(cbor::text("fmt"), cbor::text("none"))])),
        "attestation_object"
    );
    let fourth = |object: Vec<u8>| [&[0xa4], &object[1..], &cbor::text("epAtt"), &[0xf4]].concat();
    assert_eq!(object(fourth), "attestation_object");
    let twice =
        |object: Vec<u8>| [&[0xa4], &object[1..], &cbor::text("fmt"), &cbor::text("none")].concat();
    assert_eq!(object(twice), "cbor");
}

#[test]
fn step_13_authenticator_data_are_what_their_flags_announce() {
    let data = |change: fn(&mut crate::authenticator::AuthData)| {
        registration_refused(move |m| change(&mut m.data))
    };
    let extensions = cbor::map(&[(cbor::text("credProtect"), cbor::int(2))]);
    let registering = Registering::new();
    registering.accepts(|making| {
        making.data.flags |= ED;
        making.data.after = extensions.clone();
    });
    assert_eq!(registering.refuses(|making| making.data.after = extensions), "authdata_malformed");
    assert_eq!(data(|data| data.after = vec![0]), "authdata_malformed");
    assert_eq!(data(|data| data.flags &= !AT), "authdata_malformed");
    assert_eq!(data(|data| data.credential = false), "authdata_malformed");
    assert_eq!(data(|data| (data.flags &= !AT, data.credential = false).0), "authdata_malformed");
    assert_eq!(data(|data| data.flags |= ED), "cbor");
    let list = |data: &mut crate::authenticator::AuthData| {
        data.flags |= ED;
        data.after = cbor::array(&[]);
    };
    assert_eq!(data(list), "authdata_malformed");
}

#[test]
fn step_14_the_relying_party_id_is_ours() {
    assert_eq!(registration_refused(|m| m.data.rp_id = "evil.example".into()), "rp_id_hash");
    assert_eq!(registration_refused(|m| m.data.rp_id = "https://example.org".into()), "rp_id_hash");
}

#[test]
fn step_15_somebody_was_there() {
    assert_eq!(registration_refused(|making| making.data.flags &= !UP), "up_required");
}

#[test]
fn step_16_the_user_was_verified_where_required() {
    assert_eq!(registration_refused(|making| making.data.flags &= !UV), "uv_required");
    let mut registering = Registering::new();
    registering.selection.user_verification = UserVerificationWish::Preferred;
    let made = registering.accepts(|making| making.data.flags &= !UV);
    assert_eq!(made.facts().user_verification, UserVerification::NotVerified);
}

#[test]
fn step_17_only_what_can_be_backed_up_is() {
    assert_eq!(registration_refused(|making| making.data.flags |= BS), "backup_flags");
}

#[test]
fn steps_18_and_19_the_backup_flags_are_told() {
    let registering = Registering::new();
    let told = |flags| {
        let made = registering.accepts(|making| making.data.flags |= flags);
        (made.facts().backup_eligibility, made.facts().backup_state)
    };
    assert_eq!(told(0), (BackupEligibility::NotEligible, BackupState::NotBackedUp));
    assert_eq!(told(BE), (BackupEligibility::Eligible, BackupState::NotBackedUp));
    assert_eq!(told(BE | BS), (BackupEligibility::Eligible, BackupState::BackedUp));
}

#[test]
fn steps_18_and_19_flags_that_contradict_are_told_to_nobody() {
    // The caller decides by these two flags, so it never gets to see a pair that means nothing.
    let registering = Registering::new();
    registering.accepts(|making| making.data.flags |= BE | BS);
    assert_eq!(registering.refuses(|making| making.data.flags |= BS), "backup_flags");
}

#[test]
fn step_20_the_algorithm_was_offered() {
    for other in [-65535, -47, -39, -37, -9] {
        let refused = registration_refused(|making| making.data.cose[1].1 = cbor::int(other));
        assert_eq!(refused, "alg_not_offered", "{other}");
    }
    let registering = Registering::new();
    let user = UserEntity { id: handle(), name: "ada".into(), display_name: "Ada".into() };
    let (options, pending) = registration::options(
        &registering.rp,
        user,
        &[],
        &registering.selection,
        Start::random(now()).unwrap(),
    );
    let narrowed =
        serde_json::to_string(&pending).unwrap().replace("[-7,-8,-35,-36,-257]", "[-257]");
    let making =
        registering.authenticator.making("example.org", options.public_key.challenge.as_bytes());
    let answer = RegistrationAnswer::parse(&registering.authenticator.make(&making)).unwrap();
    let pending = serde_json::from_str(&narrowed).unwrap();
    let refused = registration::verify(&registering.rp, pending, &answer, now(), &Trust::nobody())
        .unwrap_err();
    assert_eq!(refused.code().as_str(), "alg_not_offered");
}

#[test]
fn step_20_the_public_key_is_a_key_of_its_algorithm() {
    let key = |change: fn(&mut crate::authenticator::AuthData)| {
        registration_refused(move |m| change(&mut m.data))
    };
    assert_eq!(key(|data| data.cose[0].1 = cbor::int(3)), "public_key");
    assert_eq!(key(|data| data.cose[2].1 = cbor::int(2)), "public_key");
    assert_eq!(key(|data| data.cose[3].1 = cbor::bytes(&[1; 31])), "public_key");
    assert_eq!(key(|data| data.cose[3].1 = cbor::bytes(&[1; 32])), "public_key");
    assert_eq!(key(|data| data.cose[4].1 = vec![0xf5]), "public_key");
    assert_eq!(key(|data| drop(data.cose.pop())), "public_key");
    assert_eq!(key(|data| data.cose.push((-4, cbor::bytes(&[1; 32])))), "public_key");
    assert_eq!(key(|data| data.cose.push((3, cbor::int(-7)))), "cbor");
    assert_eq!(key(|data| data.cose_bytes = Some(cbor::int(5))), "public_key");
}

#[test]
fn step_25_a_credential_id_has_1_to_1023_bytes() {
    let registering = Registering::new();
    for length in [1, 1023] {
        let made = registering.accepts(|making| making.data.id = vec![1; length]);
        assert_eq!(made.facts().id.as_bytes().len(), length);
    }
    for length in [0, 1024, 5000] {
        assert_eq!(
            registering.refuses(|m| m.data.id = vec![1; length]),
            "credential_id_length",
            "{length}"
        );
    }
}

#[test]
fn step_25_the_authenticator_and_the_client_mean_the_same_credential() {
    let other = |making: &mut crate::authenticator::Making| {
        making.answer = |answer| (answer["id"] = json!("AAAA"), answer["rawId"] = json!("AAAA")).0;
    };
    assert_eq!(registration_refused(other), "answer_malformed");
}

#[test]
fn step_26_a_known_credential_has_its_own_code() {
    let refused = cardea_webauthn::CeremonyError::credential_exists();
    assert_eq!(refused.code().as_str(), "credential_exists");
}

#[test]
fn step_27_the_record_has_what_the_authenticator_said() {
    let registering = Registering::new();
    let made = registering.accepts(|making| making.data.count = 41);
    let stored = made.to_stored();
    assert_eq!((stored.sign_count, stored.user), (41, handle()));
    let cose = stored.public_key.as_cose();
    assert_eq!(cardea_webauthn::PublicKey::from_cose(cose).unwrap(), stored.public_key);
}

#[test]
fn step_27_what_was_changed_on_its_way_leaves_no_record() {
    let registering = Registering::new();
    registering.accepts(crate::statements::packed_self);
    let changed = registering.refuses(|making| {
        crate::statements::packed_self(making);
        // The counter, which would be in the record, and which the statement is signed over.
        making.object = |mut object| {
            let rp_id_hash = crate::authenticator::sha256(b"example.org");
            let at = object.windows(32).position(|part| part == rp_id_hash.as_slice()).unwrap();
            object[at + 36] ^= 1;
            object
        };
    });
    assert_eq!(changed, "attestation_signature");
}

#[test]
fn step_28_a_passkey_that_must_be_discoverable_is() {
    let not = |making: &mut crate::authenticator::Making| {
        making.extensions = json!({"credProps": {"rk": false}});
    };
    assert_eq!(registration_refused(not), "resident_key_required");
    let mut registering = Registering::new();
    registering.selection.resident_key = ResidentKeyWish::Preferred;
    registering.accepts(not);
    assert_eq!(registration_refused(|m| m.extensions = json!({"credProps": true})), "extensions");
    assert_eq!(
        registration_refused(|m| m.extensions = json!({"credProps": {"rk": "yes"}})),
        "extensions"
    );
    registering.accepts(|making| making.extensions = json!({"credProps": {}, "unasked": 1}));
}

#[test]
fn step_29_an_excluded_authenticator_is_not_taken_though_the_client_did() {
    let mut registering = Registering::new();
    registering.accepts(|_| ());
    let id = CredentialId::new(&registering.authenticator.id).unwrap();
    registering.exclude = vec![Descriptor::new(id, Vec::new())];
    assert_eq!(registering.refuses(|_| ()), "credential_excluded");
}

#[test]
fn a_key_of_another_authenticator_does_not_attest_itself() {
    let other = Key::new();
    let refused = Registering::new().refuses(|making| {
        crate::statements::packed_self(making);
        making.data.cose = other.cose();
    });
    assert_eq!(refused, "attestation_signature");
}
