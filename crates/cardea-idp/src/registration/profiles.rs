//! Passkeys in one profile of a device and not in the other.
//!
//! Source: Entra, *Register passkeys in Authenticator*: on Android a passkey is used only from the
//! profile that keeps it, so whoever works in both needs one in each.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::id::Aaguid;
use cardea_store::Passkey;

use crate::subject::Holdings;

/// A profile of an Android device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// The one that the organisation manages.
    Work,
    /// The owner's own.
    Personal,
}

/// A device on which one profile has a passkey and the other has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneSided {
    /// What its owner calls it.
    pub device: String,
    /// The profile that has none.
    pub missing: Profile,
}

impl Profile {
    /// The profile that an app names; `None` for a name of the person's own.
    fn named(name: &str) -> Option<Self> {
        let is = |word: &str| name.trim().eq_ignore_ascii_case(word);
        if is("work") { Some(Self::Work) } else { is("personal").then_some(Self::Personal) }
    }
}

impl Holdings {
    /// The Android devices on which one profile of two has a passkey, by name. Profiles with another name
    /// say nothing about these two.
    pub fn one_sided(&self) -> Vec<OneSided> {
        let mut devices: BTreeMap<&str, BTreeSet<Profile>> = BTreeMap::new();
        for passkey in self.passkeys.iter().filter(|passkey| is_on_android(passkey)) {
            let Some(device) = &passkey.device else { continue };
            devices.entry(&device.name).or_default().extend(Profile::named(&device.profile));
        }
        let missing = |profiles: &BTreeSet<Profile>| match (
            profiles.contains(&Profile::Work),
            profiles.contains(&Profile::Personal),
        ) {
            (true, false) => Some(Profile::Personal),
            (false, true) => Some(Profile::Work),
            (true, true) | (false, false) => None,
        };
        let found = devices.into_iter().filter_map(|(device, profiles)| {
            missing(&profiles).map(|missing| OneSided { device: device.to_owned(), missing })
        });
        found.collect()
    }
}

fn is_on_android(passkey: &Passkey) -> bool {
    Aaguid::parse(&passkey.aaguid).is_some_and(|model| Aaguid::ANDROID.contains(&model))
}

#[cfg(test)]
mod tests {
    use cardea_store::{Attestation, Backup, Device};

    use super::*;

    fn passkey(model: Aaguid, device: &str, profile: &str) -> Passkey {
        Passkey {
            id: String::new(),
            person: String::new(),
            credential_id: Vec::new(),
            public_key: String::new(),
            sign_count: 0,
            aaguid: model.to_string(),
            attestation: Attestation::Unproven,
            backup: Backup::DeviceBound,
            transports: String::new(),
            name: String::new(),
            created: jiff::Timestamp::UNIX_EPOCH,
            last_used: None,
            flagged: None,
            device: Some(Device { name: device.to_owned(), profile: profile.to_owned() }),
            certificate: None,
        }
    }

    fn missing(passkeys: Vec<Passkey>) -> Vec<(String, Profile)> {
        let holdings = Holdings { passkeys, ..Holdings::default() };
        holdings.one_sided().into_iter().map(|it| (it.device, it.missing)).collect()
    }

    #[test]
    fn a_device_with_a_passkey_in_one_profile_lacks_the_other() {
        let android = |device, profile| passkey(Aaguid::CARDEA_ANDROID, device, profile);
        let pixel = String::from("Pixel");
        assert_eq!(missing(vec![android("Pixel", "work")]), [(pixel.clone(), Profile::Personal)]);
        assert_eq!(missing(vec![android("Pixel", "Personal ")]), [(pixel, Profile::Work)]);
        assert_eq!(missing(vec![android("Pixel", "work"), android("Pixel", "personal")]), []);
        let two = missing(vec![android("Pixel", "work"), android("Fairphone", "personal")]);
        assert_eq!(two.len(), 2, "profiles of two devices are not each other's");
    }

    #[test]
    fn nothing_is_said_of_other_profiles_and_other_platforms() {
        let of = |model, profile| missing(vec![passkey(model, "Pixel", profile)]);
        assert_eq!(of(Aaguid::CARDEA_ANDROID, "side project"), []);
        assert_eq!(of(Aaguid::CARDEA_IOS, "work"), []);
        assert_eq!(of(Aaguid::CARDEA_COMPUTER, "work"), []);
        assert_eq!(of(Aaguid::AUTHENTICATOR_ANDROID, "work").len(), 1);
        let nowhere = Passkey { device: None, ..passkey(Aaguid::CARDEA_ANDROID, "", "") };
        assert_eq!(missing(vec![nowhere]), []);
    }
}
