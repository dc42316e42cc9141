//! A vault as the store of passkey-rs's authenticator. Private keys leave a vault only in an export, and come in only by
//! an import, so each look at the store is one and each change the other.

use std::path::PathBuf;

use async_trait::async_trait;
use cardea_authenticator::cbor::{Map, Value};
use cardea_authenticator::vault::{InstallationKey, NoAnchor, Vault};
use cardea_authenticator::{Algorithm, Binding, PlatformVerified, SigningKey};
use passkey::authenticator::{CredentialStore, DiscoverabilitySupport, StoreInfo};
use passkey::crypto::coset::{CoseKey, CoseKeyBuilder, Label, iana};
use passkey::types::ctap2::make_credential::{
    Options, PublicKeyCredentialRpEntity, PublicKeyCredentialUserEntity,
};
use passkey::types::ctap2::{Ctap2Error, StatusCode};
use passkey::types::webauthn::PublicKeyCredentialDescriptor;
use passkey::types::{CredentialExtensions, Passkey, StoredHmacSecret};

use crate::export;

/// The profile that both programs use.
pub(crate) const PROFILE: &str = "travel";
const PASSPHRASE: &str = "four words that nobody knows";

/// A vault with one synced profile.
#[derive(Clone)]
pub(crate) struct Shared {
    path: PathBuf,
}

impl Shared {
    pub(crate) fn in_folder(folder: &tempfile::TempDir) -> Self {
        let path = folder.path().join("vault");
        let mut vault = Vault::create(&path, key(), Box::new(NoAnchor)).unwrap();
        vault.add_profile(PROFILE, Binding::Synced, None).unwrap();
        Self { path }
    }

    pub(crate) fn open(&self) -> Vault {
        Vault::open(&self.path, key(), Box::new(NoAnchor)).unwrap()
    }

    fn passkeys(&self) -> Vec<Map> {
        let mut vault = self.open();
        let profile = vault.unlock(PROFILE, None).unwrap().profile;
        let verified = PlatformVerified::after_check_by_platform();
        export::open(&profile.export(verified, PASSPHRASE).unwrap(), PASSPHRASE)
    }

    fn add(&self, passkey: Map) {
        let mut vault = self.open();
        let mut profile = vault.unlock(PROFILE, None).unwrap().profile;
        let sealed = export::seal(vec![passkey], PASSPHRASE);
        assert_eq!(profile.import(&sealed, PASSPHRASE).unwrap(), 1);
    }
}

fn key() -> InstallationKey {
    InstallationKey::from_bytes([7; 32])
}

#[async_trait]
impl CredentialStore for Shared {
    type PasskeyItem = Passkey;

    async fn find_credentials(
        &self,
        ids: Option<&[PublicKeyCredentialDescriptor]>,
        rp_id: &str,
        _: Option<&[u8]>,
    ) -> Result<Vec<Passkey>, StatusCode> {
        let ids = ids.filter(|ids| !ids.is_empty());
        let mut found: Vec<Passkey> = self.passkeys().iter().map(theirs).collect();
        found.retain(|it| {
            let listed = |ids: &[PublicKeyCredentialDescriptor]| {
                ids.iter().any(|id| id.id == it.credential_id)
            };
            it.rp_id == rp_id && ids.is_none_or(listed)
        });
        if found.is_empty() {
            return Err(Ctap2Error::NoCredentials.into());
        }
        Ok(found)
    }

    async fn save_credential(
        &mut self,
        passkey: Passkey,
        user: PublicKeyCredentialUserEntity,
        rp: PublicKeyCredentialRpEntity,
        _: Options,
    ) -> Result<(), StatusCode> {
        let user = Map::new()
            .with("id", &user.id[..])
            .with_some("name", user.name.as_deref())
            .with_some("displayName", user.display_name.as_deref());
        let rp = Map::new().with("id", rp.id.as_str()).with_some("name", rp.name.as_deref());
        self.add(ours(&passkey, rp, user));
        Ok(())
    }

    async fn update_credential(&mut self, _: &Passkey) -> Result<(), StatusCode> {
        panic!("passkeys of a synced profile have no counter");
    }

    async fn get_info(&self) -> StoreInfo {
        StoreInfo { discoverability: DiscoverabilitySupport::ForcedDiscoverable }
    }
}

/// A passkey as an export has it.
fn ours(passkey: &Passkey, rp: Map, user: Map) -> Map {
    let (algorithm, private) = match passkey.key.alg {
        Some(passkey::crypto::coset::Algorithm::Assigned(iana::Algorithm::ES256)) => {
            (Algorithm::Es256, Label::Int(-4))
        }
        Some(passkey::crypto::coset::Algorithm::Assigned(iana::Algorithm::EdDSA)) => {
            (Algorithm::EdDsa, Label::Int(-4))
        }
        ref other => panic!("{other:?}"),
    };
    let (_, secret) = passkey.key.params.iter().find(|(label, _)| *label == private).unwrap();
    let secrets = passkey.extensions.hmac_secret.as_ref().unwrap();
    Map::new()
        .with(1, &passkey.credential_id[..])
        .with(2, rp)
        .with(3, user)
        .with(4, algorithm.number())
        .with(5, secret.as_bytes().unwrap().as_slice())
        .with(6, true)
        .with(7, 1_i64)
        .with(8, &[][..])
        .with(9, secrets.cred_with_uv.as_slice())
        .with(10, secrets.cred_without_uv.as_ref().unwrap().as_slice())
        .with(12, i64::from(passkey.counter.unwrap_or(0)))
        .with(13, 0_i64)
        .with(17, "desktop")
}

/// A passkey as passkey-rs has it.
fn theirs(passkey: &Map) -> Passkey {
    let user = passkey.get(3).and_then(Value::as_map).unwrap();
    let rp = passkey.get(2).and_then(Value::as_map).unwrap();
    let text = |map: &Map, key: &str| match map.get(key) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    Passkey {
        key: cose(passkey),
        credential_id: bytes(passkey, 1).into(),
        rp_id: text(rp, "id").unwrap(),
        user_handle: Some(bytes(user, "id").into()),
        username: text(user, "name"),
        user_display_name: text(user, "displayName"),
        counter: None,
        extensions: CredentialExtensions {
            hmac_secret: Some(StoredHmacSecret {
                cred_with_uv: bytes(passkey, 9),
                cred_without_uv: Some(bytes(passkey, 10)),
            }),
        },
    }
}

/// The private key in COSE.
fn cose(passkey: &Map) -> CoseKey {
    let Some(Value::Int(number)) = passkey.get(4) else { panic!() };
    let algorithm = Algorithm::numbered(*number).unwrap();
    let secret = bytes(passkey, 5);
    let public = SigningKey::from_secret(algorithm, &secret).unwrap().public().unwrap();
    match algorithm {
        Algorithm::Es256 => {
            let (x, y) = (bytes(&public, -2), bytes(&public, -3));
            CoseKeyBuilder::new_ec2_priv_key(iana::EllipticCurve::P_256, x, y, secret)
                .algorithm(iana::Algorithm::ES256)
                .build()
        }
        Algorithm::EdDsa => CoseKeyBuilder::new_okp_key()
            .algorithm(iana::Algorithm::EdDSA)
            .param(-1, passkey::crypto::coset::cbor::Value::from(6))
            .param(-2, passkey::crypto::coset::cbor::Value::from(bytes(&public, -2)))
            .param(-4, passkey::crypto::coset::cbor::Value::from(secret))
            .build(),
        Algorithm::Rs256 => panic!("passkey-rs knows no RSA"),
    }
}

fn bytes(map: &Map, key: impl Into<cardea_authenticator::cbor::Key>) -> Vec<u8> {
    match map.get(key) {
        Some(Value::Bytes(bytes)) => bytes.clone(),
        other => panic!("no bytes: {other:?}"),
    }
}
