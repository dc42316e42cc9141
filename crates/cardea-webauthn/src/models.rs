//! Models of authenticators: AAGUIDs, and the names of those that people are likely to have.
//!
//! An AAGUID without attestation is the authenticator's word for it, not a proof.
//!
//! The table has facts only: which AAGUID stands for which product. They are published by the
//! vendors (Microsoft's list of AAGUIDs of Authenticator and Windows Hello, Yubico's list of
//! AAGUIDs of its keys, Chromium's source), or stand in the FIDO Metadata Service and in the
//! community's list of passkey providers.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The model of an authenticator. All zero where it does not say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Aaguid([u8; 16]);

/// A text that is no AAGUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an AAGUID; write 32 hexadecimal digits, with or without hyphens or braces")]
pub struct NotAnAaguid;

impl Aaguid {
    /// What authenticators say that do not say their model.
    pub const ZERO: Self = Self([0; 16]);

    /// The AAGUID of these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The name of the provider or the product, where it is a well-known one.
    pub fn provider(self) -> Option<&'static str> {
        let number = u128::from_be_bytes(self.0);
        NAMES.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
    }
}

impl FromStr for Aaguid {
    type Err = NotAnAaguid;

    /// Accepts upper case, braces, and 32 digits without hyphens, as administrators paste them.
    fn from_str(text: &str) -> Result<Self, NotAnAaguid> {
        let plain = matches!(text.len(), 32 | 36 | 38);
        let uuid = Uuid::try_parse(text).ok().filter(|_| plain).ok_or(NotAnAaguid)?;
        Ok(Self(*uuid.as_bytes()))
    }
}

impl fmt::Display for Aaguid {
    /// Lower case with hyphens: the one spelling in output.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_bytes(self.0).hyphenated().fmt(f)
    }
}

impl fmt::Debug for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Aaguid({self})")
    }
}

impl Serialize for Aaguid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Aaguid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// AAGUIDs as numbers, which are grouped like the texts.
const NAMES: &[(u128, &str)] = &[
    (0xd9ab3495_6ce1_4543_a226_bb7adcd06621, "Cardea Authenticator"),
    (0x7b1c0f0e_5d0a_4f0b_9a52_2f6a3a7c8e41, "Cardea Authenticator for Android"),
    (0xc25e9f37_8b64_4d19_8f0e_6d1b54a7f9d2, "Cardea Authenticator for iOS"),
    (0xde1e552d_db1d_4423_a619_566b625cdc84, "Microsoft Authenticator for Android"),
    (0x90a3ccdf_635c_4729_a248_9b709135078f, "Microsoft Authenticator for iOS"),
    (0x08987058_cadc_4b81_b6e1_30de50dcbe96, "Windows Hello (hardware)"),
    (0x9ddd1817_af5a_4672_a2b9_3e3dd95000a9, "Windows Hello (VBS hardware)"),
    (0x6028b017_b1d4_4c02_b4b3_afcdafc96bb2, "Windows Hello (software)"),
    (0xfbfc3007_154e_4ecc_8c0b_6e020557d7bd, "iCloud Keychain"),
    (0xdd4ec289_e01d_41c9_bb89_70fa845d4bf2, "iCloud Keychain (managed)"),
    (0xea9b8d66_4d01_1d21_3ce4_b6b48cb575d4, "Google Password Manager"),
    (0xd3452668_01fd_4c12_926c_83a4204853aa, "Microsoft Password Manager"),
    (0xadce0002_35bc_c60a_648b_0b25f1f05503, "Chrome on Mac"),
    (0x771b48fd_d3d4_4f74_9232_fc157ab0507a, "Edge on Mac"),
    (0xb5397666_4885_aa6b_cebf_e52262a439a2, "Chromium"),
    (0x53414d53_554e_4700_0000_000000000000, "Samsung Pass"),
    (0xbada5566_a7aa_401f_bd96_45619a55120d, "1Password"),
    (0xd548826e_79b4_db40_a3d8_11116f7e8349, "Bitwarden"),
    (0x531126d6_e717_415c_9320_3d9aa6981239, "Dashlane"),
    (0xfdb141b2_5d84_443e_8a35_4698c205a502, "KeePassXC"),
    (0xeaecdef2_1c31_5634_8639_f1cbd9c00a08, "KeePassDX"),
    (0xb78a0a55_6ef8_d246_a042_ba0f6d55050c, "LastPass"),
    (0x0ea242b4_43c4_4a1b_8b17_dd6d0b6baec6, "Keeper"),
    (0xb84e4048_15dc_4dd0_8640_f4f60813c8af, "NordPass"),
    (0x50726f74_6f6e_5061_7373_50726f746f6e, "Proton Pass"),
    (0xf3809540_7f14_49c1_a8b3_8f813b225541, "Enpass"),
    (0xcb69481e_8ff7_4039_93ec_0a2729a154a8, "YubiKey 5"),
    (0xee882879_721c_4913_9775_3dfcce97072a, "YubiKey 5"),
    (0x19083c3d_8383_4b18_bc03_8f1c9ab2fd1b, "YubiKey 5"),
    (0xfa2b99dc_9e39_4257_8f92_4a30d23c4118, "YubiKey 5 NFC"),
    (0x2fc0579f_8113_47ea_b116_bb5a8db9202a, "YubiKey 5 NFC"),
    (0xa25342c0_3cdc_4414_8e46_f4807fca511c, "YubiKey 5 NFC"),
    (0xc5ef55ff_ad9a_4b9f_b580_adebafe026d0, "YubiKey 5Ci"),
    (0xa02167b9_ae71_4ac7_9a07_06432ebb6f1c, "YubiKey 5Ci"),
    (0x73bb0cd4_e502_49b8_9c6f_b59445bf720b, "YubiKey 5 FIPS"),
    (0xc1f9a0bc_1dd2_404a_b27f_8e29047a43fd, "YubiKey 5 NFC FIPS"),
    (0x85203421_48f9_4355_9bc8_8a53846e5083, "YubiKey 5Ci FIPS"),
    (0xd8522d9f_575b_4866_88a9_ba99fa02f35b, "YubiKey Bio"),
    (0xf8a011f3_8c0a_4d15_8006_17111f9edc7d, "Security Key by Yubico"),
    (0xb92c3f9a_c014_4056_887f_140a2501163b, "Security Key by Yubico"),
    (0x6d44ba9b_f6ec_2e49_b930_0c8fe920cb73, "Security Key NFC by Yubico"),
    (0x149a2021_8ef6_4133_96b8_81f8d5b7f1f5, "Security Key NFC by Yubico"),
    (0x01020304_0506_0708_0102_030405060708, "Chromium's virtual authenticator"),
];
