//! How wide the window is, which colours the person prefers, and pictures of it.

use std::fmt;
use std::path::PathBuf;

use serde_json::json;

use super::Browser;
use crate::prepared::pictures;

/// What the person has set in their system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colours {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Colours and the width of the window in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    /// The colours.
    pub(crate) colours: Colours,
    /// The width.
    pub(crate) width: u32,
}

/// The looks in which every page must be right: a phone's and a laptop's width, light and dark.
pub(crate) const LOOKS: [Look; 4] = [
    Look { colours: Colours::Light, width: 360 },
    Look { colours: Colours::Light, width: 1280 },
    Look { colours: Colours::Dark, width: 360 },
    Look { colours: Colours::Dark, width: 1280 },
];

/// The height of the window, in CSS pixels.
const HEIGHT: u32 = 800;

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.colours.word(), self.width)
    }
}

impl Colours {
    fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Browser {
    /// Gives the window a look; it stays over pages.
    pub(crate) async fn look(&self, look: Look) {
        let colours = json!({ "name": "prefers-color-scheme", "value": look.colours.word() });
        // Without movement a picture is the same whenever it is taken.
        let still = json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        self.chromium("Emulation.setEmulatedMedia", json!({ "features": [colours, still] })).await;
        let size = json!({ "width": look.width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": false });
        self.chromium("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// By how many CSS pixels the page is wider than the window; 0 if nobody has to scroll sideways.
    pub(crate) async fn overhang(&self) -> u64 {
        let wider = self
            .script("const it = document.documentElement; return it.scrollWidth - it.clientWidth")
            .await;
        wider.as_u64().expect("a number")
    }

    /// Takes a picture of what the window shows into `target/pictures/NAME.png`; returns the path.
    pub(crate) async fn picture(&self, name: &str) -> PathBuf {
        let path = pictures().join(name).with_extension("png");
        let bytes = self.page.screenshot().await.expect("a picture");
        std::fs::write(&path, bytes).expect("the picture is written");
        path
    }
}
