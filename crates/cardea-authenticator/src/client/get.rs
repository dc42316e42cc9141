//! `navigator.credentials.get()` (WebAuthn §5.1.4).

use zeroize::Zeroizing;

use super::answer::{AssertionResponse, Authentication, PrfResults, RequestResults};
use super::options::{Base64Url, Descriptor, Prf, PrfValues, RequestOptions};
use super::session::{Purpose, Session, Subject, failed};
use super::{ATTACHMENT, Account, ClientError, KIND, Page, Parties, RpId, Wish, client_data};
use crate::cbor::{Map, Required as _, Value};
use crate::ceremony::sha256;
use crate::pin_protocol::SharedSecret;
use crate::status::Status;

/// Signs in to a page.
///
/// # Errors
///
/// The page may not, the person does not want to, no passkey fits, or the authenticator refuses.
pub fn get(
    options: &RequestOptions,
    page: &Page,
    parties: &mut Parties<'_>,
) -> Result<Authentication, ClientError> {
    // 5.1.4 steps 7 and 8.
    let rp_id = page.origin.rp_id(options.rp_id.as_deref())?;
    let prf = options.extensions.prf.as_ref();
    check_prf(prf, &options.allow_credentials)?;
    let data = client_data("webauthn.get", &options.challenge, page)?;
    let hash = sha256(&data);
    let mut session = Session::open(parties)?;
    let wish = Wish::read(options.user_verification.as_deref()).unwrap_or(Wish::Preferred);
    let token = session.verify(wish, false, Purpose::Get, &rp_id)?;
    let subject = Subject { rp_id, hash, token };
    let allow = allowed(&mut session, options, &subject)?;
    let values = prf.and_then(|prf| values(prf, &allow));
    let secret = values.map(|it| session.hmac(&salts(it))).transpose()?;
    let (shared, input) = secret.unzip();
    let extensions = Map::new()
        .with_some("hmac-secret", input)
        .with_some("credBlob", options.extensions.get_cred_blob.then_some(true));
    let extensions = Some(extensions).filter(|it| !it.is_empty());
    let request = subject.request(&allow).with_some(0x04, extensions);
    let assertion = assertion(&mut session, &request, &subject.rp_id)?;
    authentication(options, data, &assertion, shared.as_ref())
}

/// The ids to allow; none where any passkey will do. Where inputs of `prf` differ by credential, it is the
/// first one that is here. A list of which nothing can be here allows nothing, which is not the same as none.
fn allowed<'o>(
    session: &mut Session<'_, '_>,
    options: &'o RequestOptions,
    subject: &Subject,
) -> Result<Vec<&'o [u8]>, ClientError> {
    if options.allow_credentials.is_empty() {
        return Ok(Vec::new());
    }
    let possible = session.possible(&options.allow_credentials);
    let prf = options.extensions.prf.as_ref();
    let here = if prf.is_some_and(|prf| prf.eval_by_credential.is_some()) {
        session.first_here(&possible, 1, subject)?.into_iter().collect()
    } else {
        session.fitting(possible, subject)?
    };
    if here.is_empty() { Err(ClientError::NoPasskey(subject.rp_id.to_string())) } else { Ok(here) }
}

/// The assertion: of the only account, or of the one that the person chooses.
fn assertion(
    session: &mut Session<'_, '_>,
    request: &Map,
    rp_id: &RpId,
) -> Result<Map, ClientError> {
    let first = session.send(0x02, request).map_err(|status| {
        if status == Status::NoCredentials {
            ClientError::NoPasskey(rp_id.to_string())
        } else {
            failed(status)
        }
    })?;
    let more = first.int(0x05)?.unwrap_or(1);
    let mut assertions = vec![first];
    for _ in 1..more {
        assertions.push(session.ask(&[0x08]).map_err(failed)?);
    }
    let chosen = match assertions.as_slice() {
        [_] => 0,
        several => {
            let accounts: Result<Vec<Account>, _> = several.iter().map(account).collect();
            session.choose(&accounts?)?
        }
    };
    if chosen < assertions.len() {
        Ok(assertions.swap_remove(chosen))
    } else {
        Err(ClientError::GivenUp)
    }
}

fn account(assertion: &Map) -> Result<Account, ClientError> {
    let user = assertion.map(0x04).required()?;
    Ok(Account {
        handle: user.bytes("id").required()?.to_vec(),
        name: user.text("name")?.map(str::to_owned),
        display_name: user.text("displayName")?.map(str::to_owned),
    })
}

/// §10.1.4: inputs by credential are for credentials that are allowed.
fn check_prf(prf: Option<&Prf>, allow: &[Descriptor]) -> Result<(), ClientError> {
    let mut named = prf.and_then(|prf| prf.eval_by_credential.as_ref()).into_iter().flatten();
    if named.all(|(id, _)| allow.iter().any(|it| it.id == *id)) {
        Ok(())
    } else {
        Err(ClientError::Options("`evalByCredential` names a credential that is not allowed"))
    }
}

/// The inputs for the credential that will be used.
fn values<'p>(prf: &'p Prf, allow: &[&[u8]]) -> Option<&'p PrfValues> {
    let by_credential = prf.eval_by_credential.as_ref();
    let named =
        by_credential.and_then(|by| allow.first().and_then(|id| by.get(&Base64Url(id.to_vec()))));
    named.or(prf.eval.as_ref())
}

/// §10.1.4: inputs are hashed with a context, so that no page can ask for what other software derives.
fn salts(values: &PrfValues) -> Vec<u8> {
    let salt = |value: &Base64Url| sha256(&[b"WebAuthn PRF\0".as_slice(), &value.0].concat());
    let second = values.second.as_ref().map(|it| salt(it).to_vec());
    [salt(&values.first).to_vec(), second.unwrap_or_default()].concat()
}

fn authentication(
    options: &RequestOptions,
    client_data: Vec<u8>,
    assertion: &Map,
    shared: Option<&SharedSecret>,
) -> Result<Authentication, ClientError> {
    let id = Base64Url(assertion.map(0x01).required()?.bytes("id").required()?.to_vec());
    let data = assertion.bytes(0x02).required()?;
    let outputs = match data.get(37..) {
        None => return Err(ClientError::Answer),
        Some([]) => Map::new(),
        Some(rest) => {
            Value::decode(rest).ok().and_then(Value::into_map).ok_or(ClientError::Answer)?
        }
    };
    let handle = assertion.map(0x04)?.map(|user| user.bytes("id")).transpose()?.flatten();
    let prf = options.extensions.prf.as_ref().map(|_| derived(&outputs, shared)).transpose()?;
    let blob = outputs.bytes("credBlob")?.map(|blob| Base64Url(blob.to_vec()));
    Ok(Authentication {
        id: id.clone(),
        raw_id: id,
        kind: KIND,
        response: AssertionResponse {
            client_data_json: Base64Url(client_data),
            authenticator_data: Base64Url(data.to_vec()),
            signature: Base64Url(assertion.bytes(0x03).required()?.to_vec()),
            user_handle: handle.map(|handle| Base64Url(handle.to_vec())),
        },
        authenticator_attachment: ATTACHMENT,
        client_extension_results: RequestResults { prf, get_cred_blob: blob },
    })
}

/// The secrets that came of `hmac-secret`.
fn derived(outputs: &Map, shared: Option<&SharedSecret>) -> Result<PrfResults, ClientError> {
    let sealed = outputs.bytes("hmac-secret")?;
    let (Some(shared), Some(sealed)) = (shared, sealed) else { return Ok(PrfResults::default()) };
    let secrets: Zeroizing<Vec<u8>> = shared.decrypt(sealed)?;
    let mut parts = secrets.chunks_exact(32).map(|part| Base64Url(part.to_vec()));
    let first = parts.next().ok_or(ClientError::Answer)?;
    Ok(PrfResults { results: Some(PrfValues { first, second: parts.next() }) })
}
