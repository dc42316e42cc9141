use cardea_store::{
    AttestationAuthority, Audited, ClientSecret, KeyState, NewDeviceCode, PassCode, SecretHash,
    SigningKey, Totp, Transaction, Usable,
};
use zeroize::Zeroizing;

use crate::both::{Fixture, at, audited};
use crate::directory::put_people;
use crate::methods::pass;
use crate::once::{code, device, issue, session, token};

/// Every secret that is ever given to a store contains this.
const CANARY: &str = "c4n4ry-of-th3-t3sts";

pub(crate) async fn secrets_are_not_in_the_database(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    put_people(&mut transaction, &["1", "visible"]).await;
    let audited = audited(&mut transaction).await;
    let secret = || Zeroizing::new(CANARY.as_bytes().to_vec());
    let text = |text: &str| text.to_owned();
    let totp = Totp {
        id: text("t"),
        person: text("1"),
        name: text("app"),
        seed: secret(),
        created: at(0),
        last_step: None,
    };
    transaction.add_totp(&audited, &totp).await.unwrap();
    let keys = give_keys(&mut transaction, &audited).await;
    transaction
        .issue_pass(&audited, &pass("p", Usable::Once), &PassCode::typed(CANARY))
        .await
        .unwrap();
    let client = ClientSecret {
        id: text("s"),
        client: text("c"),
        hash: SecretHash::of(CANARY.as_bytes()),
        hint: text("c4n"),
        name: text("first"),
        starts: at(0),
        ends: at(9),
    };
    transaction.add_client_secret(&audited, &client).await.unwrap();
    transaction
        .put_one_time(&cardea_store::OneTime { payload: text("{}"), ..code(CANARY) })
        .await
        .unwrap();
    transaction.create_session(&session(CANARY)).await.unwrap();
    issue(&mut transaction, &token(CANARY, Some(CANARY))).await;
    let device = NewDeviceCode { user_code: text(CANARY), ..device(CANARY) };
    transaction.put_device_code(&device).await.unwrap();
    transaction.count_attempt(CANARY, &crate::throttle::LIMIT, at(0)).await.unwrap();
    transaction.commit().await.unwrap();

    for shown in [format!("{totp:?}"), keys, format!("{device:?}"), format!("{client:?}")] {
        assert!(!shown.contains(CANARY), "{shown}");
    }
    look(fixture);
}

/// Keeps private keys; how they are shown.
async fn give_keys(transaction: &mut Transaction, audited: &Audited) -> String {
    let key = SigningKey {
        kid: "k".to_owned(),
        algorithm: "ES256".to_owned(),
        pkcs8: Zeroizing::new(CANARY.as_bytes().to_vec()),
        state: KeyState::Active,
        created: at(0),
        retires: None,
    };
    transaction.add_signing_key(audited, &key).await.unwrap();
    let authority = AttestationAuthority {
        id: "a".to_owned(),
        certificate: Vec::new(),
        pkcs8: Zeroizing::new(CANARY.as_bytes().to_vec()),
        created: at(0),
        ends: at(9),
    };
    transaction.add_attestation_authority(audited, &authority).await.unwrap();
    format!("{key:?} {authority:?}")
}

/// Looks for secrets in all files of the database, its log of writes included.
fn look(fixture: &Fixture) {
    // On PostgreSQL the bytes are in the server's folder, which the statements above reach the same way.
    let Some(folder) = &fixture.folder else { return };
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let found = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(found("visible"), "the search finds what is there");
    assert!(!found(CANARY));
}
