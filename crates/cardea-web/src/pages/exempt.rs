//! What a person is exempt from for a while.

use askama::Template;

use super::{Frame, Moment, Page};

/// `/my/exemptions`.
#[derive(Debug, Clone, Template)]
#[template(path = "exempt.html")]
pub struct Exempt {
    /// What surrounds the page.
    pub frame: Frame,
    /// Exemptions of the reader, the next to end first.
    pub exemptions: Vec<Exemption>,
}

/// One exemption of the reader.
#[derive(Debug, Clone)]
pub struct Exemption {
    /// The name of the policy.
    pub policy: String,
    /// What holds in its place: "only from Head office".
    pub control: String,
    /// When it ends.
    pub ends: Moment,
}

impl Page for Exempt {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        "My exemptions".to_owned()
    }
}
