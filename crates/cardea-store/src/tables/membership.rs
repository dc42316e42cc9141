//! Who is in which group, directly.

use crate::tables::Change;
use crate::tables::audit::Audited;
use crate::value::{Row, Word};
use crate::{Snapshot, StoreError, Transaction};

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// A person.
    Person,
    /// A group within the group.
    Group,
    /// A device, an application.
    Other,
}

/// A direct membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub group: String,
    /// What is in it.
    pub member: String,
    /// What that is.
    pub kind: MemberKind,
}

impl Word for MemberKind {
    const ALL: &'static [Self] = &[Self::Person, Self::Group, Self::Other];

    fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Group => "group",
            Self::Other => "other",
        }
    }
}

impl Snapshot {
    /// All memberships, by group.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn memberships(&mut self) -> Result<Vec<Membership>, StoreError> {
        let sql = "SELECT group_id, member_id, kind FROM membership ORDER BY group_id, member_id";
        self.rows("membership", sql, &[]).await?.iter().map(membership).collect()
    }

    /// The direct members of a group.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn members(&mut self, group: &str) -> Result<Vec<Membership>, StoreError> {
        let sql = "SELECT group_id, member_id, kind FROM membership WHERE group_id = $1 ORDER BY member_id";
        self.rows("membership", sql, &[group.into()]).await?.iter().map(membership).collect()
    }

    /// The groups that something is in directly.
    ///
    /// # Errors
    ///
    /// The database failed, or a row cannot be read.
    pub async fn groups_of(&mut self, member: &str) -> Result<Vec<Membership>, StoreError> {
        let sql = "SELECT group_id, member_id, kind FROM membership WHERE member_id = $1 ORDER BY group_id";
        self.rows("membership", sql, &[member.into()]).await?.iter().map(membership).collect()
    }
}

impl Transaction {
    /// Puts a member into a group; does nothing if it is in there. Raises the revision.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn add_member(
        &mut self,
        audited: &Audited,
        membership: &Membership,
    ) -> Result<(), StoreError> {
        self.require(audited)?;
        self.insert_member(membership).await?;
        self.raise_revision().await
    }

    /// Takes a member out of a group. Raises the revision.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn remove_member(
        &mut self,
        audited: &Audited,
        group: &str,
        member: &str,
    ) -> Result<Change, StoreError> {
        self.require(audited)?;
        let sql = "DELETE FROM membership WHERE group_id = $1 AND member_id = $2";
        let change = Change::of(self.execute(sql, &[group.into(), member.into()]).await?);
        self.raise_revision().await?;
        Ok(change)
    }

    /// Makes exactly these the members of a group. Raises the revision.
    ///
    /// # Errors
    ///
    /// The database failed, or the audit record is of another transaction.
    pub async fn set_members(
        &mut self,
        audited: &Audited,
        group: &str,
        members: &[(String, MemberKind)],
    ) -> Result<(), StoreError> {
        self.require(audited)?;
        self.execute("DELETE FROM membership WHERE group_id = $1", &[group.into()]).await?;
        for (member, kind) in members {
            let membership =
                Membership { group: group.to_owned(), member: member.clone(), kind: *kind };
            self.insert_member(&membership).await?;
        }
        self.raise_revision().await
    }

    async fn insert_member(&mut self, membership: &Membership) -> Result<(), StoreError> {
        let sql = "INSERT INTO membership (group_id, member_id, kind) VALUES ($1, $2, $3) \
                   ON CONFLICT DO NOTHING";
        let Membership { group, member, kind } = membership;
        self.execute(sql, &[group.into(), member.into(), kind.word().into()]).await?;
        Ok(())
    }
}

fn membership(row: &Row) -> Result<Membership, StoreError> {
    Ok(Membership {
        group: row.text("group_id")?,
        member: row.text("member_id")?,
        kind: row.word("kind")?,
    })
}
