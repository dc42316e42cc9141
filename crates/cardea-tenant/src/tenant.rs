//! A whole tenant.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use cardea_policy::conditions::target::Resource;
use cardea_policy::filter::AppAttributes;
use cardea_policy::id::{AppId, StrengthId};
use cardea_policy::place::StrengthIndex;
use cardea_policy::policy::{Policy, Settings};
use cardea_policy::strength::{Origin, Strength};

use crate::directory::Directory;
use crate::location::NamedLocation;
use crate::methods::MethodsPolicy;

/// Everything that the rules of sign-in and registration look at.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Conditional Access policies of every state.
    pub policies: Vec<Policy>,
    /// Authentication strengths; the three built-in ones come first.
    pub strengths: Vec<Strength>,
    /// Named locations.
    pub locations: Vec<NamedLocation>,
    /// The authentication methods policy, if the input has it.
    pub methods: Option<MethodsPolicy>,
    /// People and groups; empty where the input has none.
    pub directory: Directory,
    /// Applications with a service principal in the input.
    pub apps: Vec<App>,
    /// What is believed of guests' home tenants, if the input says so.
    pub inbound_trust: Option<InboundTrust>,
    /// Settings that change what policies mean.
    pub settings: Settings,
    /// Whether joining a device asks for multifactor authentication by itself.
    pub device_registration: DeviceRegistration,
}

impl Default for Tenant {
    fn default() -> Self {
        Self {
            policies: Vec::new(),
            strengths: Vec::from(Strength::built_in()),
            locations: Vec::new(),
            methods: None,
            directory: Directory::default(),
            apps: Vec::new(),
            inbound_trust: None,
            settings: Settings::default(),
            device_registration: DeviceRegistration::default(),
        }
    }
}

/// An application with a service principal in the tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its appId.
    pub id: AppId,
    /// Its display name.
    pub name: String,
    /// Custom security attributes of its service principal.
    pub attributes: AppAttributes,
}

/// What claims of guests' home tenants are believed (inbound trust of cross-tenant access).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct InboundTrust {
    /// Whether multifactor authentication done at home counts.
    pub mfa: Belief,
    /// Whether compliance of devices at home counts.
    pub compliant_device: Belief,
    /// Whether hybrid join at home counts.
    pub hybrid_joined_device: Belief,
}

/// Whether a claim of another tenant is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Belief {
    /// It is.
    Accepted,
    /// It is not (the default).
    #[default]
    Refused,
}

/// The tenant's own switch "require multifactor authentication to register or join devices".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DeviceRegistration {
    /// The input does not say.
    #[default]
    Unknown,
    /// Off, as policies on the user action need it.
    MfaNotRequired,
    /// On.
    MfaRequired,
}

impl Tenant {
    /// The strength with this id; one that the input does not define is added as unknown.
    pub fn strength_or_unknown(&mut self, id: &StrengthId, name: &str) -> StrengthIndex {
        if let Some(at) = self.strengths.iter().position(|strength| strength.id == *id) {
            return StrengthIndex::at(at);
        }
        self.strengths.push(Strength {
            id: id.clone(),
            name: String::from(name),
            origin: Origin::Unknown,
            combinations: Vec::new(),
        });
        StrengthIndex::at(self.strengths.len() - 1)
    }

    /// The app as a resource, with the attributes of its service principal.
    pub fn resource(&self, id: &AppId) -> Resource {
        let mut resource = Resource::new(id.clone());
        if let Some(app) = self.apps.iter().find(|app| app.id == *id) {
            resource.attributes = app.attributes.clone();
        }
        resource
    }

    /// Display names of apps by id.
    pub fn app_names(&self) -> BTreeMap<&AppId, &str> {
        self.apps.iter().map(|app| (&app.id, app.name.as_str())).collect()
    }
}
