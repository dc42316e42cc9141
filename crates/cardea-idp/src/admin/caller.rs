//! Who asks for something in administration, and what they may do.
//!
//! Three kinds of callers come here: a person in the admin center, an application that acts for a
//! person, and an application that acts for itself. What each may do is worked out once, when the
//! request comes in, from the roles and the registrations of that moment; a token only says who
//! asks, so whoever loses a role loses at the next request what it let them do.

use std::collections::BTreeSet;

use cardea_oidc::bearer;
use cardea_oidc::claims::{self, AccessToken, Idtyp};
use cardea_oidc::client::ClientId;
use cardea_oidc::code::Code;
use cardea_oidc::error::Error;
use cardea_oidc::scope::GRAPH;
use cardea_policy::id::RoleId;
use cardea_policy::well_known;
use jiff::Timestamp;
use thiserror::Error as ThisError;

use super::permission::Permission;
use super::right::Right;
use super::role::{self, Role};
use crate::failure::Failure;
use crate::idp::Idp;
use crate::snapshot::Snapshot;
use crate::subject::Subject;

/// Who asks, and what they may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    identity: Identity,
    rights: BTreeSet<Right>,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A person, directly or by an application.
    Person {
        /// The object id.
        id: String,
        /// Their roles.
        roles: BTreeSet<RoleId>,
    },
    /// An application for itself.
    Application {
        /// The client id.
        id: ClientId,
    },
}

/// Why somebody may not do something.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum Denied {
    /// No role and no permission lets them.
    #[error("you may not {}; {}", .0.words(), roles_with(*.0))]
    Right(Right),
    /// Nobody does this to themselves.
    #[error("nobody may {} of their own here; somebody else with the role has to", .0.words())]
    Self_(Right),
    /// The person has a role, and whoever serves them needs a stronger one.
    #[error("this person has an administrator role; {}", servers(*.0))]
    Administrator(Right),
    /// The group or application gives roles or permissions away.
    #[error(
        "this gives somebody more than you may do yourself; a Privileged Role Administrator or a \
         Global Administrator has to do it"
    )]
    Privileged,
}

/// Which roles would let somebody.
fn roles_with(right: Right) -> String {
    let names: Vec<&str> =
        role::ALL.iter().filter(|it| it.rights().contains(&right)).map(|it| it.name).collect();
    match names.split_last() {
        Some((last, [])) => format!("the role {last} may"),
        Some((last, others)) => format!("the roles {} and {last} may", others.join(", ")),
        None => String::from("no role may"),
    }
}

/// Who serves people who have a role.
fn servers(right: Right) -> &'static str {
    if right == Right::WriteMethods {
        "a Privileged Authentication Administrator or a Global Administrator has to do it"
    } else {
        "a Global Administrator has to do it"
    }
}

impl Caller {
    /// A person in the admin center: their roles say it all.
    pub fn person(subject: &Subject) -> Self {
        let roles = subject.person.roles.clone();
        let mut rights = of_roles(&roles);
        rights.insert(Right::ReadSelf);
        Self { identity: Identity::Person { id: subject.row.id.clone(), roles }, rights }
    }

    /// A person by an application: what both of them may.
    fn delegated(
        subject: &Subject,
        permissions: impl Iterator<Item = &'static Permission>,
    ) -> Self {
        let permitted: BTreeSet<Right> =
            permissions.flat_map(Permission::rights).copied().collect();
        let person = Self::person(subject);
        Self { rights: person.rights.intersection(&permitted).copied().collect(), ..person }
    }

    /// Who it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The object id of the person, or the client id of the application, as the audit log says it.
    pub fn actor(&self) -> &str {
        match &self.identity {
            Identity::Person { id, .. } => id,
            Identity::Application { id } => id.as_str(),
        }
    }

    /// Whether it is this person.
    pub fn is(&self, person: &str) -> bool {
        matches!(&self.identity, Identity::Person { id, .. } if id.eq_ignore_ascii_case(person))
    }

    /// Whether anything of the tenant is open to them beside their own account.
    pub fn is_administrator(&self) -> bool {
        self.rights.iter().any(|right| *right != Right::ReadSelf)
    }

    /// Everything that they may do to anybody.
    pub fn rights(&self) -> &BTreeSet<Right> {
        &self.rights
    }

    /// Whether they may do this.
    ///
    /// # Errors
    /// They may not.
    pub fn may(&self, right: Right) -> Result<(), Denied> {
        if self.rights.contains(&right) { Ok(()) } else { Err(Denied::Right(right)) }
    }

    /// Whether they may do this to a person with these roles.
    ///
    /// Source: Entra, *Who can perform sensitive actions*: people with a role are served by global
    /// administrators, and their methods by privileged authentication administrators too. Nobody
    /// gives a pass to themselves.
    ///
    /// # Errors
    /// They may not.
    pub fn may_to(
        &self,
        right: Right,
        person: &str,
        roles: &BTreeSet<RoleId>,
    ) -> Result<(), Denied> {
        self.may(right)?;
        if !right.is_to_write() {
            return Ok(());
        }
        if right == Right::WriteMethods && self.is(person) {
            return Err(Denied::Self_(right));
        }
        let stronger = self.has(role::GLOBAL_ADMINISTRATOR)
            || right == Right::WriteMethods
                && self.has(role::PRIVILEGED_AUTHENTICATION_ADMINISTRATOR);
        if roles.is_empty() || stronger { Ok(()) } else { Err(Denied::Administrator(right)) }
    }

    /// Whether they may give away what lets others administer: roles, groups that have roles, and
    /// permissions of applications for themselves.
    ///
    /// # Errors
    /// They may not.
    pub fn may_elevate(&self) -> Result<(), Denied> {
        self.may(Right::WriteRoles).map_err(|_| Denied::Privileged)
    }

    fn has(&self, role: &str) -> bool {
        matches!(&self.identity, Identity::Person { roles, .. } if roles.contains(&RoleId::new(role)))
    }
}

/// What roles let their holders do.
pub(crate) fn of_roles(roles: &BTreeSet<RoleId>) -> BTreeSet<Right> {
    roles.iter().filter_map(Role::named).flat_map(Role::rights).copied().collect()
}

impl Idp {
    /// The person with this object id, as who asks in the admin center; `None` where their account is
    /// not enabled.
    ///
    /// # Errors
    /// The database failed.
    pub async fn administrator(&self, id: &str) -> Result<Option<Caller>, Failure> {
        let snapshot = self.snapshot().await?;
        let subject = Subject::load(&snapshot, &mut self.store().read().await?, id).await?;
        Ok(subject.as_ref().map(Caller::person))
    }

    /// Who sent a request to Graph's API, by the access token of its `Authorization` header.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer: [`Code::INVALID_TOKEN`].
    pub async fn caller(
        &self,
        authorization: Option<&str>,
        now: Timestamp,
    ) -> Result<Result<Caller, Error>, Failure> {
        let snapshot = self.snapshot().await?;
        let token = match bearer::token(authorization) {
            Ok(token) => token,
            Err(error) => return Ok(Err(error)),
        };
        let audiences = [GRAPH, well_known::MICROSOFT_GRAPH];
        let verified =
            claims::verify_access_token(&snapshot.keys, &snapshot.issuer, &audiences, token, now);
        let claims = match verified {
            Ok(claims) => claims,
            Err(why) => return Ok(Err(bearer::refused(why))),
        };
        let invalid = || Error::new(Code::INVALID_TOKEN);
        let Some(client) = ClientId::parse(&claims.azp) else { return Ok(Err(invalid())) };
        if !snapshot.clients.contains_key(&client) {
            return Ok(Err(
                invalid().saying("The application of the token is not registered any more.")
            ));
        }
        if claims.idtyp == Some(Idtyp::App) {
            let permissions = snapshot.permissions_of(&client).for_itself();
            let rights = permissions.flat_map(Permission::rights).copied().collect();
            return Ok(Ok(Caller { identity: Identity::Application { id: client }, rights }));
        }
        let mut reader = self.store().read().await?;
        let Some(subject) = Subject::load(&snapshot, &mut reader, &claims.oid).await? else {
            return Ok(Err(invalid().saying("The account of the token is not enabled.")));
        };
        if subject.row.sessions_valid_from.is_some_and(|from| claims.iat <= from.as_second()) {
            return Ok(Err(
                invalid().saying("The person was signed out after the token was issued.")
            ));
        }
        let asked = asked(&claims, &snapshot, &client);
        Ok(Ok(Caller::delegated(&subject, asked.into_iter())))
    }
}

/// The permissions that a token says and that its application may ask for.
fn asked(claims: &AccessToken, snapshot: &Snapshot, client: &ClientId) -> Vec<&'static Permission> {
    let declared = snapshot.permissions_of(client);
    let scopes: Vec<&str> = claims.scp.iter().flat_map(|it| it.split(' ')).collect();
    let all = scopes.contains(&".default");
    declared.for_person().filter(|it| all || scopes.contains(&it.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELPDESK: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
    const AUTHENTICATION: &str = "c4e39bd9-1100-46d3-8c65-fb160da0071f";

    fn holder(roles: &[&str]) -> Caller {
        let roles: BTreeSet<RoleId> = roles.iter().map(|role| RoleId::new(role)).collect();
        let rights = of_roles(&roles);
        Caller { identity: Identity::Person { id: String::from("me"), roles }, rights }
    }

    fn roles(of: &[&str]) -> BTreeSet<RoleId> {
        of.iter().map(|role| RoleId::new(role)).collect()
    }

    #[test]
    fn who_may_change_whose_methods() {
        // Columns: themselves, somebody without a role, an administrator.
        for (role, expected) in [
            (role::GLOBAL_ADMINISTRATOR, [false, true, true]),
            (role::PRIVILEGED_AUTHENTICATION_ADMINISTRATOR, [false, true, true]),
            (AUTHENTICATION, [false, true, false]),
            (HELPDESK, [false, false, false]),
        ] {
            let caller = holder(&[role]);
            let may = |person: &str, of: &[&str]| {
                caller.may_to(Right::WriteMethods, person, &roles(of)).is_ok()
            };
            let found = [may("me", &[role]), may("kim", &[]), may("lee", &[HELPDESK])];
            assert_eq!(found, expected, "{role}");
        }
    }

    #[test]
    fn a_user_administrator_changes_nobody_with_a_role() {
        let caller = holder(&["fe930be7-5e62-47db-91af-98c3a49a38b1"]);
        assert!(caller.may_to(Right::WriteUsers, "kim", &roles(&[])).is_ok());
        let denied = caller.may_to(Right::WriteUsers, "lee", &roles(&[HELPDESK])).unwrap_err();
        assert!(denied.to_string().contains("Global Administrator"), "{denied}");
    }

    #[test]
    fn whoever_may_not_is_told_who_may() {
        let denied = holder(&[HELPDESK]).may(Right::WriteRoles).unwrap_err();
        assert_eq!(
            denied.to_string(),
            "you may not assign roles; the roles Global Administrator and Privileged Role \
             Administrator may"
        );
    }
}
