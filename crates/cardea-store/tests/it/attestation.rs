use cardea_store::{AttestationAuthority, AttestationCertificate, Change, Put};
use zeroize::Zeroizing;

use crate::both::{Fixture, at, audited};

fn authority(id: &str, ends: i64) -> AttestationAuthority {
    AttestationAuthority {
        id: id.to_owned(),
        certificate: id.as_bytes().to_vec(),
        pkcs8: Zeroizing::new(b"a key".to_vec()),
        created: at(0),
        ends: at(ends),
    }
}

fn certificate(serial: &str, issued: i64) -> AttestationCertificate {
    AttestationCertificate {
        serial: serial.to_owned(),
        person: "1".to_owned(),
        platform: "android".to_owned(),
        issued: at(issued),
        ends: at(issued + 100),
        revoked: None,
    }
}

pub(crate) async fn the_authority_that_ends_last_certifies_and_all_are_roots(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    assert!(transaction.attestation_authority().await.unwrap().is_none());
    let audited = audited(&mut transaction).await;
    for (id, ends) in [("early", 10), ("late", 20)] {
        let added = transaction.add_attestation_authority(&audited, &authority(id, ends)).await;
        assert_eq!(added.unwrap(), Put::Stored);
    }
    transaction.commit().await.unwrap();
    let mut snapshot = fixture.open().await.read().await.unwrap();
    let found = snapshot.attestation_authority().await.unwrap().unwrap();
    assert_eq!((found.id.as_str(), found.pkcs8.as_slice()), ("late", &b"a key"[..]));
    let roots = snapshot.attestation_roots().await.unwrap();
    assert_eq!(roots, [b"late".to_vec(), b"early".to_vec()]);
}

pub(crate) async fn a_certificate_is_found_by_its_bytes_and_revoked_once(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    let audited = audited(&mut transaction).await;
    for (serial, issued, der) in [("01", 1, b"one"), ("02", 2, b"two")] {
        let row = certificate(serial, issued);
        let added = transaction.add_attestation_certificate(&audited, (&row, der)).await.unwrap();
        assert_eq!(added, Put::Stored);
    }
    let again = transaction
        .add_attestation_certificate(&audited, (&certificate("03", 3), b"one"))
        .await
        .unwrap();
    assert_eq!(again, Put::Exists, "one certificate has one record");
    let revoke = async |transaction: &mut cardea_store::Transaction, serial, seconds| {
        transaction.revoke_attestation_certificate(&audited, serial, at(seconds)).await.unwrap()
    };
    assert_eq!(revoke(&mut transaction, "01", 5).await, Change::Done);
    assert_eq!(revoke(&mut transaction, "01", 6).await, Change::Done);
    assert_eq!(revoke(&mut transaction, "09", 6).await, Change::Absent);
    transaction.commit().await.unwrap();
    let mut snapshot = store.read().await.unwrap();
    let found = snapshot.attestation_certificate(b"one").await.unwrap().unwrap();
    assert_eq!(found, AttestationCertificate { revoked: Some(at(5)), ..certificate("01", 1) });
    assert!(snapshot.attestation_certificate(b"none").await.unwrap().is_none());
    let all = snapshot.attestation_certificates().await.unwrap();
    assert_eq!(all, [certificate("02", 2), found]);
}
