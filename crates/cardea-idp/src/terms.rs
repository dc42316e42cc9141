//! Terms of use: what there is to read, accepting and declining them.
//!
//! Source: Graph's `agreement`, whose text is in a file of its `file` or `files`, in one or several
//! languages; Entra, *Terms of use*. Exports often have the agreement without its file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cardea_policy::id::TermsId;
use cardea_store as store;
use cardea_store::{AuditEntry, Replaced};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::campaign::Invited;
use crate::decision::Next;
use crate::failure::Failure;
use crate::idp::Idp;
use crate::sign_in::{ACCEPTANCE, Progress, SignIn, Stage, encode};
use crate::visitor::Visitor;

/// The kind under which agreements are kept.
const AGREEMENT: &str = "agreement";

/// Terms that a person is asked to accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Display name; empty where the tenant has no such agreement, or it has no name.
    pub name: String,
    /// What there is to read.
    pub text: Text,
    /// Whether the document has to be opened first (`isViewingBeforeAcceptanceRequired`).
    pub reading: Reading,
}

/// What there is to read of terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// Their paragraphs.
    Paragraphs(Vec<String>),
    /// A document in PDF, as Entra takes it.
    Document(Vec<u8>),
    /// Nothing: the tenant knows that there are such terms, and not what they say.
    Missing,
}

/// Whether terms have to be opened before they are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// They have to be.
    Required,
    /// They need not be.
    Optional,
}

/// What became of an answer to terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is kept.
    Done,
    /// The document has to be opened first.
    Unread,
    /// The browser did something else at the same time, or no terms are asked for.
    Stale,
}

impl Idp {
    /// The terms that are asked for at this stage; `None` where none are.
    ///
    /// # Errors
    /// The database failed, or an agreement in it is no JSON.
    pub async fn agreement(&self, progress: &Progress) -> Result<Option<Agreement>, Failure> {
        let Some(id) = asked(progress) else { return Ok(None) };
        let objects = self.store().read().await?.objects(AGREEMENT).await?;
        let object = objects.into_iter().find(|object| TermsId::new(&object.id) == *id);
        let known = match &object {
            Some(object) => serde_json::from_str(&object.json)
                .map_err(Failure::unreadable("terms of use in the database"))?,
            None => Value::Null,
        };
        Ok(Some(read(&known)))
    }

    /// The document of the terms that are asked for, which is opened by this.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_terms(&self, progress: &Progress) -> Result<Option<Vec<u8>>, Failure> {
        let (Some(agreement), Some(id)) = (self.agreement(progress).await?, asked(progress)) else {
            return Ok(None);
        };
        let Text::Document(document) = agreement.text else { return Ok(None) };
        let opened = Some(id.as_str().to_owned());
        if progress.sign_in.opened_terms != opened {
            self.replace(progress, &SignIn { opened_terms: opened, ..progress.sign_in.clone() })
                .await?;
        }
        Ok(Some(document))
    }

    /// Accepts the terms that are asked for now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn accept_terms(
        &self,
        progress: &Progress,
        now: Timestamp,
    ) -> Result<Answered, Failure> {
        let (Some(terms), Some(subject)) = (asked(progress), &progress.subject) else {
            return Ok(Answered::Stale);
        };
        let Some(agreement) = self.agreement(progress).await? else { return Ok(Answered::Stale) };
        let is_opened = progress.sign_in.opened_terms.as_deref() == Some(terms.as_str());
        let is_document = matches!(agreement.text, Text::Document(_));
        if agreement.reading == Reading::Required && is_document && !is_opened {
            return Ok(Answered::Unread);
        }
        // Whoever had terms to read is not invited to anything on top (Entra).
        let state = encode(&SignIn { invited: Invited::Over, ..progress.sign_in.clone() })?;
        let mut transaction = self.store().write().await?;
        let (hash, version) = (&progress.hash, progress.version);
        if transaction.replace_interaction(hash, version, &state).await? == Replaced::Stale {
            return Ok(Answered::Stale);
        }
        let object = acceptance(terms, &subject.row, now);
        let entry = entry("Accept Terms Of Use", terms, (&subject.row, object.json.clone()));
        let audited = transaction.audit(now, &entry).await?;
        transaction.put_object(&audited, &object).await?;
        transaction.commit().await?;
        Ok(Answered::Done)
    }

    /// Declines the terms that are asked for now: nothing is kept of it but a record, and the sign-in
    /// does not go on until they are accepted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decline_terms(
        &self,
        progress: &Progress,
        (visitor, now): (&Visitor, Timestamp),
    ) -> Result<Answered, Failure> {
        let (Some(terms), Some(subject)) = (asked(progress), &progress.subject) else {
            return Ok(Answered::Stale);
        };
        let mut transaction = self.store().write().await?;
        let entry = entry("Decline Terms Of Use", terms, (&subject.row, String::from("{}")));
        transaction.audit(now, &entry).await?;
        transaction.commit().await?;
        self.log_wall(progress, (visitor, 0)).await?;
        Ok(Answered::Done)
    }
}

fn asked(progress: &Progress) -> Option<&TermsId> {
    match &progress.stage {
        Stage::Known(Next::Accept(id)) => Some(id),
        Stage::Account | Stage::Name | Stage::First(_) | Stage::Invited(_) | Stage::Known(_) => {
            None
        }
    }
}

fn entry(action: &str, terms: &TermsId, (person, json): (&store::Person, String)) -> AuditEntry {
    AuditEntry {
        actor: person.id.clone(),
        action: action.to_owned(),
        target: terms.to_string(),
        json,
    }
}

/// Graph's `agreementAcceptance`.
fn acceptance(terms: &TermsId, person: &store::Person, now: Timestamp) -> store::Object {
    let id = format!("{terms}_{}", person.id);
    let json = json!({
        "id": id,
        "agreementId": terms.as_str(),
        "userId": person.id,
        "userPrincipalName": person.upn.as_str(),
        "recordedDateTime": now.to_string(),
        "state": "accepted",
    });
    store::Object {
        kind: String::from(ACCEPTANCE),
        name: id.clone(),
        id,
        position: 0,
        json: json.to_string(),
        changed: now,
    }
}

/// What an agreement says, as far as the tenant has it: the default language, or the first that has
/// something to read.
pub fn read(agreement: &Value) -> Agreement {
    let file = agreement.get("file").unwrap_or(&Value::Null);
    let list = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let own = std::iter::once(file.clone());
    let files = own.chain(list(file, "localizations")).chain(list(agreement, "files"));
    let (mut text, mut is_default) = (Text::Missing, false);
    for file in files {
        let found = text_of(&file);
        let default = file.get("isDefault").and_then(Value::as_bool).unwrap_or(false);
        if found != Text::Missing && (text == Text::Missing || (default && !is_default)) {
            (text, is_default) = (found, default);
        }
    }
    let required = agreement.get("isViewingBeforeAcceptanceRequired").and_then(Value::as_bool);
    let name = agreement.get("displayName").and_then(Value::as_str).unwrap_or_default();
    Agreement {
        name: name.to_owned(),
        text,
        reading: if required == Some(true) { Reading::Required } else { Reading::Optional },
    }
}

/// What is in a file, by its bytes: its name proves nothing.
fn text_of(file: &Value) -> Text {
    let data = file.pointer("/fileData/data").and_then(Value::as_str).unwrap_or_default();
    let Ok(bytes) = STANDARD.decode(data.trim()) else { return Text::Missing };
    if bytes.starts_with(b"%PDF-") {
        return Text::Document(bytes);
    }
    let Ok(text) = String::from_utf8(bytes) else { return Text::Missing };
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let paragraphs =
        text.split("\n\n").map(|part| crate::text::plain(&part.replace('\n', " "), usize::MAX));
    match paragraphs.filter(|part| !part.is_empty()).collect::<Vec<_>>() {
        empty if empty.is_empty() => Text::Missing,
        paragraphs => Text::Paragraphs(paragraphs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str, default: bool) -> Value {
        json!({ "isDefault": default, "fileData": { "data": STANDARD.encode(text) } })
    }

    fn text(agreement: &Value) -> Text {
        read(agreement).text
    }

    #[test]
    fn the_default_language_is_read_wherever_graph_has_the_file() {
        let said = |text: &str| Text::Paragraphs(vec![text.to_owned()]);
        let (german, english) = (file("Regeln", false), file("Rules", true));
        assert_eq!(text(&json!({ "file": english })), said("Rules"));
        assert_eq!(text(&json!({ "files": [german, english] })), said("Rules"));
        assert_eq!(text(&json!({ "file": { "localizations": [german] } })), said("Regeln"));
        assert_eq!(text(&json!({ "file": { "localizations": [german, english] } })), said("Rules"));
    }

    #[test]
    fn what_cannot_be_read_is_missing() {
        for odd in [
            json!({}),
            json!({ "file": null, "files": null }),
            json!({ "file": { "fileData": { "data": "%%%" } } }),
            json!({ "files": [file("", true), file(" \n\n ", false)] }),
            json!({ "files": [{ "fileData": { "data": STANDARD.encode([0xff, 0xfe]) } }] }),
        ] {
            assert_eq!(text(&odd), Text::Missing, "{odd}");
        }
        assert!(matches!(text(&json!({ "file": file("%PDF-1.7", true) })), Text::Document(_)));
    }
}
