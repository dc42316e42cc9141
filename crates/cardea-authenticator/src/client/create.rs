//! `navigator.credentials.create()` (WebAuthn §5.1.3).

use super::answer::{AttestationResponse, CreationResults, CredProps, PrfEnabled, Registration};
use super::options::{Base64Url, CreationExtensions, CreationOptions, Selection};
use super::session::{Purpose, Session, Subject, failed};
use super::{ATTACHMENT, ClientError, KIND, Page, Parties, Wish, client_data, descriptors};
use crate::cbor::{Map, Required as _, Value};
use crate::ceremony::sha256;

/// The algorithms of a page that names none (§5.1.3 step 10).
const DEFAULT_ALGORITHMS: [i64; 2] = [-7, -257];

/// Makes a passkey for a page.
///
/// # Errors
///
/// The page may not, the person does not want to, or the authenticator refuses.
pub fn create(
    options: &CreationOptions,
    page: &Page,
    parties: &mut Parties<'_>,
) -> Result<Registration, ClientError> {
    // 5.1.3 steps 7 and 8.
    let rp_id = page.origin.rp_id(options.rp.id.as_deref())?;
    if !(1..=64).contains(&options.user.id.0.len()) {
        return Err(ClientError::Options("a user handle has 1 to 64 bytes"));
    }
    let selection = &options.authenticator_selection;
    if selection.authenticator_attachment.as_deref() == Some("cross-platform") {
        return Err(ClientError::Options("a security key is asked for, and this is none"));
    }
    let data = client_data("webauthn.create", &options.challenge, page)?;
    let hash = sha256(&data);
    let mut session = Session::open(parties)?;
    let passkey = resident(selection);
    let wish = Wish::read(selection.user_verification.as_deref()).unwrap_or(Wish::Preferred);
    let token = session.verify(wish, passkey, Purpose::Create, &rp_id)?;
    let subject = Subject { rp_id, hash, token };
    let exclude = session.possible(&options.exclude_credentials);
    let exclude = session.fitting(exclude, &subject)?;
    let mut request = request(options, &subject, passkey).with_some(0x05, descriptors(&exclude));
    if let Some(token) = &subject.token {
        request = token.prove(request, &hash, 0x08);
    }
    if options.attestation == "enterprise" && session.identifies() {
        request = request.with(0x0a, 0x01_i64);
    }
    let made = session.send(0x01, &request).map_err(failed)?;
    registration(options, passkey, data, &made)
}

/// §5.4.4: whether the credential is to be discoverable.
fn resident(selection: &Selection) -> bool {
    match Wish::read(selection.resident_key.as_deref()) {
        Some(Wish::Required | Wish::Preferred) => true,
        Some(Wish::Discouraged) => false,
        None => selection.require_resident_key,
    }
}

fn request(options: &CreationOptions, subject: &Subject, passkey: bool) -> Map {
    let algorithms: Vec<i64> = match options.pub_key_cred_params.as_slice() {
        [] => DEFAULT_ALGORITHMS.to_vec(),
        list => list.iter().filter(|it| it.kind == KIND).map(|it| it.alg).collect(),
    };
    let algorithms: Vec<Value> = algorithms
        .into_iter()
        .map(|alg| Map::new().with("alg", alg).with("type", KIND).into())
        .collect();
    let user = Map::new()
        .with("id", options.user.id.0.as_slice())
        .with("name", options.user.name.as_str())
        .with("displayName", options.user.display_name.as_str());
    let rp = Map::new().with("id", subject.rp_id.as_str()).with("name", options.rp.name.as_str());
    let extensions = Some(inputs(&options.extensions)).filter(|map| !map.is_empty());
    Map::new()
        .with(0x01, &subject.hash[..])
        .with(0x02, rp)
        .with(0x03, user)
        .with(0x04, algorithms)
        .with_some(0x06, extensions)
        .with(0x07, Map::new().with("rk", passkey))
}

fn inputs(extensions: &CreationExtensions) -> Map {
    let level = match extensions.credential_protection_policy.as_deref() {
        Some("userVerificationOptional") => Some(1_i64),
        Some("userVerificationOptionalWithCredentialIDList") => Some(2),
        Some("userVerificationRequired") => Some(3),
        Some(_) | None => None,
    };
    Map::new()
        .with_some("credProtect", level)
        .with_some("hmac-secret", extensions.prf.as_ref().map(|_| true))
        .with_some("minPinLength", extensions.min_pin_length.then_some(true))
        .with_some("credBlob", extensions.cred_blob.as_ref().map(|it| it.0.as_slice()))
}

fn registration(
    options: &CreationOptions,
    passkey: bool,
    client_data: Vec<u8>,
    made: &Map,
) -> Result<Registration, ClientError> {
    let data = made.bytes(0x02).required()?;
    let credential = Attested::read(data).ok_or(ClientError::Answer)?;
    // §5.1.3 step 22: a statement that nobody asked for goes no further.
    let asked = matches!(options.attestation.as_str(), "direct" | "indirect" | "enterprise");
    let (format, statement) = if asked {
        (made.text(0x01).required()?, made.map(0x03).required()?.clone())
    } else {
        ("none", Map::new())
    };
    let object = Map::new().with("fmt", format).with("authData", data).with("attStmt", statement);
    let id = Base64Url(credential.id.to_vec());
    Ok(Registration {
        id: id.clone(),
        raw_id: id,
        kind: KIND,
        response: AttestationResponse {
            client_data_json: Base64Url(client_data),
            attestation_object: Base64Url(object.encode()),
            authenticator_data: Base64Url(data.to_vec()),
            transports: vec!["internal"],
            public_key_algorithm: credential.key.int(3).required()?,
            public_key: spki(&credential.key).map(Base64Url),
        },
        authenticator_attachment: ATTACHMENT,
        client_extension_results: results(&options.extensions, passkey, &credential.outputs),
    })
}

fn results(asked: &CreationExtensions, passkey: bool, outputs: &Map) -> CreationResults {
    let told = |name: &str| matches!(outputs.get(name), Some(Value::Bool(true)));
    CreationResults {
        cred_props: asked.cred_props.then_some(CredProps { rk: passkey }),
        prf: asked.prf.as_ref().map(|_| PrfEnabled { enabled: told("hmac-secret") }),
        cred_blob: asked.cred_blob.as_ref().map(|_| told("credBlob")),
    }
}

/// The new credential in authenticator data (§6.5.1).
struct Attested<'a> {
    id: &'a [u8],
    key: Map,
    outputs: Map,
}

impl<'a> Attested<'a> {
    fn read(data: &'a [u8]) -> Option<Self> {
        let (head, rest) = data.split_at_checked(53)?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (id, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        let (key, rest) = Value::decode_first(rest).ok()?;
        let outputs = match (head.get(32)? & 0x80, rest) {
            (0, []) => Map::new(),
            (0x80, rest) => Value::decode(rest).ok()?.into_map()?,
            _ => return None,
        };
        Some(Self { id, key: key.into_map()?, outputs })
    }
}

/// The DER of a `SubjectPublicKeyInfo` up to the point, for P-256 (RFC 5480).
const SPKI_P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];
/// The same for Ed25519 (RFC 8410).
const SPKI_ED25519: &[u8] =
    &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The key as browsers give it, for the algorithms whose keys have one length.
fn spki(key: &Map) -> Option<Vec<u8>> {
    let part = |label: i64| key.bytes(label).ok().flatten();
    match key.int(3).ok()?? {
        -7 => Some([SPKI_P256, part(-2)?, part(-3)?].concat()),
        -8 => Some([SPKI_ED25519, part(-2)?].concat()),
        _ => None,
    }
}
