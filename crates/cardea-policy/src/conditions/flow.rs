//! Authentication flows. Source: Entra, *Conditions: authentication flows*.

use alloc::collections::BTreeSet;

/// How the session came about. Once a session was created by one of the transferring flows, every
/// later request of it counts as that flow (protocol tracking).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Flow {
    /// An ordinary sign-in.
    #[default]
    Ordinary,
    /// Device code flow.
    DeviceCode,
    /// Authentication transfer from one device to another.
    AuthenticationTransfer,
}

impl Flow {
    /// All flows.
    pub const ALL: [Self; 3] = [Self::Ordinary, Self::DeviceCode, Self::AuthenticationTransfer];

    /// Words for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::Ordinary => "an ordinary sign-in",
            Self::DeviceCode => "device code flow",
            Self::AuthenticationTransfer => "authentication transfer",
        }
    }
}

/// The flow condition; an empty list means that it is not configured.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Flows(pub BTreeSet<Flow>);

impl Flows {
    /// Whether the condition matches the flow.
    pub fn matches(&self, flow: Flow) -> bool {
        self.0.is_empty() || self.0.contains(&flow)
    }
}
