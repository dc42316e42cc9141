//! The tenant as every request reads it: all that decides sign-ins, at one revision.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use cardea_graph::export::{Export, Reader};
use cardea_graph::lower::{Lowered, lower};
use cardea_oidc::client::{Client, ClientId};
use cardea_oidc::discovery;
use cardea_oidc::keys::KeySet;
use cardea_policy::id::RoleId;
use cardea_policy::index::Index;
use cardea_policy::policy::State;
use cardea_policy::satisfy::Strengths;
use cardea_store as store;
use cardea_store::MemberKind;
use cardea_tenant::assumption::Assumptions;
use cardea_tenant::directory::PersonIndex;
use cardea_tenant::journey::channel::{Channel, Leg};
use cardea_tenant::journey::gate::Book;
use cardea_tenant::journey::means::Means;
use cardea_tenant::tenant::Tenant;
use serde_json::Value;

use crate::client::{self, Declared, Unusable};
use crate::countries::Countries;
use crate::export::path;
use crate::failure::Failure;
use crate::gate::POLICY;
use crate::import::GROUP;
use crate::json::{self, Field, Spacing};
use crate::keys;

/// People read from the database at once.
const PAGE: u32 = 1000;

/// The tenant at one revision. Made once, read by everybody, never changed.
#[derive(Debug)]
pub struct Snapshot {
    /// The revision of the database that this is of.
    pub revision: u64,
    /// What the tenant is called and where it is.
    pub row: store::Tenant,
    /// The tenant in the protocol's terms.
    pub issuer: discovery::Tenant,
    /// The tenant in the rulebook's terms.
    pub lowered: Lowered,
    /// The rules, compiled.
    pub book: Book,
    /// The clients. Their secrets are not here: those are asked for when they are needed.
    pub clients: BTreeMap<ClientId, Client>,
    /// What of the applications could not be used.
    pub unusable: Vec<Unusable>,
    /// The requests of registering, by channel.
    pub channels: Channels,
    /// Where addresses are.
    pub countries: Countries,
    /// The keys that sign tokens.
    pub keys: KeySet,
    people: HashMap<Arc<str>, PersonIndex>,
    permissions: BTreeMap<ClientId, Declared>,
    assigned: BTreeMap<String, BTreeSet<RoleId>>,
}

/// The requests that the ways of registering make.
#[derive(Clone, Debug)]
pub struct Channels {
    /// Of the wizard.
    pub wizard: Vec<Leg>,
    /// Of Security info.
    pub security_info: Vec<Leg>,
    /// Of Authenticator on a phone.
    pub authenticator: Vec<Leg>,
}

impl Snapshot {
    /// Reads the tenant.
    ///
    /// # Errors
    /// The database failed, or holds no tenant.
    pub async fn read(store: &mut store::Snapshot, countries: Countries) -> Result<Self, Failure> {
        let objects = store.all_objects().await?;
        Self::of(store, objects, countries).await
    }

    /// The tenant as it would be if every policy in report-only mode were on.
    ///
    /// # Errors
    /// The database failed, or holds no tenant.
    pub(crate) async fn rehearsed(
        store: &mut store::Snapshot,
        countries: Countries,
    ) -> Result<Self, Failure> {
        let mut objects = store.all_objects().await?;
        let on = json::quoted(State::Enabled.name());
        for object in objects.iter_mut().filter(|object| object.kind == POLICY) {
            let policy: Value = serde_json::from_str(&object.json).unwrap_or_default();
            if policy.get("state").and_then(Value::as_str) == Some(State::ReportOnly.name()) {
                let fields = [Field::With("state", &on)];
                object.json = json::rewritten(&object.json, &fields, Spacing::Compact)?;
            }
        }
        Self::of(store, objects, countries).await
    }

    async fn of(
        store: &mut store::Snapshot,
        objects: Vec<store::Object>,
        countries: Countries,
    ) -> Result<Self, Failure> {
        let revision = store.revision().await?;
        let row = store.tenant().await?.ok_or(Failure::NoTenant)?;
        let applications = objects.iter().filter(|object| object.kind == "application");
        let (clients, unusable) = client::clients(applications.map(|object| object.json.as_str()));
        let (permissions, assigned) = (permissions(&objects), assigned(&objects));
        let lowered = lower(export(store, objects, Spacing::Compact).await?);
        let keys = keys::load(store).await?;
        let tenant = &lowered.tenant;
        let assumptions = Assumptions::default();
        let legs = |channel: Channel| channel.legs(tenant, &assumptions);
        let channels = Channels {
            wizard: legs(Channel::Wizard),
            security_info: legs(Channel::SecurityInfo),
            authenticator: legs(Channel::Authenticator),
        };
        let directory = &tenant.directory;
        let people = directory.people().map(|person| (Arc::from(directory.id(person)), person));
        Ok(Self {
            revision,
            issuer: discovery::Tenant::new(&row.public_url, &row.id),
            book: book(tenant, assumptions),
            people: people.collect(),
            permissions,
            assigned,
            channels,
            countries,
            row,
            keys,
            lowered,
            clients,
            unusable,
        })
    }

    /// The tenant in the rulebook's terms.
    pub fn tenant(&self) -> &Tenant {
        &self.lowered.tenant
    }

    /// The permissions of Graph that an application was registered with.
    pub fn permissions_of(&self, client: &ClientId) -> &Declared {
        self.permissions.get(client).unwrap_or(&NOTHING)
    }

    /// The roles that are assigned to somebody or something directly, enabled or not.
    pub fn roles_assigned_to(&self, principal: &str) -> BTreeSet<RoleId> {
        self.assigned.get(&principal.to_ascii_lowercase()).cloned().unwrap_or_default()
    }

    /// Whom a role is assigned to directly, people and groups, by object id in small letters.
    pub fn holders_of(&self, role: &str) -> impl Iterator<Item = &str> {
        let role = RoleId::new(role);
        let holders = self.assigned.iter().filter(move |(_, roles)| roles.contains(&role));
        holders.map(|(principal, _)| principal.as_str())
    }

    /// Where a person stands in the directory. Whose account is disabled stands nowhere.
    pub fn person(&self, id: &str) -> Option<PersonIndex> {
        self.people.get(id).copied()
    }
}

/// What an application may ask for that is not registered.
static NOTHING: Declared = Declared::NONE;

/// The permissions that applications were registered with.
fn permissions(objects: &[store::Object]) -> BTreeMap<ClientId, Declared> {
    let applications = objects.iter().filter(|object| object.kind == "application");
    let declared = applications.filter_map(|object| {
        let json: Value = serde_json::from_str(&object.json).ok()?;
        let id = ClientId::parse(json.get("appId")?.as_str()?)?;
        Some((id, Declared::of(&object.json)))
    });
    declared.collect()
}

/// Roles by whom they are assigned to directly, as both of Graph's ways of saying it tell.
pub(crate) fn assigned(objects: &[store::Object]) -> BTreeMap<String, BTreeSet<RoleId>> {
    let mut assigned: BTreeMap<String, BTreeSet<RoleId>> = BTreeMap::new();
    let mut assign = |principal: Option<&Value>, role: Option<&Value>| {
        if let (Some(Value::String(principal)), Some(Value::String(role))) = (principal, role) {
            let roles = assigned.entry(principal.to_ascii_lowercase()).or_default();
            roles.insert(RoleId::new(role));
        }
    };
    for object in objects {
        let json: Value = serde_json::from_str(&object.json).unwrap_or_default();
        match object.kind.as_str() {
            "unifiedRoleAssignment" => {
                assign(json.get("principalId"), json.get("roleDefinitionId"));
            }
            "directoryRole" => {
                let members = json.get("members").and_then(Value::as_array).into_iter().flatten();
                members.for_each(|member| assign(member.get("id"), json.get("roleTemplateId")));
            }
            _ => {}
        }
    }
    assigned
}

/// The rules of a running tenant: every model of passkey that a rule names is told apart.
fn book(tenant: &Tenant, assumptions: Assumptions) -> Book {
    Book {
        index: Index::new(tenant.policies.clone(), tenant.settings.clone()),
        strengths: Strengths::new(tenant.strengths.clone()),
        means: Means::of_running(tenant),
        assumptions,
    }
}

/// The rows as an export, whose files stand where [`crate::export`] puts them.
///
/// # Errors
/// The database failed, or an object in it is no JSON.
pub(crate) async fn export(
    store: &mut store::Snapshot,
    objects: Vec<store::Object>,
    spacing: Spacing,
) -> Result<Export, Failure> {
    Ok(reader(store, objects, spacing).await?.finish())
}

/// The same, for more files to be added.
///
/// # Errors
/// Those of [`export`].
pub(crate) async fn reader(
    store: &mut store::Snapshot,
    objects: Vec<store::Object>,
    spacing: Spacing,
) -> Result<Reader, Failure> {
    let mut reader = Reader::default();
    for object in objects.into_iter().filter(|object| object.kind != GROUP) {
        let path = path(&object);
        let text = match spacing {
            Spacing::Compact => object.json,
            Spacing::Indented => json::rewritten(&object.json, &[], spacing)?,
        };
        reader.add(path, text.into_bytes());
    }
    add_people(store, &mut reader).await?;
    add_groups(store, &mut reader).await?;
    Ok(reader)
}

async fn add_people(store: &mut store::Snapshot, reader: &mut Reader) -> Result<(), Failure> {
    let mut after = String::new();
    loop {
        let people = store.people(&after, PAGE).await?;
        let Some(last) = people.last() else { return Ok(()) };
        after.clone_from(&last.id);
        let list: Vec<&str> = people.iter().map(|person| person.json.as_str()).collect();
        reader.add(format!("user/to-{after}.json"), format!("[{}]", list.join(",")).into_bytes());
    }
}

/// Groups, with the members that the table of memberships has.
async fn add_groups(store: &mut store::Snapshot, reader: &mut Reader) -> Result<(), Failure> {
    let mut members: BTreeMap<String, String> = BTreeMap::new();
    for membership in store.memberships().await? {
        let kind = match membership.kind {
            MemberKind::Person => "user",
            MemberKind::Group => "group",
            MemberKind::Other => continue,
        };
        let list = members.entry(membership.group).or_default();
        let separator = if list.is_empty() { "" } else { "," };
        let id = Value::from(membership.member);
        // Writing to a string cannot fail.
        let _ =
            write!(list, "{separator}{{\"@odata.type\":\"#microsoft.graph.{kind}\",\"id\":{id}}}");
    }
    for group in store.objects(GROUP).await? {
        let list = members.remove(&group.id).unwrap_or_default();
        let text = with_members(&group.json, &list)
            .map_err(Failure::unreadable("a group in the database"))?;
        reader.add(path(&group), text.into_bytes());
    }
    Ok(())
}

/// A group object whose `members` are exactly these.
fn with_members(json: &str, members: &str) -> Result<String, serde_json::Error> {
    let mut object: serde_json::Map<String, Value> = serde_json::from_str(json)?;
    object.insert(String::from("members"), serde_json::from_str(&format!("[{members}]"))?);
    serde_json::to_string(&object)
}
