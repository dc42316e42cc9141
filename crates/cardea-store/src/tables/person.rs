//! People.

use jiff::Timestamp;

use crate::tables::audit::Audited;
use crate::tables::{Change, Upn};
use crate::value::{Row, Word};
use crate::{Snapshot, StoreError, Transaction};

/// Whether somebody may sign in at all: Graph's `accountEnabled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// Yes, if the policies let them.
    Enabled,
    /// No.
    Disabled,
}

/// Graph's `userType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonKind {
    /// Somebody of the organisation.
    Member,
    /// Somebody from outside.
    Guest,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The object id, a GUID. It never changes; names do.
    pub id: String,
    /// The name to sign in with.
    pub upn: Upn,
    /// The name that others see.
    pub display_name: String,
    /// Whether they may sign in at all.
    pub account: Account,
    /// Member or guest.
    pub kind: PersonKind,
    /// The user object as it was given, with the fields that nobody here knows.
    pub json: String,
    /// When the row was changed last.
    pub changed: Timestamp,
    /// Sessions and refresh tokens from before are void. Written by [`Transaction::revoke_sessions_of`] only.
    pub sessions_valid_from: Option<Timestamp>,
}

/// What became of a person that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredPerson {
    /// They are kept.
    Stored,
    /// Somebody else has that name, or one that only looks different.
    NameTaken,
}

impl Word for Account {
    const ALL: &'static [Self] = &[Self::Enabled, Self::Disabled];

    fn word(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }
}

impl Word for PersonKind {
    const ALL: &'static [Self] = &[Self::Member, Self::Guest];

    fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Guest => "guest",
        }
    }
}

impl Snapshot {
    /// The person with this object id.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn person(&mut self, id: &str) -> Result<Option<Person>, StoreError> {
        let sql = "SELECT id, upn, display_name, account, kind, json, changed, sessions_valid_from \
                   FROM person WHERE id = $1";
        self.row("person", sql, &[id.into()]).await?.as_ref().map(person).transpose()
    }

    /// The person who signs in with this name, in whatever spelling it was typed.
    ///
    /// # Errors
    ///
    /// The database failed, or the row cannot be read.
    pub async fn person_by_upn(&mut self, upn: &Upn) -> Result<Option<Person>, StoreError> {
        let sql = "SELECT id, upn, display_name, account, kind, json, changed, sessions_valid_from \
                   FROM person WHERE upn_key = $1";
        self.row("person", sql, &[upn.key().into()]).await?.as_ref().map(person).transpose()
    }

    /// At most `limit` people in the order of their ids, beginning after the id `after`.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn people(&mut self, after: &str, limit: u32) -> Result<Vec<Person>, StoreError> {
        let sql = "SELECT id, upn, display_name, account, kind, json, changed, sessions_valid_from \
                   FROM person WHERE id > $1 ORDER BY id LIMIT $2";
        self.rows("person", sql, &[after.into(), limit.into()]).await?.iter().map(person).collect()
    }

    /// At most `limit` people in the order of their display names, without the first `skip`: all, or
    /// those in whose display name the words occur, or whose name to sign in with begins with them.
    /// Capital letters make no difference.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn people_by_name(
        &mut self,
        words: &str,
        (skip, limit): (u32, u32),
    ) -> Result<Vec<Person>, StoreError> {
        let [anywhere, first] = patterns(words);
        let sql = "SELECT id, upn, display_name, account, kind, json, changed, sessions_valid_from \
                   FROM person WHERE $1 = '%' OR name_key LIKE $1 ESCAPE '\\' \
                   OR upn_key LIKE $2 ESCAPE '\\' ORDER BY name_key, id LIMIT $3 OFFSET $4";
        let values = [(&anywhere).into(), (&first).into(), limit.into(), skip.into()];
        self.rows("person", sql, &values).await?.iter().map(person).collect()
    }

    /// How many people [`Self::people_by_name`] finds in all.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn count_people(&mut self, words: &str) -> Result<u32, StoreError> {
        let row = if words.trim().is_empty() {
            self.row("person", "SELECT count(*) AS people FROM person", &[]).await?
        } else {
            let [anywhere, first] = patterns(words);
            let sql = "SELECT count(*) AS people FROM person WHERE name_key LIKE $1 ESCAPE '\\' \
                       OR upn_key LIKE $2 ESCAPE '\\'";
            self.row("person", sql, &[(&anywhere).into(), (&first).into()]).await?
        };
        row.map_or(Ok(0), |row| row.count("people"))
    }
}

/// Patterns that find words anywhere, and at the beginning. Only letters stand for themselves in a
/// pattern, so whatever could mean more is escaped.
fn patterns(words: &str) -> [String; 2] {
    let mut first = String::new();
    for letter in name_key(words.trim()).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            first.push('\\');
        }
        first.push(letter);
    }
    first.push('%');
    let anywhere = if first == "%" { first.clone() } else { format!("%{first}") };
    [anywhere, first]
}

/// A display name without what makes no difference when people look for it.
fn name_key(name: &str) -> String {
    name.to_lowercase()
}

impl Transaction {
    /// Creates a person or replaces what is known of them. Raises the revision.
    ///
    /// `sessions_valid_from` is left as it is.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn put_person(
        &mut self,
        audited: &Audited,
        person: &Person,
    ) -> Result<StoredPerson, StoreError> {
        self.require(audited)?;
        // Whoever has the name is asked for first and an insertion of that name waits for the index, so
        // that a name that is taken is an answer and not an error that loses the transaction.
        let sql = "INSERT INTO person (id, upn, upn_key, display_name, account, kind, json, changed, name_key) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
        let Person { id, upn, display_name, account, kind, json, changed, sessions_valid_from: _ } =
            person;
        let values = [
            id.into(),
            upn.as_str().into(),
            upn.key().into(),
            display_name.into(),
            account.word().into(),
            kind.word().into(),
            json.into(),
            (*changed).into(),
            (&name_key(display_name)).into(),
        ];
        let mut stored = self.execute(sql, &values).await?;
        if stored == 0 {
            let sql = "UPDATE person SET upn = $2, upn_key = $3, display_name = $4, account = $5, kind = $6, \
                       json = $7, changed = $8, name_key = $9 WHERE id = $1 AND NOT EXISTS \
                       (SELECT 1 FROM person other WHERE other.upn_key = $3 AND other.id <> $1)";
            stored = self.execute(sql, &values).await?;
        }
        if stored == 0 {
            return Ok(StoredPerson::NameTaken);
        }
        self.raise_revision().await?;
        Ok(StoredPerson::Stored)
    }

    /// Removes a person with everything that is theirs: methods, sessions, tokens. Raises the revision.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn delete_person(
        &mut self,
        audited: &Audited,
        id: &str,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        self.execute("DELETE FROM membership WHERE member_id = $1", &[id.into()]).await?;
        let change =
            Change::of(self.execute("DELETE FROM person WHERE id = $1", &[id.into()]).await?);
        self.raise_revision().await?;
        Ok(change)
    }
}

fn person(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.text("id")?,
        upn: Upn::parse(&row.text("upn")?).map_err(|_| row.unreadable("upn"))?,
        display_name: row.text("display_name")?,
        account: row.word("account")?,
        kind: row.word("kind")?,
        json: row.text("json")?,
        changed: row.time("changed")?,
        sessions_valid_from: row.maybe_time("sessions_valid_from")?,
    })
}
