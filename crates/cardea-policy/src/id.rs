//! Typed identifiers.
//!
//! Exports hold GUIDs, but also names, user principal names and placeholders where ids belong.
//! All are accepted; a GUID is compared without regard to case, anything else as it is written.

use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::marker::PhantomData;

/// An identifier of a `K`. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<K> {
    text: Arc<str>,
    kind: PhantomData<K>,
}

impl<K> Id<K> {
    /// The id written as `text`. GUIDs are folded to lower case.
    pub fn new(text: &str) -> Self {
        let folded: Arc<str> = if looks_like_guid(text) {
            Arc::from(text.to_ascii_lowercase())
        } else {
            Arc::from(text)
        };
        Self { text: folded, kind: PhantomData }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the id has the form of a GUID, as opposed to a name or a placeholder.
    pub fn is_guid(&self) -> bool {
        looks_like_guid(&self.text)
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.text)
    }
}

impl<K> From<&str> for Id<K> {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

fn looks_like_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Marker types for [`Id`].
pub mod kind {
    /// A kind of object that has ids.
    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $name {}
        )*};
    }
    kinds! {
        /// A Conditional Access policy.
        Policy,
        /// A user object.
        User,
        /// A group.
        Group,
        /// A directory role, by its template id.
        Role,
        /// Another organisation's tenant.
        Tenant,
        /// An application, by its appId.
        App,
        /// A named location.
        Location,
        /// An authentication strength.
        Strength,
        /// An authentication context, `c1` to `c99`.
        Context,
        /// A terms-of-use agreement.
        Terms,
        /// A custom authentication factor.
        CustomFactor,
        /// A service principal, by its object id.
        ServicePrincipal,
        /// A device.
        Device,
        /// A passkey profile of the authentication methods policy.
        PasskeyProfile,
    }
}

/// Id of a Conditional Access policy.
pub type PolicyId = Id<kind::Policy>;
/// Id of a user.
pub type UserId = Id<kind::User>;
/// Id of a group.
pub type GroupId = Id<kind::Group>;
/// Template id of a directory role.
pub type RoleId = Id<kind::Role>;
/// Id of a tenant.
pub type TenantId = Id<kind::Tenant>;
/// appId of an application.
pub type AppId = Id<kind::App>;
/// Id of a named location.
pub type LocationId = Id<kind::Location>;
/// Id of an authentication strength.
pub type StrengthId = Id<kind::Strength>;
/// Id of an authentication context.
pub type ContextId = Id<kind::Context>;
/// Id of a terms-of-use agreement.
pub type TermsId = Id<kind::Terms>;
/// Id of a custom authentication factor.
pub type CustomFactorId = Id<kind::CustomFactor>;
/// Object id of a service principal.
pub type ServicePrincipalId = Id<kind::ServicePrincipal>;
/// Id of a device.
pub type DeviceId = Id<kind::Device>;
/// Id of a passkey profile.
pub type PasskeyProfileId = Id<kind::PasskeyProfile>;

/// The model of an authenticator, as in WebAuthn's attested credential data.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Aaguid(pub u128);

impl Aaguid {
    /// Authenticator on Android, Microsoft's first.
    pub const ANDROID: [Self; 2] = [Self::AUTHENTICATOR_ANDROID, Self::CARDEA_ANDROID];
    /// Authenticator on iOS, Microsoft's first.
    pub const IOS: [Self; 2] = [Self::AUTHENTICATOR_IOS, Self::CARDEA_IOS];
    /// Microsoft Authenticator on Android.
    pub const AUTHENTICATOR_ANDROID: Self = Self(0xde1e_552d_db1d_4423_a619_566b_625c_dc84);
    /// Microsoft Authenticator on iOS.
    pub const AUTHENTICATOR_IOS: Self = Self(0x90a3_ccdf_635c_4729_a248_9b70_9135_078f);
    /// Cardea Authenticator on Android.
    pub const CARDEA_ANDROID: Self = Self(0x7b1c_0f0e_5d0a_4f0b_9a52_2f6a_3a7c_8e41);
    /// Cardea Authenticator on iOS.
    pub const CARDEA_IOS: Self = Self(0xc25e_9f37_8b64_4d19_8f0e_6d1b_54a7_f9d2);
    /// Cardea Authenticator on a computer. It is a device-bound authenticator like a security key, and
    /// no *passkey in Authenticator*, which lives on a phone.
    pub const CARDEA_COMPUTER: Self = Self(0xd9ab_3495_6ce1_4543_a226_bb7a_dcd0_6621);
    /// Windows Hello with a hardware key store.
    pub const WINDOWS_HELLO_HARDWARE: Self = Self(0x0898_7058_cadc_4b81_b6e1_30de_50dc_be96);
    /// Windows Hello with a virtualisation-based key store.
    pub const WINDOWS_HELLO_VBS: Self = Self(0x9ddd_1817_af5a_4672_a2b9_3e3d_d950_00a9);
    /// Windows Hello with a software key store.
    pub const WINDOWS_HELLO_SOFTWARE: Self = Self(0x6028_b017_b1d4_4c02_b4b3_afcd_afc9_6bb2);

    /// Reads the hyphenated hexadecimal form; `None` where it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('{').trim_end_matches('}');
        if !looks_like_guid(text) {
            return None;
        }
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        u128::from_str_radix(&digits, 16).ok().map(Self)
    }

    /// Whether this is Authenticator on a phone: one of the two models of Microsoft's, or one of the two
    /// of Cardea's.
    pub fn is_authenticator(self) -> bool {
        Self::ANDROID.contains(&self) || Self::IOS.contains(&self)
    }

    /// Whether this is one of the three models of Windows Hello.
    pub fn is_windows_hello(self) -> bool {
        [Self::WINDOWS_HELLO_HARDWARE, Self::WINDOWS_HELLO_VBS, Self::WINDOWS_HELLO_SOFTWARE]
            .contains(&self)
    }
}

impl fmt::Display for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let v = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            v >> 96,
            (v >> 80) & 0xffff,
            (v >> 64) & 0xffff,
            (v >> 48) & 0xffff,
            v & 0xffff_ffff_ffff
        )
    }
}

impl fmt::Debug for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn guids_compare_without_case_and_names_with_it() {
        let upper = GroupId::new("0B7A5C1E-77F0-4B39-8F0A-1D2F3C4B5A60");
        assert_eq!(upper, GroupId::new("0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60"));
        assert_ne!(GroupId::new("Sales"), GroupId::new("sales"));
    }

    #[test]
    fn an_aaguid_prints_as_it_is_read() {
        let text = "de1e552d-db1d-4423-a619-566b625cdc84";
        let read = Aaguid::parse(text);
        assert_eq!(read, Some(Aaguid::AUTHENTICATOR_ANDROID));
        assert_eq!(Aaguid::AUTHENTICATOR_ANDROID.to_string(), text);
        assert_eq!(Aaguid::parse("not-an-aaguid"), None);
    }
}
