//! The device platform, as the client claims it. Source: Entra, *Conditions: device platforms*.

use alloc::collections::BTreeSet;

/// A platform that a client claims. Claims come from the user agent and are unverified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// Android.
    Android,
    /// iOS and iPadOS.
    Ios,
    /// Windows.
    Windows,
    /// Windows Phone.
    WindowsPhone,
    /// macOS.
    MacOs,
    /// Linux.
    Linux,
    /// Anything else (ChromeOS, an empty user agent): matches `all` and no platform by name.
    Unknown,
}

impl Platform {
    /// All claims.
    pub const ALL: [Self; 7] = [
        Self::Android,
        Self::Ios,
        Self::Windows,
        Self::WindowsPhone,
        Self::MacOs,
        Self::Linux,
        Self::Unknown,
    ];

    /// Words for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::Android => "Android",
            Self::Ios => "iOS",
            Self::Windows => "Windows",
            Self::WindowsPhone => "Windows Phone",
            Self::MacOs => "macOS",
            Self::Linux => "Linux",
            Self::Unknown => "an unknown platform",
        }
    }

    /// Whether Authenticator runs there.
    pub fn is_phone(self) -> bool {
        matches!(self, Self::Android | Self::Ios)
    }
}

/// The platform condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platforms {
    /// Included platforms.
    pub include: IncludedPlatforms,
    /// Excluded platforms; beats [`Self::include`].
    pub exclude: BTreeSet<Platform>,
}

/// Included platforms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncludedPlatforms {
    /// `all`, unknown ones too.
    All,
    /// The listed ones.
    Only(BTreeSet<Platform>),
}

impl Platforms {
    /// Whether the condition matches the claim.
    pub fn matches(&self, platform: Platform) -> bool {
        let included = match &self.include {
            IncludedPlatforms::All => true,
            IncludedPlatforms::Only(only) => only.contains(&platform),
        };
        included && !self.exclude.contains(&platform)
    }
}
