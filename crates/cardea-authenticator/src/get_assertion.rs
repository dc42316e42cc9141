//! `authenticatorGetAssertion` and `authenticatorGetNextAssertion` (CTAP 2.1 §6.2.2, §6.3). Numbers in
//! comments are the steps of the first.

use jiff::{SignedDuration, Timestamp};

use crate::authenticator::{Authenticator, Next, Reply};
use crate::cbor::{Map, Required as _};
use crate::ceremony::{self, Check, Choosing, Evidence, Options, PinAuth, client_data_hash, flag};
use crate::credential::{Credential, Protection, ids};
use crate::extensions::Asserting;
use crate::host::{Action, Host, PlatformCheck, Prompt};
use crate::model::LIST_MAX;
use crate::state::{Binding, Store};
use crate::status::Status;
use crate::token::{Gesture, Permission};

/// How long another account of the same request can be asked for (§6.3).
const NEXT_WITHIN: SignedDuration = SignedDuration::from_secs(30);

struct Request {
    rp_id: String,
    client_data_hash: [u8; 32],
    allow: Option<Vec<Vec<u8>>>,
    extensions: Map,
    options: Options,
    auth: Option<PinAuth>,
}

impl Request {
    /// Steps 2 to 4, and the types of everything else.
    fn read(map: &Map, host: &Host<'_>) -> Result<Self, Status> {
        let allow = ids(map.array(0x03)?.unwrap_or_default())?;
        if allow.len() > LIST_MAX {
            return Err(Status::LimitExceeded);
        }
        // 7.1. An empty list is none. One in which nothing is a public key lets nothing through.
        let listed = map.array(0x03)?.is_some_and(|list| !list.is_empty());
        let auth = PinAuth::read(map, 0x06, 0x07)?;
        let options = Options::read(map.map(0x05)?, auth.as_ref(), host.user.platform_check())?;
        // 4.4. Whether a credential is discoverable is decided when it is made.
        if options.rk.is_some() {
            return Err(Status::UnsupportedOption);
        }
        Ok(Self {
            rp_id: map.text(0x01).required()?.to_owned(),
            client_data_hash: client_data_hash(map.bytes(0x02).required()?)?,
            allow: listed.then(|| allow.into_iter().map(<[u8]>::to_vec).collect()),
            extensions: map.map(0x04)?.cloned().unwrap_or_default(),
            options,
            auth,
        })
    }

    fn up(&self) -> bool {
        self.options.up.unwrap_or(true)
    }
}

/// What is kept of a request for the accounts after the first.
pub(crate) struct Remembered {
    rp_id: String,
    client_data_hash: [u8; 32],
    extensions: Asserting,
    evidence: Evidence,
    /// Ids; the next one is the last.
    credentials: Vec<Vec<u8>>,
    since: Timestamp,
}

impl<S: Store> Authenticator<S> {
    pub(crate) fn assert(&mut self, map: &Map, host: &mut Host<'_>) -> Reply {
        // 1. A client of CTAP 2.0 lets the user choose an authenticator.
        if ceremony::choose(map, 0x06)? == Choosing::Only {
            return Err(self.chosen(host));
        }
        let mut request = Request::read(map, host)?;
        self.always_verify(&mut request, host)?;
        // 6. Verifies where the request has a token or asks for it.
        let check = Check::of(request.auth.as_ref(), request.options);
        let message = request.client_data_hash;
        let wanted = (Permission::GetAssertion, &message[..]);
        let asked = Prompt { action: Action::SignIn, rp_id: Some(&request.rp_id), account: None };
        let mut evidence = self.verify(check, wanted, &asked, host)?;
        let mut found = self.applicable(&request, evidence);
        let first = found.pop().ok_or(Status::NoCredentials)?;
        // 8 and 9. The platform's check was a gesture; otherwise one is asked for.
        if request.up() {
            let only = self.state.find(&first).filter(|_| found.is_empty());
            let account = only.and_then(|it| it.user.label()).map(str::to_owned);
            let prompt = Prompt { account: account.as_deref(), ..asked };
            self.gesture(&mut evidence, check, &prompt, host)?;
        } else {
            evidence.gesture = Gesture::None;
        }
        self.begin(request, (first, found), evidence, host)
    }

    /// 10 to 13. Signs with the first credential, and remembers the others.
    fn begin(
        &mut self,
        request: Request,
        (first, more): (Vec<u8>, Vec<Vec<u8>>),
        evidence: Evidence,
        host: &mut Host<'_>,
    ) -> Reply {
        let extensions = Asserting::read(&request.extensions, evidence, &self.session.agreement)?;
        let count = more.len() + 1;
        // 11 and 12. Of a list, one is chosen; otherwise, without a display, further accounts are for
        // `getNextAssertion`.
        let credentials = if request.allow.is_some() { Vec::new() } else { more };
        let remembered = Remembered {
            rp_id: request.rp_id,
            client_data_hash: request.client_data_hash,
            extensions,
            evidence,
            credentials,
            since: host.now,
        };
        let answer = self.sign(&remembered, &first, host)?;
        if remembered.credentials.is_empty() {
            return Ok(answer);
        }
        self.session.next = Next::Assertions(remembered);
        Ok(answer.with(0x05, count))
    }

    /// §6.3: the next account of the request before.
    pub(crate) fn next_assertion(&mut self, next: Next, host: &mut Host<'_>) -> Reply {
        let Next::Assertions(mut remembered) = next else { return Err(Status::NotAllowed) };
        let age = host.now.duration_since(remembered.since);
        let id = remembered.credentials.pop().ok_or(Status::NotAllowed)?;
        if age.is_negative() || age >= NEXT_WITHIN {
            return Err(Status::NotAllowed);
        }
        let answer = self.sign(&remembered, &id, host)?;
        remembered.since = host.now;
        self.session.next = Next::Assertions(remembered);
        Ok(answer)
    }

    /// 5. With `alwaysUv`, nothing is signed after a gesture alone.
    fn always_verify(&self, request: &mut Request, host: &Host<'_>) -> Result<(), Status> {
        if !self.state.always_uv || !request.up() || request.auth.is_some() || request.options.uv {
            return Ok(());
        }
        request.options.uv = host.user.platform_check() == PlatformCheck::Ready;
        if request.options.uv { Ok(()) } else { Err(Status::PuatRequired) }
    }

    /// 7. Ids of the credentials that fit, the one to use first last: that is the newest.
    fn applicable(&self, request: &Request, evidence: Evidence) -> Vec<Vec<u8>> {
        let verified = evidence.verified.is_some();
        let fits = |it: &&Credential| {
            let listed = match &request.allow {
                Some(allow) => allow.contains(&it.id),
                None => it.is_discoverable(),
            };
            let open = match it.protection {
                Protection::UserVerificationOptional => true,
                Protection::UserVerificationOptionalWithCredentialIdList => {
                    verified || request.allow.is_some()
                }
                Protection::UserVerificationRequired => verified,
            };
            it.rp.id == request.rp_id && listed && open
        };
        self.state.credentials.iter().filter(fits).map(|it| it.id.clone()).collect()
    }

    /// 13. Counts the use, and signs.
    fn sign(&mut self, request: &Remembered, id: &[u8], host: &mut Host<'_>) -> Reply {
        let credential = self.count_use(id, host.now)?;
        let evidence = request.evidence;
        let extensions = request.extensions.outputs(&credential, evidence, host.random)?;
        let more = if extensions.is_empty() { 0 } else { flag::ED };
        let mut data = self.data(&request.rp_id, evidence, credential.sign_count, more);
        if !extensions.is_empty() {
            data.extend_from_slice(&extensions.encode());
        }
        let signature = credential.key.sign(&[&data[..], &request.client_data_hash].concat())?;
        Ok(Map::new()
            .with(0x01, credential.descriptor())
            .with(0x02, data)
            .with(0x03, signature)
            .with_some(0x04, account(&credential, evidence))
            .with_some(0x07, request.extensions.large_blob_key(&credential)))
    }

    /// The credential after one more use. Copies of a synced one cannot count together, so it stays at zero.
    fn count_use(&mut self, id: &[u8], now: Timestamp) -> Result<Credential, Status> {
        self.change(|state| {
            let binding = state.binding;
            let credential = state.find_mut(id).ok_or(Status::NoCredentials)?;
            credential.used = Some(now.as_second());
            credential.sign_count = match binding {
                Binding::DeviceBound => credential.sign_count.saturating_add(1),
                Binding::Synced => 0,
            };
            Ok(credential.clone())
        })
    }
}

/// The account of a passkey. Names are told to nobody but a verified user.
fn account(credential: &Credential, evidence: Evidence) -> Option<Map> {
    if !credential.is_discoverable() {
        return None;
    }
    Some(match evidence.verified {
        Some(_) => credential.user.to_map(),
        None => Map::new().with("id", credential.user.id.as_slice()),
    })
}
