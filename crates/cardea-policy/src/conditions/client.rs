//! The kind of client. Source: Entra, *Conditions: client apps*.

use alloc::collections::BTreeSet;

/// A kind of client, as fine as policies can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientApp {
    /// A browser: SAML, WS-Federation, OpenID Connect, or a confidential client.
    Browser,
    /// A mobile or desktop app with modern authentication.
    MobileAppsAndDesktopClients,
    /// Exchange ActiveSync on a platform that Conditional Access supports.
    EasSupported,
    /// Exchange ActiveSync on any other platform.
    EasUnsupported,
    /// Another legacy protocol (POP, IMAP, SMTP, …).
    Other,
}

impl ClientApp {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Browser,
        Self::MobileAppsAndDesktopClients,
        Self::EasSupported,
        Self::EasUnsupported,
        Self::Other,
    ];

    /// Whether the client can show more than a password. Legacy clients cannot, so that any grant
    /// control keeps them out.
    pub fn is_modern(self) -> bool {
        matches!(self, Self::Browser | Self::MobileAppsAndDesktopClients)
    }

    /// Words for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::Browser => "a browser",
            Self::MobileAppsAndDesktopClients => "a mobile or desktop app",
            Self::EasSupported | Self::EasUnsupported => "an Exchange ActiveSync client",
            Self::Other => "a legacy client",
        }
    }
}

/// The client app condition; nothing configured means all.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum ClientApps {
    /// `all`, or not configured.
    #[default]
    All,
    /// The listed ones. Graph's `exchangeActiveSync` is both kinds of ActiveSync.
    Only(BTreeSet<ClientApp>),
}

impl ClientApps {
    /// Whether the condition matches the client.
    pub fn matches(&self, client: ClientApp) -> bool {
        match self {
            Self::All => true,
            Self::Only(only) => only.contains(&client),
        }
    }
}
