//! The authentication methods policy.

mod passkeys;

use super::Lowering;
use super::ledger::{Fields, Leftovers};
use super::names::Names;
use super::positions::entry_span;
use crate::document::Value;
use crate::recognise::ObjectKind;
use cardea_policy::id::PasskeyProfileId;
use cardea_policy::place::{Field, Object, Place};
use cardea_tenant::methods::{
    AfterSnoozes, AuthenticatorMode, Campaign, CampaignState, CampaignTarget, IncludeTarget,
    MethodConfiguration, MethodKind, MethodState, MethodsPolicy, Migration, PassSettings, PassUse,
    TargetId,
};

impl Lowering<'_> {
    /// Lowers the methods policy, and single configurations that were exported without it.
    pub(super) fn methods(&mut self) {
        for (_, value) in self.objects(ObjectKind::MethodsPolicy) {
            let mut policy = self.tenant.methods.take().unwrap_or_default();
            let names = &self.names;
            self.ledger.object(value, Field::MethodConfigurations, Leftovers::Matter, |fields| {
                read(fields, names, &mut policy);
            });
            self.tenant.methods = Some(policy);
            self.positions.note(Object::MethodsPolicy, value);
            let configurations = value.get("authenticationMethodConfigurations");
            for configuration in configurations.into_iter().flat_map(Value::items) {
                self.note_configuration(configuration);
            }
        }
        for (_, value) in self.objects(ObjectKind::MethodConfiguration) {
            let mut policy = self.tenant.methods.take().unwrap_or_default();
            let names = &self.names;
            self.ledger.object(value, Field::MethodConfigurations, Leftovers::Matter, |fields| {
                configuration(fields, names, &mut policy);
            });
            self.tenant.methods = Some(policy);
            self.note_configuration(value);
        }
        self.ledger.doubted.clear();
    }

    fn note_configuration(&mut self, value: Value<'_>) {
        let mut note = |field, span| {
            self.positions.insert(Place { object: Object::MethodsPolicy, field }, span);
        };
        match kind_of(value) {
            Some(MethodKind::Fido2) => {
                note(Field::Fido2, value.span());
                if let Some(profiles) = value.entry("passkeyProfiles") {
                    note(Field::PasskeyProfiles, entry_span(profiles));
                }
            }
            Some(MethodKind::TemporaryAccessPass) => note(Field::TemporaryAccessPass, value.span()),
            Some(_) | None => {}
        }
    }
}

fn read(fields: &mut Fields<'_, '_>, names: &Names, policy: &mut MethodsPolicy) {
    const MIGRATION: [(&str, Migration); 3] = [
        ("preMigration", Migration::NotComplete),
        ("migrationInProgress", Migration::NotComplete),
        ("migrationComplete", Migration::Complete),
    ];
    fields.ignore(&["id", "displayName", "description", "lastModifiedDateTime", "policyVersion"]);
    // Asking people to confirm what they have registered, and which method is offered first, keep
    // nobody from using another one.
    fields.ignore(&["reconfirmationInDays", "systemCredentialPreferences"]);
    fields.ignore(&["reportSuspiciousActivitySettings", "microsoftAuthenticatorPlatformSettings"]);
    policy.migration = fields.choice("policyMigrationState", &MIGRATION).unwrap_or_default();
    fields.objects("authenticationMethodConfigurations", |fields| {
        configuration(fields, names, policy);
    });
    let campaign =
        fields.object("registrationEnforcement", Field::RegistrationCampaign, |fields| {
            fields.object(
                "authenticationMethodsRegistrationCampaign",
                Field::RegistrationCampaign,
                |fields| campaign(fields, names),
            )
        });
    policy.campaign = campaign.flatten().or(policy.campaign.take());
}

/// The kind of method that a configuration is for; external ones have a GUID as id.
fn kind_of(value: Value<'_>) -> Option<MethodKind> {
    let id = value.get("id").and_then(Value::as_text).unwrap_or_default();
    let kind_name = value.get("@odata.type").and_then(Value::as_text).unwrap_or_default();
    let kind_name = kind_name.trim_start_matches("#microsoft.graph.");
    MethodKind::ALL.into_iter().find(|kind| {
        let by_type = kind_name
            .strip_suffix("AuthenticationMethodConfiguration")
            .is_some_and(|name| name.eq_ignore_ascii_case(kind.name()));
        by_type || id.eq_ignore_ascii_case(kind.name())
    })
}

fn configuration(fields: &mut Fields<'_, '_>, names: &Names, policy: &mut MethodsPolicy) {
    const STATES: [(&str, MethodState); 2] =
        [("enabled", MethodState::Enabled), ("disabled", MethodState::Disabled)];
    let id = fields.text("id");
    let state = fields.choice("state", &STATES).unwrap_or_default();
    let include = fields.objects("includeTargets", |fields| include_target(fields, names));
    let exclude = fields.objects("excludeTargets", |fields| target(fields, names));
    let Some(kind) = kind_of(fields.value()) else {
        if let Some(id) = id {
            let known = MethodKind::ALL.map(MethodKind::name);
            fields.ledger().unknown_value(&id, Field::MethodConfigurations, &known);
        }
        return;
    };
    match kind {
        MethodKind::Fido2 => policy.passkeys = passkeys::read(fields),
        MethodKind::TemporaryAccessPass => policy.pass = pass(fields),
        MethodKind::MicrosoftAuthenticator => {
            fields.ignore(&["isSoftwareOathEnabled", "featureSettings"]);
        }
        MethodKind::Voice => fields.ignore(&["isOfficePhoneAllowed"]),
        MethodKind::Email => fields.ignore(&["allowExternalIdToUseEmailOtp"]),
        MethodKind::QrCodePin => fields.ignore(&["pinLength", "standardQRCodeLifetimeInDays"]),
        MethodKind::External => fields.ignore(&["appId", "displayName", "openIdConnectSetting"]),
        MethodKind::X509Certificate if state == MethodState::Disabled => {
            fields.ignore(&CERTIFICATES);
        }
        MethodKind::X509Certificate
        | MethodKind::Sms
        | MethodKind::SoftwareOath
        | MethodKind::HardwareOath
        | MethodKind::VerifiableCredentials => {}
    }
    let exclude = exclude.into_iter().flatten().collect();
    let include = include.into_iter().flatten().collect();
    policy.configurations.insert(kind, MethodConfiguration { state, include, exclude });
}

/// How certificates are bound and checked; without meaning while the method is disabled.
const CERTIFICATES: [&str; 5] = [
    "authenticationModeConfiguration",
    "certificateAuthorityScopes",
    "certificateUserBindings",
    "crlValidationConfiguration",
    "issuerHintsConfiguration",
];

#[derive(Clone, Copy)]
enum TargetType {
    User,
    Group,
}

fn target(fields: &mut Fields<'_, '_>, names: &Names) -> Option<TargetId> {
    const TYPES: [(&str, TargetType); 2] =
        [("user", TargetType::User), ("group", TargetType::Group)];
    let kind = fields.choice("targetType", &TYPES);
    let id = fields.text("id")?;
    if id.text.eq_ignore_ascii_case("all_users") {
        return Some(TargetId::AllUsers);
    }
    Some(match kind {
        Some(TargetType::User) => TargetId::User(names.users.resolve(&id.text)),
        Some(TargetType::Group) | None => TargetId::Group(names.groups.resolve(&id.text)),
    })
}

fn include_target(fields: &mut Fields<'_, '_>, names: &Names) -> Option<IncludeTarget> {
    const MODES: [(&str, AuthenticatorMode); 3] = [
        ("any", AuthenticatorMode::Any),
        ("push", AuthenticatorMode::Push),
        ("deviceBasedPush", AuthenticatorMode::DeviceBasedPush),
    ];
    fields.ignore(&["isRegistrationRequired", "isUsableForSignIn"]);
    let authenticator = fields.choice("authenticationMode", &MODES).unwrap_or_default();
    let profiles = fields.texts("allowedPasskeyProfiles");
    let profiles = profiles.iter().map(|item| PasskeyProfileId::new(&item.text)).collect();
    Some(IncludeTarget { id: target(fields, names)?, profiles, authenticator })
}

fn pass(fields: &mut Fields<'_, '_>) -> PassSettings {
    let usual = PassSettings::default();
    fields.ignore(&["defaultLength"]);
    PassSettings {
        usable: match fields.flag("isUsableOnce") {
            Some(true) => PassUse::OnceOnly,
            Some(false) | None => PassUse::Either,
        },
        minimum_lifetime: fields
            .number("minimumLifetimeInMinutes")
            .unwrap_or(usual.minimum_lifetime),
        maximum_lifetime: fields
            .number("maximumLifetimeInMinutes")
            .unwrap_or(usual.maximum_lifetime),
        default_lifetime: fields
            .number("defaultLifetimeInMinutes")
            .unwrap_or(usual.default_lifetime),
    }
}

fn campaign(fields: &mut Fields<'_, '_>, names: &Names) -> Campaign {
    const STATES: [(&str, CampaignState); 3] = [
        ("default", CampaignState::Default),
        ("enabled", CampaignState::Enabled),
        ("disabled", CampaignState::Disabled),
    ];
    const METHODS: [(&str, MethodKind); 2] = [
        ("microsoftAuthenticator", MethodKind::MicrosoftAuthenticator),
        ("fido2", MethodKind::Fido2),
    ];
    let include = fields.objects("includeTargets", |fields| {
        let method = fields.choice("targetedAuthenticationMethod", &METHODS);
        let method = method.unwrap_or(MethodKind::MicrosoftAuthenticator);
        target(fields, names).map(|id| CampaignTarget { id, method })
    });
    Campaign {
        state: fields.choice("state", &STATES).unwrap_or(CampaignState::Default),
        // Microsoft's default is one day.
        snooze_days: fields.number("snoozeDurationInDays").unwrap_or(1),
        after_snoozes: match fields.flag("enforceRegistrationAfterAllowedSnoozes") {
            Some(false) => AfterSnoozes::KeepNudging,
            Some(true) | None => AfterSnoozes::Force,
        },
        include: include.into_iter().flatten().collect(),
        exclude: fields
            .objects("excludeTargets", |fields| target(fields, names))
            .into_iter()
            .flatten()
            .collect(),
    }
}
