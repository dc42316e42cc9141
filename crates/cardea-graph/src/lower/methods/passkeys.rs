//! What the methods policy says of passkeys: profiles, or the older settings that were one for all.

use crate::lower::ledger::Fields;
use crate::lower::strength::models_of;
use cardea_policy::id::PasskeyProfileId;
use cardea_policy::place::Field;
use cardea_tenant::methods::{
    Attestation, KeyRestrictions, PasskeyProfile, PasskeySettings, PasskeyType, SelfService,
};
use std::collections::BTreeSet;

pub(super) fn read(fields: &mut Fields<'_, '_>) -> PasskeySettings {
    let self_service = match fields.flag("isSelfServiceRegistrationAllowed") {
        Some(false) => SelfService::Forbidden,
        Some(true) | None => SelfService::Allowed,
    };
    let attested = fields.flag("isAttestationEnforced").unwrap_or(false);
    let restrictions = fields.object("keyRestrictions", Field::Fido2, restrictions);
    let default_profile =
        fields.text("defaultPasskeyProfile").map(|id| PasskeyProfileId::new(&id.text));
    let mut profiles = fields.objects("passkeyProfiles", profile);
    if profiles.is_empty() {
        // Before there were profiles, Entra took only passkeys that stay on their device.
        profiles.push(PasskeyProfile {
            id: None,
            name: String::new(),
            types: BTreeSet::from([PasskeyType::DeviceBound]),
            attestation: if attested {
                Attestation::RegistrationOnly
            } else {
                Attestation::Disabled
            },
            restrictions: restrictions.unwrap_or_default(),
        });
    }
    PasskeySettings { self_service, profiles, default_profile }
}

fn profile(fields: &mut Fields<'_, '_>) -> PasskeyProfile {
    const TYPES: [(&str, PasskeyType); 2] =
        [("deviceBound", PasskeyType::DeviceBound), ("synced", PasskeyType::Synced)];
    const ATTESTATION: [(&str, Attestation); 2] =
        [("disabled", Attestation::Disabled), ("registrationOnly", Attestation::RegistrationOnly)];
    let id = fields.text("id").map(|id| PasskeyProfileId::new(&id.text));
    let name = fields.text("name").map(|name| name.text.into_owned()).unwrap_or_default();
    let types = fields.flags("passkeyTypes");
    PasskeyProfile {
        id,
        name,
        types: types
            .iter()
            .filter_map(|item| fields.choose(item, Field::PasskeyProfiles, &TYPES))
            .collect(),
        attestation: fields.choice("attestationEnforcement", &ATTESTATION).unwrap_or_default(),
        restrictions: fields
            .object("keyRestrictions", Field::PasskeyProfiles, restrictions)
            .unwrap_or_default(),
    }
}

#[derive(Clone, Copy)]
enum Enforcement {
    Allow,
    Block,
}

fn restrictions(fields: &mut Fields<'_, '_>) -> KeyRestrictions {
    const TYPES: [(&str, Enforcement); 2] =
        [("allow", Enforcement::Allow), ("block", Enforcement::Block)];
    let enforced = fields.flag("isEnforced").unwrap_or(false);
    let enforcement = fields.choice("enforcementType", &TYPES);
    let models = models_of(fields, "aaGuids");
    match enforcement.filter(|_| enforced) {
        None => KeyRestrictions::None,
        Some(Enforcement::Allow) => KeyRestrictions::Allow(models),
        Some(Enforcement::Block) => KeyRestrictions::Block(models),
    }
}
