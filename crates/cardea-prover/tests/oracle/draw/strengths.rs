//! Random authentication strengths.

use cardea_policy::id::{Aaguid, StrengthId};
use cardea_policy::strength::{Combination, Mode, Origin, PasskeyRule, Strength};
use cardea_tenant::tenant::Tenant;

use super::pools::{KEY_MODEL, SYNCED_MODEL};
use crate::chance::Chance;

/// Adds up to three strengths to the built-in ones.
pub(super) fn define(chance: &mut Chance, tenant: &mut Tenant) {
    let count = chance.weighted(&[(20, 0), (35, 1), (30, 2), (15, 3)]);
    for at in 0..count {
        let unknown = chance.percent(4);
        tenant.strengths.push(Strength {
            id: StrengthId::new(&format!("strength {at}")),
            name: format!("strength {at}"),
            origin: if unknown { Origin::Unknown } else { Origin::Custom },
            combinations: if unknown { Vec::new() } else { combinations(chance) },
        });
    }
}

fn combinations(chance: &mut Chance) -> Vec<Combination> {
    let mut list = match chance.below(10) {
        0 => vec![passkey(&[Aaguid::AUTHENTICATOR_ANDROID, Aaguid::AUTHENTICATOR_IOS])],
        1 => {
            let mut list = passes();
            list.push(passkey(&[Aaguid::AUTHENTICATOR_ANDROID, Aaguid::AUTHENTICATOR_IOS]));
            list
        }
        2 => passes(),
        3 => vec![Combination::of(&[Mode::Fido2])],
        4 => vec![passkey(&[chance.one(&[KEY_MODEL, SYNCED_MODEL])])],
        5 => vec![Combination::of(&[Mode::Password, Mode::Sms])],
        _ => Vec::new(),
    };
    let more = if list.is_empty() { chance.between(1, 4) } else { chance.below(3) };
    for _ in 0..more {
        list.push(any(chance));
    }
    list
}

fn any(chance: &mut Chance) -> Combination {
    const TOGETHER: [Mode; 6] = [
        Mode::Sms,
        Mode::Voice,
        Mode::SoftwareOath,
        Mode::HardwareOath,
        Mode::MicrosoftAuthenticatorPush,
        Mode::X509CertificateSingleFactor,
    ];
    match chance.below(4) {
        0 | 1 => Combination::of(&[chance.one(&Mode::ALL)]),
        2 => Combination::of(&[Mode::Password, chance.one(&TOGETHER)]),
        _ => Combination::of(&[chance.one(&Mode::ALL), chance.one(&Mode::ALL)]),
    }
}

fn passkey(models: &[Aaguid]) -> Combination {
    Combination {
        passkeys: PasskeyRule::Only(models.iter().copied().collect()),
        ..Combination::of(&[Mode::Fido2])
    }
}

fn passes() -> Vec<Combination> {
    vec![
        Combination::of(&[Mode::TemporaryAccessPassOneTime]),
        Combination::of(&[Mode::TemporaryAccessPassMultiUse]),
    ]
}
