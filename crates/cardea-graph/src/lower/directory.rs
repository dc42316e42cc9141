//! People, groups and roles.

mod fields;
mod members;

use super::Lowering;
use super::ledger::{Fields, Leftovers};
use super::names::{display_name, text};
use crate::document::Value;
use crate::recognise::ObjectKind;
use cardea_policy::conditions::principal::{Guest, GuestKind};
use cardea_policy::id::{GroupId, RoleId, UserId};
use cardea_policy::place::Field;
use cardea_tenant::directory::{
    Group, GroupIndex, Members, PersonRecord, Registered, RoleAssignable,
};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody of the input, before memberships are known.
#[derive(Default)]
struct Draft {
    name: String,
    groups: BTreeSet<GroupId>,
    roles: BTreeSet<RoleId>,
    guest: Option<Guest>,
    registered: Option<Registered>,
    account: Account,
}

/// Whether somebody can sign in at all.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Account {
    #[default]
    Enabled,
    Disabled,
}

/// People and groups in the making.
#[derive(Default)]
struct Drafts {
    people: BTreeMap<UserId, Draft>,
    groups: BTreeMap<GroupId, GroupDraft>,
}

#[derive(Default)]
struct GroupDraft {
    name: String,
    parents: BTreeSet<GroupId>,
    owners: Option<Vec<UserId>>,
    role_assignable: RoleAssignable,
    roles: BTreeSet<RoleId>,
    members: Members,
}

impl Lowering<'_> {
    /// Lowers groups, people and roles, and returns how many accounts are disabled.
    pub(super) fn directory(&mut self) -> usize {
        let mut drafts = Drafts::default();
        for (id, name) in self.names.groups.iter() {
            name.clone_into(&mut drafts.groups.entry(id.clone()).or_default().name);
        }
        for (_, value) in self.objects(ObjectKind::User) {
            self.user(value, &mut drafts);
        }
        for (_, value) in self.objects(ObjectKind::RegistrationDetails) {
            self.registration(value, &mut drafts);
        }
        for (_, value) in self.objects(ObjectKind::Group) {
            self.group(value, &mut drafts);
        }
        for (_, value) in self.objects(ObjectKind::Role) {
            self.role(value, &mut drafts);
        }
        for (_, value) in self.objects(ObjectKind::RoleAssignment) {
            self.assignment(value, &mut drafts);
        }
        self.ledger.doubted.clear();
        self.fill_directory(drafts)
    }

    fn read<'a, T>(&mut self, value: Value<'a>, read: impl FnOnce(&mut Fields<'a, '_>) -> T) -> T {
        self.ledger.object(value, Field::Whole, Leftovers::AreRemarks, read)
    }

    fn user(&mut self, value: Value<'_>, drafts: &mut Drafts) {
        let name = text(value, "userPrincipalName").unwrap_or_else(|| display_name(value));
        let id = UserId::new(&text(value, "id").unwrap_or_else(|| name.clone()));
        let memberships = self.read(value, |fields| {
            fields.ignore(fields::USER);
            for read in ["id", "userPrincipalName", "displayName", "userType", "creationType"] {
                fields.text(read);
            }
            fields.ignore(&["externalUserState", "identities"]);
            let is_enabled = fields.flag("accountEnabled").unwrap_or(true);
            let memberships = members::references(fields, &["memberOf", "transitiveMemberOf"]);
            (is_enabled, memberships.unwrap_or_default())
        });
        let draft = drafts.people.entry(id).or_default();
        let (is_enabled, memberships) = memberships;
        draft.name = name;
        draft.guest = guest(value);
        draft.account = if is_enabled { Account::Enabled } else { Account::Disabled };
        for of in memberships {
            match of.role_template {
                Some(template) => drop(draft.roles.insert(self.names.roles.resolve(&template))),
                None => drop(draft.groups.insert(self.names.groups.resolve(&of.id))),
            }
        }
    }

    fn registration(&mut self, value: Value<'_>, drafts: &mut Drafts) {
        let name = text(value, "userPrincipalName").unwrap_or_else(|| display_name(value));
        let id = self.names.users.resolve(&text(value, "id").unwrap_or_else(|| name.clone()));
        let (registered, is_guest) = self.read(value, |fields| {
            for read in ["id", "userPrincipalName", "userDisplayName"] {
                fields.text(read);
            }
            fields.ignore(fields::REGISTRATION);
            let is_guest =
                fields.text("userType").is_some_and(|kind| kind.text.eq_ignore_ascii_case("guest"));
            (members::registered(fields), is_guest)
        });
        let draft = drafts.people.entry(id).or_default();
        if draft.name.is_empty() {
            draft.name = name;
            draft.guest =
                is_guest.then_some(Guest { kind: GuestKind::B2bCollaborationGuest, tenant: None });
        }
        draft.registered = Some(registered);
    }

    fn group(&mut self, value: Value<'_>, drafts: &mut Drafts) {
        let name = display_name(value);
        let id = GroupId::new(&text(value, "id").unwrap_or_else(|| name.clone()));
        let (members, owners, parents, role_assignable) = self.read(value, |fields| {
            fields.ignore(fields::GROUP);
            fields.text("id");
            fields.text("displayName");
            let members = members::references(fields, &["members", "transitiveMembers"]);
            let owners = members::references(fields, &["owners"]);
            let parents = members::references(fields, &["memberOf", "transitiveMemberOf"]);
            let role_assignable = fields.flag("isAssignableToRole").unwrap_or(false);
            (members, owners, parents.unwrap_or_default(), role_assignable)
        });
        let is_whole = !members::has_more(value, "members");
        let draft = drafts.groups.entry(id.clone()).or_default();
        draft.name = name;
        draft.role_assignable =
            if role_assignable { RoleAssignable::Yes } else { RoleAssignable::No };
        draft.members =
            if members.is_some() && is_whole { Members::Known } else { Members::Unknown };
        for parent in parents {
            match parent.role_template {
                Some(template) => drop(draft.roles.insert(self.names.roles.resolve(&template))),
                None => drop(draft.parents.insert(self.names.groups.resolve(&parent.id))),
            }
        }
        draft.owners = owners
            .map(|owners| owners.iter().map(|owner| self.names.users.resolve(&owner.id)).collect());
        for member in members.unwrap_or_default() {
            match self.principal(&member) {
                Principal::Group(group) => {
                    drafts.groups.entry(group).or_default().parents.insert(id.clone());
                }
                Principal::Person(person) => {
                    let draft = drafts.people.entry(person).or_default();
                    draft.groups.insert(id.clone());
                    draft.call(&member.name);
                }
                Principal::Neither => {}
            }
        }
    }

    fn role(&mut self, value: Value<'_>, drafts: &mut Drafts) {
        let role = RoleId::new(&text(value, "roleTemplateId").unwrap_or_default());
        let members = self.read(value, |fields| {
            fields.ignore(&[
                "id",
                "displayName",
                "description",
                "roleTemplateId",
                "deletedDateTime",
            ]);
            members::references(fields, &["members"])
        });
        for member in members.unwrap_or_default() {
            self.assign(&member, &role, drafts);
        }
    }

    fn assignment(&mut self, value: Value<'_>, drafts: &mut Drafts) {
        let (role, principal, scope) = self.read(value, |fields| {
            fields.ignore(&["id", "principalOrganizationId", "roleDefinition", "directoryScope"]);
            fields.ignore(&["principal", "appScope", "appScopeId", "condition", "resourceScope"]);
            let role = fields.text("roleDefinitionId").map(|item| item.text.into_owned());
            let principal = fields.text("principalId").map(|item| item.text.into_owned());
            let scope = fields.text("directoryScopeId").map(|item| item.text.into_owned());
            (role, principal, scope)
        });
        // Entra: only assignments at the scope of the directory count for Conditional Access.
        let (Some(role), Some(principal)) = (role, principal) else { return };
        if scope.is_some_and(|scope| scope != "/") {
            return;
        }
        let mut member = members::Reference { id: principal, ..members::Reference::default() };
        if let Some(expanded) = value.get("principal") {
            member = members::Reference { id: member.id, ..members::reference_of(expanded) };
        }
        let role = self.names.roles.resolve(&role);
        self.assign(&member, &role, drafts);
    }

    fn assign(&self, member: &members::Reference, role: &RoleId, drafts: &mut Drafts) {
        match self.principal(member) {
            Principal::Group(group) => {
                drafts.groups.entry(group).or_default().roles.insert(role.clone());
            }
            Principal::Person(person) => {
                let draft = drafts.people.entry(person).or_default();
                draft.roles.insert(role.clone());
                draft.call(&member.name);
            }
            Principal::Neither => {}
        }
    }

    /// What a member is: its type where the input says it, else what its id belongs to. Somebody
    /// whom nothing describes is taken for a person.
    fn principal(&self, member: &members::Reference) -> Principal {
        let group = self.names.groups.resolve(&member.id);
        match member.kind.as_deref() {
            Some("group") => Principal::Group(group),
            Some("user") => Principal::Person(self.names.users.resolve(&member.id)),
            Some(_) => Principal::Neither,
            None if self.names.groups.defines(&group) => Principal::Group(group),
            None if self.names.service_principals.defines(&member.id.as_str().into()) => {
                Principal::Neither
            }
            None => Principal::Person(self.names.users.resolve(&member.id)),
        }
    }

    fn fill_directory(&mut self, drafts: Drafts) -> usize {
        let Drafts { people, groups } = drafts;
        let indices: BTreeMap<GroupId, GroupIndex> =
            groups.keys().zip(0_u32..).map(|(id, at)| (id.clone(), GroupIndex(at))).collect();
        let indices_of = |ids: &BTreeSet<GroupId>| -> Vec<GroupIndex> {
            ids.iter().filter_map(|id| indices.get(id).copied()).collect()
        };
        let directory = &mut self.tenant.directory;
        for (id, draft) in groups {
            directory.groups.push(Group {
                id,
                name: draft.name,
                parents: indices_of(&draft.parents),
                owners: draft.owners,
                role_assignable: draft.role_assignable,
                roles: draft.roles,
                members: draft.members,
            });
        }
        let mut disabled = 0;
        for (id, draft) in people {
            if draft.account == Account::Disabled {
                disabled += 1;
                continue;
            }
            directory.add_person(PersonRecord {
                id: id.as_str(),
                name: &draft.name,
                groups: &indices_of(&draft.groups),
                roles: draft.roles,
                guest: draft.guest,
                registered: draft.registered,
            });
        }
        disabled
    }
}

enum Principal {
    Person(UserId),
    Group(GroupId),
    /// A device or a service principal, which no user condition sees.
    Neither,
}

impl Draft {
    /// Gives somebody a name who has none.
    fn call(&mut self, name: &str) {
        if self.name.is_empty() {
            name.clone_into(&mut self.name);
        }
    }
}

/// Entra's kinds of guests, by user type and by where the credentials are.
fn guest(user: Value<'_>) -> Option<Guest> {
    let kind = text(user, "userType").unwrap_or_default();
    let is_external = text(user, "externalUserState").is_some()
        || text(user, "creationType").is_some_and(|kind| kind == "Invitation")
        || text(user, "userPrincipalName").is_some_and(|name| name.contains("#EXT#"));
    let kind = match (kind.eq_ignore_ascii_case("guest"), is_external) {
        (true, true) => GuestKind::B2bCollaborationGuest,
        (true, false) => GuestKind::InternalGuest,
        (false, true) => GuestKind::B2bCollaborationMember,
        (false, false) => return None,
    };
    Some(Guest { kind, tenant: None })
}
