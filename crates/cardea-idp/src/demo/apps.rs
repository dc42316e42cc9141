//! The demo's apps, and what they prove themselves with.

use cardea_store::{ClientSecret, Object, SecretHash};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{GuideApp, Proof, Show, ShownApp, Told, broken, secrets};
use crate::beginning::Credential;
use crate::failure::Failure;
use crate::import::Import;
use crate::json::{self, Field, Spacing};
use crate::random;

/// How long their secrets work.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 730);

/// Makes what apps prove themselves with, and writes into their objects that they have it: by that
/// an app is a confidential client.
///
/// # Errors
/// The demo is broken, or there is no chance to be had.
pub(super) fn give_credentials<'a>(
    import: &mut Import,
    show: &'a Show,
    (now, credentials): (Timestamp, &mut Vec<Credential>),
) -> Result<Vec<GuideApp<'a>>, Failure> {
    let mut apps = Vec::new();
    for shown in &show.apps {
        let object = import.objects_mut("application").find(|it| it.name == shown.name);
        let object = object.ok_or_else(|| broken(&format!("there is no app {}", shown.name)))?;
        let mut app = guide(shown, object)?;
        let given = match shown.credential {
            Proof::None => None,
            Proof::Secret => {
                let (secret, told) = app.give_secret(now)?;
                credentials.push(Credential::Client(secret));
                Some(("passwordCredentials", told))
            }
            Proof::Key => Some(("keyCredentials", app.give_key()?)),
        };
        if let Some((field, credential)) = given {
            let credential = credential.to_string();
            let fields = [Field::With(field, &credential)];
            object.json = json::rewritten(&object.json, &fields, Spacing::Compact)?;
        }
        apps.push(app);
    }
    Ok(apps)
}

fn guide<'a>(shown: &'a ShownApp, object: &Object) -> Result<GuideApp<'a>, Failure> {
    let application: Value = serde_json::from_str(&object.json).map_err(|error| broken(&error))?;
    let platforms = ["web", "spa", "publicClient"].into_iter();
    let lists = platforms.filter_map(|it| application.get(it)?.get("redirectUris")?.as_array());
    let uris = lists.flatten().filter_map(|uri| Some(uri.as_str()?.to_owned()));
    Ok(GuideApp {
        client_id: &shown.client_id,
        client_secret: None,
        private_key: None,
        certificate: None,
        redirect_uris: uris.collect(),
        name: &shown.name,
        shows: &shown.shows,
    })
}

impl GuideApp<'_> {
    /// A new secret, and what the application object says of it.
    fn give_secret(&mut self, now: Timestamp) -> Result<(ClientSecret, Value), Failure> {
        let (text, ends) = (random::secret()?, now.saturating_add(LIFETIME).unwrap_or(now));
        let secret = ClientSecret {
            id: random::guid()?,
            client: self.client_id.to_owned(),
            hash: SecretHash::of(text.expose().as_bytes()),
            hint: text.expose().chars().take(3).collect(),
            name: String::from("demo"),
            starts: now,
            ends,
        };
        let credential = json!([{
            "keyId": secret.id, "displayName": secret.name, "hint": secret.hint,
            "startDateTime": now.to_string(), "endDateTime": ends.to_string(),
        }]);
        self.client_secret = Some(Told(Zeroizing::new(text.expose().to_owned())));
        Ok((secret, credential))
    }

    /// A new key, and what the application object says of it.
    fn give_key(&mut self) -> Result<Value, Failure> {
        let keys = secrets::keys(self.name)?;
        self.private_key = Some(Told(keys.private));
        self.certificate = Some(keys.certificate);
        Ok(json!([{
            "keyId": random::guid()?, "displayName": "demo", "usage": "Verify",
            "type": "AsymmetricX509Cert", "key": keys.public,
        }]))
    }
}
