//! A passkey in a browser's hands: it answers the options that pages hold.

use std::cell::Cell;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::authenticator::{AAGUID, Authenticator, BE, BS, Key, Making, Using};
use crate::certificates::Authority;
use crate::wire::cbor;

/// An authenticator with one credential of one account.
pub(crate) struct Passkey {
    pub(crate) inner: Authenticator,
    pub(crate) aaguid: [u8; 16],
    /// Whether its provider syncs it.
    pub(crate) synced: bool,
    /// What it counts; zero where it does not count.
    pub(crate) count: Cell<u32>,
    /// The account, as the tenant names it.
    pub(crate) account: String,
}

impl Passkey {
    pub(crate) fn new() -> Self {
        Self {
            inner: Authenticator::new(),
            aaguid: AAGUID,
            synced: false,
            count: Cell::new(0),
            account: String::new(),
        }
    }

    pub(crate) fn of(model: &str) -> Self {
        Self { aaguid: uuid(model), ..Self::new() }
    }

    pub(crate) fn for_account(mut self, account: &str) -> Self {
        account.clone_into(&mut self.account);
        self
    }

    fn flags(&self) -> u8 {
        if self.synced { BE | BS } else { 0 }
    }

    /// Makes the credential that the options ask for.
    pub(crate) fn make(&self, options: &str) -> String {
        self.make_with(options, |_| ())
    }

    pub(crate) fn make_with(&self, options: &str, change: impl FnOnce(&mut Making)) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let rp_id = options["rp"]["id"].as_str().unwrap();
        let mut making = self.inner.making(rp_id, &bytes(&options["challenge"]));
        making.data.aaguid = self.aaguid;
        making.data.flags |= self.flags();
        change(&mut making);
        String::from_utf8(self.inner.make(&making)).unwrap()
    }

    /// The same with an attestation that this authority vouches for.
    pub(crate) fn make_attested(&self, options: &str, authority: &Authority) -> String {
        let key = Key::new();
        let certificate = authority.issue(&key, |_| ());
        self.make_with(options, |making| {
            making.format = "packed";
            making.statement = Box::new(move |signable| {
                let signature = key.sign(&signable.message());
                let chain = cbor::array(&[cbor::bytes(&certificate)]);
                vec![("alg", cbor::int(-7)), ("sig", cbor::bytes(&signature)), ("x5c", chain)]
            });
        })
    }

    /// Answers the options with the credential.
    pub(crate) fn answer(&self, options: &str) -> String {
        self.answer_with(options, |_| ())
    }

    pub(crate) fn answer_with(&self, options: &str, change: impl FnOnce(&mut Using)) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let rp_id = options["rpId"].as_str().unwrap();
        let mut using = self.inner.using(rp_id, &bytes(&options["challenge"]));
        using.data.count = self.count.get();
        using.data.flags |= self.flags();
        using.user_handle = Some(self.account.clone().into_bytes());
        change(&mut using);
        String::from_utf8(self.inner.assert(&using)).unwrap()
    }

    /// The public key as the tenant keeps it.
    pub(crate) fn cose(&self) -> String {
        let entries: Vec<_> =
            self.inner.key.cose().into_iter().map(|(key, value)| (cbor::int(key), value)).collect();
        URL_SAFE_NO_PAD.encode(cbor::map(&entries))
    }
}

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

fn uuid(text: &str) -> [u8; 16] {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let mut bytes = [0; 16];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap();
    }
    bytes
}

/// The text of a model's number.
pub(crate) fn model(aaguid: &[u8; 16]) -> String {
    let digits: String = aaguid.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    parts.map(|part| digits[part].to_owned()).join("-")
}
