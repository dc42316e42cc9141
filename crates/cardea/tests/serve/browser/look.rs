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
        self.size(look.width, HEIGHT).await;
    }

    /// Gives the window a size in CSS pixels.
    async fn size(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.chromium("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Takes a picture of the page as a window of this look shows it that is as high as the page, but no
    /// higher than `most` pixels; returns the path.
    pub(crate) async fn picture_of_all(&self, name: &str, (look, most): (Look, u32)) -> PathBuf {
        self.look(look).await;
        let height = self.script("return document.documentElement.scrollHeight").await;
        let height = height.as_u64().and_then(|it| u32::try_from(it).ok()).expect("a height");
        self.size(look.width, height.min(most)).await;
        let path = self.picture(name).await;
        self.look(look).await;
        path
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
