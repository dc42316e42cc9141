//! What single users, groups, roles and reports of methods say.

use super::claims::{Claims, GroupClaim, Owners, PersonClaim, Reference, RegistrationClaim, Run};
use super::claims::{Sort, Traits};
use super::{fields, members};
use crate::document::Value;
use crate::lower::ledger::{Fields, Ledger, Leftovers};
use crate::lower::names::{display_name, text};
use crate::recognise::ObjectKind;
use cardea_policy::place::Field;
use cardea_tenant::directory::{Members, RoleAssignable};

/// Takes down what an object says of people, groups and roles. Objects of other kinds say nothing.
pub(crate) fn claim(kind: ObjectKind, value: Value<'_>, claims: &mut Claims, ledger: &mut Ledger) {
    let mut taking = Taking { claims, ledger };
    match kind {
        ObjectKind::User => taking.user(value),
        ObjectKind::RegistrationDetails => taking.registration(value),
        ObjectKind::Group => taking.group(value),
        ObjectKind::Role => taking.role(value),
        ObjectKind::RoleAssignment => taking.assignment(value),
        ObjectKind::Policy
        | ObjectKind::IpLocation
        | ObjectKind::CountryLocation
        | ObjectKind::CompliantNetwork
        | ObjectKind::Strength
        | ObjectKind::ServicePrincipal
        | ObjectKind::Application
        | ObjectKind::MethodsPolicy
        | ObjectKind::MethodConfiguration
        | ObjectKind::RegisteredMethod
        | ObjectKind::Device
        | ObjectKind::RoleDefinition
        | ObjectKind::TermsOfUse
        | ObjectKind::AuthenticationContext
        | ObjectKind::MigrationTable
        | ObjectKind::CrossTenantAccess
        | ObjectKind::DeviceRegistration => {}
    }
}

/// Takes down statements.
struct Taking<'t> {
    claims: &'t mut Claims,
    ledger: &'t mut Ledger,
}

impl Taking<'_> {
    /// Reads the fields of an object. What is not asked for is a remark.
    fn read<'a, T>(
        &mut self,
        value: Value<'a>,
        read: impl FnOnce(&mut Fields<'a, '_>, &mut Claims) -> T,
    ) -> T {
        let claims = &mut *self.claims;
        self.ledger
            .object(value, Field::Whole, Leftovers::AreRemarks, |fields| read(fields, claims))
    }

    fn user(&mut self, value: Value<'_>) {
        let principal = text(value, "userPrincipalName");
        let display = display_name(value);
        let name = principal.as_deref().unwrap_or(&display);
        let id = self.claims.id(text(value, "id").as_deref().unwrap_or(name));
        let (account, groups) = self.read(value, |fields, claims| {
            fields.ignore(fields::USER);
            for read in ["id", "userPrincipalName", "displayName", "userType", "creationType"] {
                fields.text(read);
            }
            fields.ignore(&["externalUserState", "identities"]);
            let account = match fields.flag("accountEnabled") {
                None => Traits::default(),
                Some(true) => Traits::ENABLED,
                Some(false) => Traits::DISABLED,
            };
            let mut groups = Vec::new();
            members::references(fields, &["memberOf", "transitiveMemberOf"], |of| {
                if let Some(role) = of.role_template {
                    let role = claims.text(&role);
                    claims.said().roles.push((Reference::new(Sort::Person, id), role));
                } else {
                    groups.push(claims.reference(Sort::Group, &of.id, &of.name));
                }
            });
            (account, groups)
        });
        let is_guest =
            text(value, "userType").is_some_and(|kind| kind.eq_ignore_ascii_case("guest"));
        let traits = Traits::DESCRIBED
            .with(account)
            .with_if(Traits::PRINCIPAL, principal.is_some())
            .with_if(Traits::GUEST, is_guest)
            .with_if(Traits::EXTERNAL, is_external(value));
        let name = self.claims.name(id, name);
        let other_name = self.claims.other_name(name, &display);
        self.claims.said().people.push(PersonClaim { id, name, other_name, traits });
        self.claims.memberships(Run::OfPerson(id), &groups);
    }

    fn registration(&mut self, value: Value<'_>) {
        let principal = text(value, "userPrincipalName");
        let display = display_name(value);
        let name = principal.as_deref().unwrap_or(&display);
        let id = text(value, "id");
        let (methods, is_guest) = self.read(value, |fields, _| {
            for read in ["id", "userPrincipalName", "userDisplayName"] {
                fields.text(read);
            }
            fields.ignore(fields::REGISTRATION);
            let is_guest =
                fields.text("userType").is_some_and(|kind| kind.text.eq_ignore_ascii_case("guest"));
            (members::registered(fields), is_guest)
        });
        let traits = Traits::default()
            .with_if(Traits::IDENTIFIED, id.is_some())
            .with_if(Traits::PRINCIPAL, principal.is_some())
            .with_if(Traits::GUEST, is_guest)
            .with_if(Traits::EXTERNAL, is_guest);
        let who = self.claims.id(id.as_deref().unwrap_or(name));
        let name = self.claims.name(who, name);
        let other_name = self.claims.other_name(name, &display);
        let claim = RegistrationClaim { who, name, other_name, methods, traits };
        self.claims.said().registrations.push(claim);
    }

    fn group(&mut self, value: Value<'_>) {
        const MEMBERS: [&str; 2] = ["members", "transitiveMembers"];
        let name = display_name(value);
        let id = self.claims.id(text(value, "id").as_deref().unwrap_or(&name));
        let mut members = self.claims.take_scratch();
        let (listed, owners, role_assignable) = self.read(value, |fields, claims| {
            fields.ignore(fields::GROUP);
            fields.text("id");
            fields.text("displayName");
            let mut some = Vec::new();
            let listed = members::references(fields, &MEMBERS, |member| {
                if let Some(sort) = sort(&member) {
                    some.push((sort, member.id, member.name));
                }
                if some.len() == TOGETHER {
                    claims.references(&some, &mut members);
                    some.clear();
                }
            });
            claims.references(&some, &mut members);
            let owners = members::references(fields, &["owners"], |owner| {
                let owner = claims.reference(Sort::Person, &owner.id, "").text();
                claims.said().owners.push((id, owner));
            });
            members::references(fields, &["memberOf", "transitiveMemberOf"], |of| {
                if let Some(role) = of.role_template {
                    let role = claims.text(&role);
                    claims.said().roles.push((Reference::new(Sort::Group, id), role));
                } else {
                    let parent = claims.reference(Sort::Group, &of.id, &of.name);
                    claims.said().parents.push((id, parent));
                }
            });
            (listed, owners, fields.flag("isAssignableToRole").unwrap_or(false))
        });
        let is_whole = !MEMBERS.iter().any(|list| members::has_more(value, list));
        let claim = GroupClaim {
            id,
            name: self.claims.name(id, &name),
            members: if listed.is_some() && is_whole { Members::Known } else { Members::Unknown },
            role_assignable: if role_assignable { RoleAssignable::Yes } else { RoleAssignable::No },
            owners: owners.map_or(Owners::NotListed, |()| Owners::Listed),
        };
        self.claims.said().groups.push(claim);
        self.claims.memberships(Run::OfGroup(id), &members);
        self.claims.give_scratch(members);
    }

    fn role(&mut self, value: Value<'_>) {
        let template = text(value, "roleTemplateId").unwrap_or_default();
        let role = self.claims.text(&template);
        self.read(value, |fields, claims| {
            fields.ignore(&[
                "id",
                "displayName",
                "description",
                "roleTemplateId",
                "deletedDateTime",
            ]);
            members::references(fields, &["members"], |member| {
                let member = principal(&member, claims);
                claims.said().roles.extend(member.map(|member| (member, role)));
            });
        });
    }

    fn assignment(&mut self, value: Value<'_>) {
        let (role, principal_id, scope) = self.read(value, |fields, _| {
            fields.ignore(&["id", "principalOrganizationId", "roleDefinition", "directoryScope"]);
            fields.ignore(&["principal", "appScope", "appScopeId", "condition", "resourceScope"]);
            let role = fields.text("roleDefinitionId").map(|item| item.text);
            let principal = fields.text("principalId").map(|item| item.text);
            let scope = fields.text("directoryScopeId").map(|item| item.text);
            (role, principal, scope)
        });
        // Entra: only assignments at the scope of the directory count for Conditional Access.
        let (Some(role), Some(id)) = (role, principal_id) else { return };
        if scope.is_some_and(|scope| scope != "/") {
            return;
        }
        let expanded = value.get("principal").map(members::reference_of).unwrap_or_default();
        let member = principal(&members::Named { id, ..expanded }, self.claims);
        let role = self.claims.text(&role);
        self.claims.said().roles.extend(member.map(|member| (member, role)));
    }
}

/// How many members are looked up at a time.
const TOGETHER: usize = 256;

fn principal(member: &members::Named<'_>, claims: &mut Claims) -> Option<Reference> {
    Some(claims.reference(sort(member)?, &member.id, &member.name))
}

/// A member that can be a person or a group; devices and service principals, which no condition of
/// users sees, are neither.
fn sort(member: &members::Named<'_>) -> Option<Sort> {
    match member.kind {
        members::Kind::Group => Some(Sort::Group),
        members::Kind::User => Some(Sort::Person),
        members::Kind::Unknown => Some(Sort::Any),
        members::Kind::Other => None,
    }
}

/// Whether a user signs in elsewhere.
fn is_external(user: Value<'_>) -> bool {
    text(user, "externalUserState").is_some()
        || text(user, "creationType").is_some_and(|kind| kind == "Invitation")
        || text(user, "userPrincipalName").is_some_and(|name| has_guest_name(&name))
}

/// Whether a principal name is one that Entra makes for somebody from elsewhere.
pub(super) fn has_guest_name(principal_name: &str) -> bool {
    principal_name.contains("#EXT#")
}
