use cardea_store::{
    AddedPasskey, Attestation, Backup, Counted, Device, NewPass, PassCode, Passkey, PasskeyUse,
    Redemption, StepUse, Store, Totp, Usable,
};
use zeroize::Zeroizing;

use crate::both::{Fixture, at, audited};
use crate::directory::put_people;

fn passkey(id: &str, person: &str, credential: &[u8]) -> Passkey {
    Passkey {
        id: id.to_owned(),
        person: person.to_owned(),
        credential_id: credential.to_vec(),
        public_key: "{}".to_owned(),
        sign_count: 7,
        aaguid: "00000000-0000-0000-0000-000000000000".to_owned(),
        attestation: Attestation::Unproven,
        backup: Backup::DeviceBound,
        transports: "[\"usb\"]".to_owned(),
        name: "key".to_owned(),
        created: at(0),
        last_used: None,
        flagged: None,
        device: None,
        certificate: None,
    }
}

async fn with_people(fixture: &Fixture) -> Store {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    put_people(&mut transaction, &["1", "2"]).await;
    transaction.commit().await.unwrap();
    store
}

async fn add(store: &Store, passkey: &Passkey) -> AddedPasskey {
    let mut transaction = store.write().await.unwrap();
    let audited = audited(&mut transaction).await;
    let added = transaction.add_passkey(&audited, passkey).await.unwrap();
    transaction.commit().await.unwrap();
    added
}

pub(crate) async fn the_eleventh_passkey_is_refused_however_many_come_at_once(fixture: &Fixture) {
    let store = with_people(fixture).await;
    let tasks: Vec<_> = (0..20_u8)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(
                async move { add(&store, &passkey(&number.to_string(), "1", &[number])).await },
            )
        })
        .collect();
    let mut stored = 0;
    for task in tasks {
        let added = task.await.unwrap();
        assert!(matches!(added, AddedPasskey::Stored | AddedPasskey::TooMany), "{added:?}");
        stored += u32::from(added == AddedPasskey::Stored);
    }
    assert_eq!(stored, 10);
    assert_eq!(store.read().await.unwrap().passkeys("1").await.unwrap().len(), 10);
    assert_eq!(add(&store, &passkey("x", "2", b"x")).await, AddedPasskey::Stored);
}

pub(crate) async fn a_credential_is_one_persons(fixture: &Fixture) {
    let store = with_people(fixture).await;
    assert_eq!(add(&store, &passkey("a", "1", b"same")).await, AddedPasskey::Stored);
    assert_eq!(add(&store, &passkey("b", "2", b"same")).await, AddedPasskey::CredentialExists);
    assert_eq!(add(&store, &passkey("c", "3", b"other")).await, AddedPasskey::NoSuchPerson);
    let mut snapshot = store.read().await.unwrap();
    let kept = snapshot.passkey_by_credential(b"same").await.unwrap().unwrap();
    assert_eq!(kept, passkey("a", "1", b"same"));
}

pub(crate) async fn a_passkey_knows_its_device_and_its_certificate(fixture: &Fixture) {
    let store = with_people(fixture).await;
    let device = Device { name: "Kim's Pixel".to_owned(), profile: "work".to_owned() };
    let there = Passkey {
        device: Some(device),
        certificate: Some("01".to_owned()),
        ..passkey("a", "1", b"there")
    };
    assert_eq!(add(&store, &there).await, AddedPasskey::Stored);
    assert_eq!(add(&store, &passkey("b", "2", b"nowhere")).await, AddedPasskey::Stored);
    let mut snapshot = store.read().await.unwrap();
    let there = [there];
    assert_eq!(snapshot.passkeys("1").await.unwrap(), there);
    assert_eq!(snapshot.passkeys_by_certificate("01").await.unwrap(), there);
    assert_eq!(snapshot.passkeys_by_certificate("02").await.unwrap(), []);
}

pub(crate) async fn two_assertions_never_move_the_counter_twice_from_one_value(fixture: &Fixture) {
    let store = with_people(fixture).await;
    add(&store, &passkey("a", "1", b"a")).await;
    let mut transaction = store.write().await.unwrap();
    let used =
        PasskeyUse { id: "a".to_owned(), expected: 7, sign_count: 9, backup: Backup::DeviceBound };
    assert_eq!(transaction.advance_passkey(&used).await.unwrap(), Counted::Advanced);
    let late = PasskeyUse { sign_count: 8, ..used };
    assert_eq!(transaction.advance_passkey(&late).await.unwrap(), Counted::Overtaken);
    transaction.flag_passkey("a", at(5)).await.unwrap();
    transaction.flag_passkey("a", at(6)).await.unwrap();
    transaction.passkey_let_in("a", at(4)).await.unwrap();
    transaction.commit().await.unwrap();
    let kept = store.read().await.unwrap().passkeys("1").await.unwrap().remove(0);
    assert_eq!((kept.sign_count, kept.flagged, kept.last_used), (9, Some(at(5)), Some(at(4))));
}

pub(crate) async fn a_code_of_an_app_works_once(fixture: &Fixture) {
    let store = with_people(fixture).await;
    let totp = Totp {
        id: "t".to_owned(),
        person: "1".to_owned(),
        name: "app".to_owned(),
        seed: Zeroizing::new(b"seed of twenty bytes".to_vec()),
        created: at(0),
        last_step: Some(10),
    };
    let mut transaction = store.write().await.unwrap();
    let audited = audited(&mut transaction).await;
    transaction.add_totp(&audited, &totp).await.unwrap();
    assert_eq!(transaction.spend_totp_step("t", 10).await.unwrap(), StepUse::Replayed);
    assert_eq!(transaction.spend_totp_step("t", 11).await.unwrap(), StepUse::Spent);
    assert_eq!(transaction.spend_totp_step("t", 11).await.unwrap(), StepUse::Replayed);
    transaction.commit().await.unwrap();
    let kept = store.read().await.unwrap().totps("1").await.unwrap().remove(0);
    assert_eq!((kept.seed, kept.last_step), (totp.seed, Some(11)));
}

pub(crate) fn pass(id: &str, usable: Usable) -> NewPass {
    NewPass {
        id: id.to_owned(),
        person: "1".to_owned(),
        starts: at(10),
        ends: at(100),
        usable,
        issued_by: "2".to_owned(),
        created: at(0),
    }
}

pub(crate) async fn issue(store: &Store, pass: &NewPass, code: &str) {
    let mut transaction = store.write().await.unwrap();
    let audited = audited(&mut transaction).await;
    transaction.issue_pass(&audited, pass, &PassCode::typed(code)).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn redeem(store: &Store, code: &str, seconds: i64) -> Redemption {
    let mut transaction = store.write().await.unwrap();
    let outcome = transaction.redeem_pass("1", &PassCode::typed(code), at(seconds)).await.unwrap();
    transaction.commit().await.unwrap();
    outcome
}

pub(crate) async fn a_pass_that_is_usable_once_works_once_in_every_spelling(fixture: &Fixture) {
    let store = with_people(fixture).await;
    assert_eq!(redeem(&store, "ab12cd34", 20).await, Redemption::None);
    issue(&store, &pass("p", Usable::Once), "ab12cd34").await;
    assert!(matches!(redeem(&store, "ab12cd34", 9).await, Redemption::NotYet(_)));
    assert_eq!(redeem(&store, "AB12cd34", 20).await, Redemption::Wrong);
    let accepted = redeem(&store, " ab12 cd34\n", 20).await;
    assert!(
        matches!(&accepted, Redemption::Accepted(pass) if pass.used_at == Some(at(20))),
        "{accepted:?}"
    );
    for again in ["ab12cd34", "ab12 cd\u{200B}34", "ab12cd\u{FF13}\u{FF14}", "ab12cd34\r\n"] {
        let used = redeem(&store, again, 21).await;
        assert!(matches!(used, Redemption::Used(_)), "{again:?}: {used:?}");
    }
    issue(&store, &pass("q", Usable::Many), "zz99zz99").await;
    for second in [20, 30] {
        assert!(matches!(redeem(&store, "zz99zz99", second).await, Redemption::Accepted(_)));
    }
}

pub(crate) async fn a_pass_that_was_seen_to_be_over_stays_over(fixture: &Fixture) {
    let store = with_people(fixture).await;
    issue(&store, &pass("p", Usable::Many), "ab12cd34").await;
    assert!(matches!(redeem(&store, "ab12cd34", 99).await, Redemption::Accepted(_)));
    assert!(matches!(redeem(&store, "ab12cd34", 100).await, Redemption::Expired(_)));
    assert!(
        matches!(redeem(&store, "ab12cd34", 50).await, Redemption::Expired(_)),
        "the clock went back"
    );
    issue(&store, &pass("q", Usable::Many), "ab12cd34").await;
    store.cleanup(at(200)).await.unwrap();
    assert!(
        matches!(redeem(&store, "ab12cd34", 50).await, Redemption::Expired(_)),
        "cleanup saw it"
    );
}

pub(crate) async fn a_new_pass_takes_the_place_of_the_old_one(fixture: &Fixture) {
    let store = with_people(fixture).await;
    issue(&store, &pass("p", Usable::Once), "old").await;
    assert!(matches!(redeem(&store, "old", 20).await, Redemption::Accepted(_)));
    issue(&store, &pass("q", Usable::Once), "new").await;
    assert_eq!(redeem(&store, "old", 21).await, Redemption::Wrong);
    let kept = store.read().await.unwrap().pass("1").await.unwrap().unwrap();
    assert_eq!((kept.issued.id.as_str(), kept.used_at, kept.closed), ("q", None, None));
    assert!(matches!(redeem(&store, "new", 22).await, Redemption::Accepted(_)));
    let mut transaction = store.write().await.unwrap();
    let audited = audited(&mut transaction).await;
    transaction.delete_pass(&audited, "1").await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(redeem(&store, "new", 23).await, Redemption::None);
}
