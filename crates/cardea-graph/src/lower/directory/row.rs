//! What the rows of tables say, taken down as what objects say is.

use super::claims::{Claims, GroupClaim, GuestClaim, Owners, PersonClaim, Reference};
use super::claims::{NOTHING, RegistrationClaim, Run, Sort, Traits};
use super::object::has_guest_name;
use crate::source::Span;
use crate::table::{BadLine, GroupRow, PersonRow, values};
use cardea_tenant::directory::{Members, RoleAssignable};

impl Claims {
    /// From now on rows say who is in which group; the column that says so stands here.
    pub(crate) fn begin_memberships(&mut self, column: Span) {
        self.said().tables.push(column);
    }

    /// Takes down what a row says of a person.
    pub(crate) fn person_row(&mut self, row: &PersonRow<'_>) {
        let id = self.id(&row.id);
        let is_principal = !row.principal_name.is_empty();
        let name = if is_principal { &row.principal_name } else { &row.display_name };
        let name = self.name(id, name);
        let other_name = self.other_name(name, &row.display_name);
        let traits = Traits::DESCRIBED
            .with_if(Traits::PRINCIPAL, is_principal)
            .with_if(Traits::ENABLED, row.is_enabled == Some(true))
            .with_if(Traits::DISABLED, row.is_enabled == Some(false))
            .with_if(Traits::GUEST, row.user_type.eq_ignore_ascii_case("guest"))
            .with_if(Traits::EXTERNAL, has_guest_name(&row.principal_name));
        self.said().people.push(PersonClaim { id, name, other_name, traits });
        if let Some(kind) = row.guest {
            let tenant = self.text(&row.home_tenant);
            self.said().guests.push(GuestClaim { who: id, kind, tenant });
        }
        if let Some(methods) = row.methods {
            let traits = Traits::IDENTIFIED;
            let claim =
                RegistrationClaim { who: id, name: NOTHING, other_name: NOTHING, methods, traits };
            self.said().registrations.push(claim);
        }
        self.roles_of(Reference::new(Sort::Person, id), &row.roles);
        let mut groups = self.take_scratch();
        groups.extend(values(&row.groups).map(|group| self.row_reference(group)));
        self.memberships(Run::OfPerson(id), &groups);
        self.give_scratch(groups);
    }

    /// Takes down what a row says of a group.
    ///
    /// # Errors
    /// Another group has the same key.
    pub(crate) fn group_row(&mut self, row: &GroupRow<'_>) -> Result<(), BadLine> {
        let id = self.id(&row.id);
        let claim = GroupClaim {
            id,
            name: self.name(id, &row.display_name),
            members: Members::Unknown,
            role_assignable: if row.is_role_assignable {
                RoleAssignable::Yes
            } else {
                RoleAssignable::No
            },
            owners: row.owners.as_ref().map_or(Owners::NotListed, |_| Owners::Listed),
        };
        self.said().groups.push(claim);
        self.said().listed.push(Reference::new(Sort::Group, id));
        for owner in row.owners.as_deref().into_iter().flat_map(values) {
            let owner = self.id(owner);
            self.said().owners.push((id, owner));
        }
        for parent in values(&row.member_of) {
            let parent = self.reference(Sort::Row, parent, "");
            self.said().parents.push((id, parent));
        }
        self.roles_of(Reference::new(Sort::Group, id), &row.roles);
        if row.key.is_empty() {
            return Ok(());
        }
        let key = self.id(&row.key);
        match self.set_key(key, id) {
            None => Ok(()),
            Some(other) => {
                let other = self.written(other);
                let message = format!("`{}` is already the key of the group `{other}`", row.key);
                let help = Some("give every group a key of its own");
                Err(BadLine { at: row.key_at.clone(), message, help })
            }
        }
    }

    fn roles_of(&mut self, of: Reference, roles: &str) {
        for role in values(roles) {
            let role = self.text(role);
            self.said().roles.push((of, role));
        }
    }
}
