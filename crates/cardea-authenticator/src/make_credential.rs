//! `authenticatorMakeCredential` (CTAP 2.1 §6.1.2). Numbers in comments are its steps.

use crate::attestation::{Attest, Statement};
use crate::authenticator::{Authenticator, Reply};
use crate::cbor::{Map, Required as _, Value};
use crate::ceremony::{self, Check, Choosing, Evidence, Options, PinAuth, client_data_hash, flag};
use crate::credential::{
    Credential, Discoverability, ID_LENGTH, Note, Protection, RpEntity, Secrets, UserEntity, ids,
};
use crate::extensions::Registering;
use crate::host::{Action, Host, PlatformCheck, Prompt, random};
use crate::key::{Algorithm, SigningKey};
use crate::model::LIST_MAX;
use crate::state::{CREDENTIALS_MAX, State, Store};
use crate::status::Status;
use crate::token::{Gesture, Permission};

struct Request {
    client_data_hash: [u8; 32],
    rp: RpEntity,
    user: UserEntity,
    algorithm: Algorithm,
    exclude: Vec<Vec<u8>>,
    extensions: Map,
    options: Options,
    auth: Option<PinAuth>,
    enterprise: Option<i64>,
}

impl Request {
    /// Steps 2 to 5, and the types of everything else.
    fn read(map: &Map, host: &Host<'_>) -> Result<Self, Status> {
        let client_data_hash = client_data_hash(map.bytes(0x01).required()?)?;
        let rp = RpEntity::read(map.map(0x02).required()?)?;
        let user = UserEntity::read(map.map(0x03).required()?)?;
        let parameters = map.array(0x04).required()?;
        let exclude = ids(map.array(0x05)?.unwrap_or_default())?;
        if exclude.len() > LIST_MAX {
            return Err(Status::LimitExceeded);
        }
        let auth = PinAuth::read(map, 0x08, 0x09)?;
        let algorithm = algorithm(parameters)?;
        let options = Options::read(map.map(0x07)?, auth.as_ref(), host.user.platform_check())?;
        // 5.5. A credential is made with a gesture or not at all.
        if options.up == Some(false) {
            return Err(Status::InvalidOption);
        }
        Ok(Self {
            client_data_hash,
            rp,
            user,
            algorithm,
            exclude: exclude.into_iter().map(<[u8]>::to_vec).collect(),
            extensions: map.map(0x06)?.cloned().unwrap_or_default(),
            options,
            auth,
            enterprise: map.int(0x0a)?,
        })
    }

    fn discoverability(&self) -> Discoverability {
        match self.options.rk {
            Some(true) => Discoverability::Discoverable,
            Some(false) | None => Discoverability::ByIdOnly,
        }
    }

    fn prompt(&self, action: Action) -> Prompt<'_> {
        Prompt { action, rp_id: Some(&self.rp.id), account: self.user.label() }
    }
}

/// 3. The first algorithm that is supported. All are looked at, so that a malformed one is never passed over.
fn algorithm(parameters: &[Value]) -> Result<Algorithm, Status> {
    let mut chosen = None;
    for parameter in parameters {
        let Value::Map(parameter) = parameter else { return Err(Status::CborUnexpectedType) };
        let number = parameter.int("alg").required()?;
        let kind = parameter.text("type").required()?;
        if kind == "public-key" {
            chosen = chosen.or(Algorithm::numbered(number));
        }
    }
    chosen.ok_or(Status::UnsupportedAlgorithm)
}

impl<S: Store> Authenticator<S> {
    pub(crate) fn make_credential(&mut self, map: &Map, host: &mut Host<'_>) -> Reply {
        // 1. A client of CTAP 2.0 lets the user choose an authenticator.
        if ceremony::choose(map, 0x08)? == Choosing::Only {
            return Err(self.chosen(host));
        }
        let mut request = Request::read(map, host)?;
        self.require_verification(&mut request, host)?;
        let attest = self.attest(&request)?;
        // 10 and 11. Without a token and without `uv` this verifies nobody, which steps 6 to 8 have allowed.
        let action = match attest {
            Attest::Enterprise => Action::RegisterIdentified,
            Attest::Ordinarily => Action::Register,
        };
        let check = Check::of(request.auth.as_ref(), request.options);
        let message = request.client_data_hash;
        let wanted = (Permission::MakeCredential, &message[..]);
        let prompt = request.prompt(action);
        let mut evidence = self.verify(check, wanted, &prompt, host)?;
        self.exclude(&request, evidence, host)?;
        // 13 and 14. The platform's check was a gesture; otherwise one is asked for.
        self.gesture(&mut evidence, check, &prompt, host)?;
        self.make(&request, evidence, attest, host)
    }

    /// 6 to 8. Whether the request may go on without verification.
    fn require_verification(&self, request: &mut Request, host: &Host<'_>) -> Result<(), Status> {
        if self.state.always_uv {
            if !self.is_protected(host) {
                return Err(Status::PuatRequired);
            }
            // 6.3. A client of CTAP 2.0 does not know of `alwaysUv`.
            let ready = host.user.platform_check() == PlatformCheck::Ready;
            request.options.uv |= request.auth.is_none() && ready;
            let verifies = request.auth.is_some() || request.options.uv;
            return if verifies { Ok(()) } else { Err(Status::PuatRequired) };
        }
        // 7. `makeCredUvNotRqd` is true unless `alwaysUv` is, so 8 never applies.
        let verifies = request.auth.is_some() || request.options.uv;
        let passkey = request.options.rk == Some(true);
        if self.is_protected(host) && passkey && !verifies {
            return Err(self.unverified());
        }
        Ok(())
    }

    /// 9. Whether the installation may be identified.
    fn attest(&self, request: &Request) -> Result<Attest, Status> {
        let Some(wish) = request.enterprise else { return Ok(Attest::Ordinarily) };
        let enterprise =
            self.attestation.enterprise().filter(|_| self.state.enterprise_attestation);
        let enterprise = enterprise.ok_or(Status::InvalidParameter)?;
        match wish {
            1 if !enterprise.lists(&request.rp.id) => Ok(Attest::Ordinarily),
            1 | 2 => Ok(Attest::Enterprise),
            _ => Err(Status::InvalidOption),
        }
    }

    /// 12. A credential of the list that is here, unless it shows itself only to a verified user.
    fn exclude(
        &self,
        request: &Request,
        evidence: Evidence,
        host: &mut Host<'_>,
    ) -> Result<(), Status> {
        let known = request.exclude.iter().filter_map(|id| self.state.find(id));
        let mut here = known.filter(|it| it.rp.id == request.rp.id);
        let shown = here.any(|it| {
            it.protection != Protection::UserVerificationRequired || evidence.verified.is_some()
        });
        if !shown {
            return Ok(());
        }
        if evidence.gesture == Gesture::None {
            // Whatever the user answers, the relying party learns the same (12.1.3).
            let _ = host.user.confirm(&request.prompt(Action::TellExcluded));
        }
        Err(Status::CredentialExcluded)
    }

    /// 15 to 19.
    fn make(
        &mut self,
        request: &Request,
        evidence: Evidence,
        attest: Attest,
        host: &mut Host<'_>,
    ) -> Reply {
        let extensions = Registering::read(
            &request.extensions,
            request.discoverability(),
            &self.state,
            &request.rp.id,
        )?;
        let key = SigningKey::generate(request.algorithm, host.random)?;
        let credential = new_credential(request, key, &extensions, host)?;
        let data = self.attested_data(&credential, evidence, &extensions.outputs)?;
        let signed = [&data[..], &request.client_data_hash].concat();
        let statement =
            self.attestation.statement(self.state.binding, attest, &credential, &signed)?;
        let large_blob_key =
            credential.secrets.large_blob_key.as_ref().map(|key| Value::from(&key[..]));
        self.change(|state| keep(state, credential))?;
        Ok(answer(&statement, data).with_some(0x05, large_blob_key))
    }

    /// Authenticator data with the new credential.
    fn attested_data(
        &self,
        credential: &Credential,
        evidence: Evidence,
        extensions: &Map,
    ) -> Result<Vec<u8>, Status> {
        let more = if extensions.is_empty() { flag::AT } else { flag::AT | flag::ED };
        let mut data = self.data(&credential.rp.id, evidence, credential.sign_count, more);
        data.extend_from_slice(&self.platform.aaguid());
        let length = u16::try_from(credential.id.len()).map_err(|_| Status::Other)?;
        data.extend_from_slice(&length.to_be_bytes());
        data.extend_from_slice(&credential.id);
        data.extend_from_slice(&credential.key.public()?.encode());
        if !extensions.is_empty() {
            data.extend_from_slice(&extensions.encode());
        }
        Ok(data)
    }
}

fn new_credential(
    request: &Request,
    key: SigningKey,
    extensions: &Registering,
    host: &mut Host<'_>,
) -> Result<Credential, Status> {
    let large_blob_key =
        if extensions.large_blob_key { Some(random(host.random)?.into()) } else { None };
    Ok(Credential {
        id: random::<ID_LENGTH>(host.random)?.to_vec(),
        rp: request.rp.clone(),
        user: request.user.clone(),
        key,
        discoverability: request.discoverability(),
        protection: extensions.protection,
        cred_blob: extensions.cred_blob.clone(),
        secrets: Secrets {
            hmac_with_uv: random(host.random)?.into(),
            hmac_without_uv: random(host.random)?.into(),
            large_blob_key,
        },
        sign_count: 0,
        made: host.now.as_second(),
        used: None,
        note: Note::default(),
    })
}

/// 17 and 18. A passkey takes the place of the one for the same account.
fn keep(state: &mut State, credential: Credential) -> Result<(), Status> {
    if credential.is_discoverable() {
        state.credentials.retain(|it| {
            !(it.is_discoverable()
                && it.rp.id == credential.rp.id
                && it.user.id == credential.user.id)
        });
    }
    if state.credentials.len() >= CREDENTIALS_MAX {
        return Err(Status::KeyStoreFull);
    }
    state.credentials.push(credential);
    Ok(())
}

fn answer(statement: &Statement, data: Vec<u8>) -> Map {
    let identified = (statement.attest == Attest::Enterprise).then_some(true);
    Map::new()
        .with(0x01, statement.format)
        .with(0x02, data)
        .with(0x03, statement.map.clone())
        .with_some(0x04, identified)
}
