//! Settings of the tenant that change what its policies come to.

use super::Lowering;
use super::ledger::{Fields, Leftovers};
use crate::recognise::ObjectKind;
use cardea_policy::place::Field;
use cardea_tenant::tenant::{Belief, DeviceRegistration, InboundTrust};

impl Lowering<'_> {
    /// Lowers cross-tenant access and device registration, and accounts for the objects that only
    /// give names.
    pub(super) fn settings(&mut self) {
        for (_, value) in self.objects(ObjectKind::CrossTenantAccess) {
            let is_partner = value.get("tenantId").is_some_and(|tenant| !tenant.is_absent());
            let trust = self
                .ledger
                .object(value, Field::Whole, Leftovers::AreRemarks, |fields| trust(fields));
            if is_partner {
                let message = "settings of a single partner are not used".to_owned();
                self.ledger.remark(value.span(), message, None);
            } else {
                self.tenant.inbound_trust = trust;
            }
        }
        for (_, value) in self.objects(ObjectKind::DeviceRegistration) {
            const KNOWN: [(&str, DeviceRegistration); 2] = [
                ("notRequired", DeviceRegistration::MfaNotRequired),
                ("required", DeviceRegistration::MfaRequired),
            ];
            let setting =
                self.ledger.object(value, Field::Whole, Leftovers::AreRemarks, |fields| {
                    fields.ignore(&["id", "displayName", "description", "userDeviceQuota"]);
                    fields.ignore(&["azureADJoin", "azureADRegistration", "localAdminPassword"]);
                    fields.choice("multiFactorAuthConfiguration", &KNOWN)
                });
            self.tenant.device_registration = setting.unwrap_or_default();
        }
        for kind in [
            ObjectKind::TermsOfUse,
            ObjectKind::AuthenticationContext,
            ObjectKind::MigrationTable,
            ObjectKind::Device,
            ObjectKind::RoleDefinition,
            ObjectKind::Application,
        ] {
            // Names have been taken where they have some; the rest has no place in a tenant.
            for (_, value) in self.objects(kind) {
                self.ledger.tally.ignored += super::leaves(value);
            }
        }
        for (_, value) in self.objects(ObjectKind::RegisteredMethod) {
            self.ledger.tally.ignored += super::leaves(value);
            let message = "a single method does not say whose it is, and is not used".to_owned();
            let help = "export `userRegistrationDetails`, which lists the methods of everybody";
            self.ledger.remark(value.span(), message, Some(help));
        }
        self.ledger.doubted.clear();
    }
}

fn trust(fields: &mut Fields<'_, '_>) -> Option<InboundTrust> {
    fields.ignore(&["id", "tenantId", "isServiceDefault", "displayName", "isServiceProvider"]);
    fields.ignore(&["b2bCollaborationInbound", "b2bCollaborationOutbound", "tenantRestrictions"]);
    fields.ignore(&[
        "b2bDirectConnectInbound",
        "b2bDirectConnectOutbound",
        "identitySynchronization",
    ]);
    fields.ignore(&[
        "automaticUserConsentSettings",
        "invitationRedemptionIdentityProviderConfiguration",
    ]);
    fields.object("inboundTrust", Field::Whole, |fields| {
        let mut belief = |name| match fields.flag(name) {
            Some(true) => Belief::Accepted,
            Some(false) | None => Belief::Refused,
        };
        InboundTrust {
            mfa: belief("isMfaAccepted"),
            compliant_device: belief("isCompliantDeviceAccepted"),
            hybrid_joined_device: belief("isHybridAzureADJoinedDeviceAccepted"),
        }
    })
}
