//! Methods as settings name them.

use cardea_policy::strength::Mode;
use cardea_tenant::journey::means::{Means, MeansIndex, Method, PasskeyHome};

/// A method that somebody has from the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Held {
    /// A method other than a passkey.
    Mode(Mode),
    /// A passkey, of any model that is kept there.
    Passkey(PasskeyHome),
}

impl Held {
    /// The names of settings: Graph's method modes, and for passkeys where they are kept. `fido2`
    /// is a security key, the passkey that works on every device.
    pub const NAMES: [(&'static str, Self); 21] = [
        ("password", Self::Mode(Mode::Password)),
        ("voice", Self::Mode(Mode::Voice)),
        ("hardwareOath", Self::Mode(Mode::HardwareOath)),
        ("softwareOath", Self::Mode(Mode::SoftwareOath)),
        ("sms", Self::Mode(Mode::Sms)),
        ("fido2", Self::Passkey(PasskeyHome::SecurityKey)),
        ("passkeyInAuthenticatorAndroid", Self::Passkey(PasskeyHome::AuthenticatorAndroid)),
        ("passkeyInAuthenticatorIos", Self::Passkey(PasskeyHome::AuthenticatorIos)),
        ("passkeySynced", Self::Passkey(PasskeyHome::SyncedProvider)),
        ("passkeyInWindows", Self::Passkey(PasskeyHome::Windows)),
        ("windowsHelloForBusiness", Self::Mode(Mode::WindowsHelloForBusiness)),
        ("microsoftAuthenticatorPush", Self::Mode(Mode::MicrosoftAuthenticatorPush)),
        ("deviceBasedPush", Self::Mode(Mode::DeviceBasedPush)),
        ("temporaryAccessPassOneTime", Self::Mode(Mode::TemporaryAccessPassOneTime)),
        ("temporaryAccessPassMultiUse", Self::Mode(Mode::TemporaryAccessPassMultiUse)),
        ("email", Self::Mode(Mode::Email)),
        ("x509CertificateSingleFactor", Self::Mode(Mode::X509CertificateSingleFactor)),
        ("x509CertificateMultiFactor", Self::Mode(Mode::X509CertificateMultiFactor)),
        ("federatedSingleFactor", Self::Mode(Mode::FederatedSingleFactor)),
        ("federatedMultiFactor", Self::Mode(Mode::FederatedMultiFactor)),
        ("qrCodePin", Self::Mode(Mode::QrCodePin)),
    ];

    /// The name in settings.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, held)| *held == self).map_or("", |(name, _)| *name)
    }

    /// What people call it.
    pub fn text(self) -> String {
        match self {
            Self::Mode(mode) => mode.text().to_owned(),
            Self::Passkey(home) => {
                use cardea_tenant::journey::means::Passkey;
                Method::Passkey(Passkey { home, model: None }).text()
            }
        }
    }

    /// The methods of a tenant that this stands for: passkeys of every model, because settings
    /// name none.
    pub fn among(self, means: &Means) -> Vec<MeansIndex> {
        let is_meant = |method: Method| match (self, method) {
            (Self::Mode(mine), Method::Mode(mode)) => mine == mode,
            (Self::Passkey(home), Method::Passkey(passkey)) => passkey.home == home,
            (Self::Mode(_), Method::Passkey(_)) | (Self::Passkey(_), Method::Mode(_)) => false,
        };
        means.iter().filter(|(_, method)| is_meant(*method)).map(|(index, _)| index).collect()
    }
}
