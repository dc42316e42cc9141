//! What axe-core has to say about a page.

use serde::Deserialize;

use super::Browser;
use super::look::{LOOKS, Look};
use crate::prepared::Prepared;

/// Something on the page that keeps people out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Violation {
    /// The rule of axe-core.
    pub(crate) id: String,
    /// How bad it is.
    pub(crate) impact: Option<String>,
    /// What to do.
    pub(crate) help: String,
    /// Where, as selectors.
    pub(crate) nodes: Vec<Node>,
}

/// An element that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Node {
    /// The element.
    pub(crate) html: String,
}

/// The rules of WCAG 2.2 up to level AA, and axe-core's best practices.
const RUN: &str = "axe.run(document, { resultTypes: ['violations'], runOnly: { type: 'tag', values: [
    'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } }).then(it => it.violations)";

impl Browser {
    /// What is wrong with the page as it is now.
    pub(crate) async fn axe(&self, prepared: &Prepared) -> Vec<Violation> {
        if self.script("return typeof window.axe").await == "undefined" {
            self.script(&prepared.axe()).await;
        }
        let violations = self.promise(RUN).await.expect("axe-core runs");
        serde_json::from_value(violations).expect("a list of violations")
    }

    /// What is wrong with the page in any look, a line each: axe-core's violations, and scrolling sideways. Leaves
    /// a picture of each look in `target/pictures/NAME-LOOK.png`.
    pub(crate) async fn faults(&self, prepared: &Prepared, name: &str) -> Vec<String> {
        let mut faults = Vec::new();
        for look in LOOKS {
            self.look(look).await;
            self.picture(&format!("{name}-{look}")).await;
            let overhang = self.overhang().await;
            if overhang > 0 {
                faults.push(format!("{look}: the page is {overhang} px wider than the window"));
            }
            faults.extend(self.axe(prepared).await.iter().map(|it| it.line(look)));
        }
        faults
    }
}

impl Violation {
    fn line(&self, look: Look) -> String {
        let places: Vec<&str> = self.nodes.iter().map(|it| it.html.as_str()).collect();
        let impact = self.impact.as_deref().unwrap_or("some");
        format!("{look}: {} ({impact}): {}: {}", self.id, self.help, places.join(" "))
    }
}
