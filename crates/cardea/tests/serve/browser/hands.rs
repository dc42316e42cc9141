//! What somebody does at a page and waits for, a line each.

use std::time::Duration;

use fantoccini::Locator;
use fantoccini::elements::Element;

use super::Browser;

impl Browser {
    pub(crate) async fn at_address(&self) -> String {
        self.page.current_url().await.unwrap().to_string()
    }

    /// Waits, bounded, until the address has this in it.
    pub(crate) async fn comes_to(&self, part: &str) {
        for _ in 0..100 {
            if self.at_address().await.contains(part) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("came to {} and not to {part}: {}", self.at_address().await, self.text().await);
    }

    /// Waits, bounded, until the page has this, which tells it from one at the same address.
    pub(crate) async fn there(&self, css: &str) -> Element {
        let element = self.page.wait().for_element(Locator::Css(css)).await;
        match element {
            Ok(element) => element,
            Err(error) => {
                panic!("no {css} at {}: {error}: {}", self.at_address().await, self.text().await)
            }
        }
    }

    /// Waits, bounded, until the page says this.
    pub(crate) async fn says(&self, text: &str) {
        for _ in 0..50 {
            if self.text().await.contains(text) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("`{text}` is not said at {}: {}", self.at_address().await, self.text().await);
    }

    pub(crate) async fn text(&self) -> String {
        let text = self.script("return document.body.innerText").await;
        text.as_str().unwrap_or("").to_owned()
    }

    pub(crate) async fn fill(&self, css: &str, value: &str) {
        let field = self.there(css).await;
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }

    pub(crate) async fn press(&self, css: &str) {
        self.there(css).await.click().await.unwrap();
    }

    /// Presses the button of the form that posts to a path.
    pub(crate) async fn post(&self, action: &str) {
        self.press(&format!("main form[action='{action}'] button[type=submit]")).await;
    }
}
