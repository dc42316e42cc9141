//! Adding an authenticator app that makes codes.

use aws_lc_rs::hmac;
use cardea_store as store;
use cardea_store::AuditEntry;
use jiff::Timestamp;
use serde_json::json;
use zeroize::Zeroizing;

use super::{Enrolment, Registered};
use crate::decision::Registrable;
use crate::failure::Failure;
use crate::idp::Idp;
use crate::random;
use crate::shown::Proof;
use crate::sign_in::{Named, Progress, SignIn};
use crate::totp;

/// What an authenticator app is told. It is a secret.
pub struct NewApp {
    /// The address that the QR code holds.
    pub address: Zeroizing<String>,
    /// The same seed to type, in base 32.
    pub seed: Zeroizing<String>,
}

impl std::fmt::Debug for NewApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewApp(…)")
    }
}

impl Idp {
    /// What to tell a new app; `None` where none may be added now. The seed is made from a number
    /// that the sign-in keeps and a secret that the database has not.
    ///
    /// # Errors
    /// The database failed, or there is no chance to be had.
    pub async fn ask_new_app(&self, progress: &Progress) -> Result<Option<NewApp>, Failure> {
        let Some(subject) = &progress.subject else { return Ok(None) };
        if !is_open(progress) {
            return Ok(None);
        }
        let number = if let Some(number) = &progress.sign_in.seed {
            number.clone()
        } else {
            let number = random::guid()?;
            let sign_in = SignIn { seed: Some(number.clone()), ..progress.sign_in.clone() };
            if self.replace(progress, &sign_in).await? == Named::Stale {
                return Ok(None);
            }
            number
        };
        let seed = self.seed(&subject.row.id, &number);
        let seed = totp_rs::Secret::from(seed.to_vec()).to_base32();
        let (tenant, name) = (&progress.snapshot.row.display_name, subject.row.upn.as_str());
        let address = address(tenant, name, &seed);
        Ok(Some(NewApp { address: Zeroizing::new(address), seed: Zeroizing::new(seed) }))
    }

    /// Keeps the app that the last question was about, if this is its code.
    ///
    /// # Errors
    /// The database failed.
    pub async fn register_app(
        &self,
        progress: &Progress,
        code: &str,
        now: Timestamp,
    ) -> Result<Registered, Failure> {
        let (Some(subject), Some(number)) = (&progress.subject, &progress.sign_in.seed) else {
            return Ok(Registered::NotNow);
        };
        if !is_open(progress) {
            return Ok(Registered::NotNow);
        }
        let seed = self.seed(&subject.row.id, number);
        let Some(step) = totp::step(seed.as_slice(), code, now) else {
            return Ok(Registered::WrongCode);
        };
        let app = store::Totp {
            id: random::guid()?,
            person: subject.row.id.clone(),
            name: String::from("Authenticator app"),
            seed: Zeroizing::new(seed.to_vec()),
            created: now,
            last_step: None,
        };
        let id = app.id.clone();
        let mut transaction = self.store().write().await?;
        let entry = AuditEntry {
            actor: subject.row.id.clone(),
            action: String::from("User registered security info"),
            target: subject.row.id.clone(),
            json: json!({ "method": "softwareOath", "id": id }).to_string(),
        };
        let audited = transaction.audit(now, &entry).await?;
        transaction.add_totp(&audited, &app).await?;
        // The code that proves the app is used up like any other, and counts as shown.
        let spent = totp::spend(&mut transaction, &[app], code, now).await?;
        transaction.commit().await?;
        tracing::debug!(step, "an authenticator app was added");
        let Some(spent) = spent else { return Ok(Registered::WrongCode) };
        // The next app gets another seed.
        let sign_in = SignIn { seed: None, ..progress.sign_in.clone() };
        self.keep(progress, sign_in, Proof::of_code(&spent, now)).await?;
        Ok(Registered::Done { id })
    }

    fn seed(&self, person: &str, number: &str) -> Zeroizing<[u8; totp::SEED]> {
        let secret = self.derived("seeds of authenticator apps");
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice());
        let tag = hmac::sign(&key, format!("{person}|{number}").as_bytes());
        let mut seed = Zeroizing::new([0; totp::SEED]);
        seed.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        seed
    }
}

fn is_open(progress: &Progress) -> bool {
    matches!(progress.enrolment(), Enrolment::Open(offers) if offers.contains(&Registrable::App))
}

/// The key URI that authenticator apps read. The format has no standard; all apps follow Google's.
fn address(tenant: &str, name: &str, seed: &str) -> String {
    let encode =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let issuer = encode(tenant).replace('+', "%20");
    let label = encode(name).replace('+', "%20");
    format!(
        "otpauth://totp/{issuer}:{label}?secret={seed}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
    )
}
