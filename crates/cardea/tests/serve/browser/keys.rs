//! A keyboard, and whether its user can see where they are.

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use serde::Deserialize;

use super::Browser;

/// Keys without a letter (`WebDriver` §17.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// To the next control.
    Tab,
    /// Press what has the focus, or send the form.
    Enter,
    /// Press what has the focus, or open it.
    Space,
    /// Give up.
    Escape,
}

/// What has the focus.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Focus {
    /// The start tag of the element.
    pub(crate) tag: String,
    /// Whether it is the one that is looked for.
    pub(crate) is_it: bool,
    /// Whether an outline of at least two pixels is around it.
    is_outlined: bool,
    /// Whether it is in the window, with nothing before it.
    is_in_sight: bool,
}

/// `arguments[0]` is a selector. The element may be hidden by its own label or by what is inside of it.
const FOCUS: &str = "const it = document.activeElement, box = it.getBoundingClientRect();
    const style = getComputedStyle(it), seen = document.elementFromPoint(
        Math.max(1, box.left + box.width / 2), Math.max(1, box.top + box.height / 2));
    return { tag: it.outerHTML.split('>')[0] + '>', is_it: it.matches(SELECTOR),
        is_outlined: it.matches(':focus-visible') && style.outlineStyle !== 'none'
            && parseFloat(style.outlineWidth) >= 2,
        is_in_sight: box.top >= 0 && box.bottom <= innerHeight && box.width > 0
            && (it.contains(seen) || seen.contains(it)) };";

impl Browser {
    /// Presses a key and lets it go.
    pub(crate) async fn key(&self, key: Key) {
        let value = match key {
            Key::Tab => '\u{e004}',
            Key::Enter => '\u{e007}',
            Key::Space => ' ',
            Key::Escape => '\u{e00c}',
        };
        self.strike(value).await;
    }

    /// Types a text, letter by letter.
    pub(crate) async fn types(&self, text: &str) {
        for letter in text.chars() {
            self.strike(letter).await;
        }
    }

    async fn strike(&self, value: char) {
        let keys = KeyActions::new("keyboard".to_owned());
        let keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.page.perform_actions(keys).await.expect("a key is pressed");
    }

    /// What has the focus, and whether it is `css`.
    pub(crate) async fn focus(&self, css: &str) -> Focus {
        let selector = serde_json::to_string(css).expect("text");
        let told = self.script(&FOCUS.replace("SELECTOR", &selector)).await;
        serde_json::from_value(told).expect("a focus")
    }

    /// Presses the tabulator until an element has the focus, if it has not from the beginning. Everything on the way
    /// can be seen to have it.
    pub(crate) async fn tab_to(&self, css: &str) {
        if self.focus(css).await.is_it {
            return;
        }
        let mut way = Vec::new();
        for _ in 0..40 {
            self.key(Key::Tab).await;
            let focus = self.focus(css).await;
            assert!(focus.is_outlined && focus.is_in_sight, "{focus:?} after {way:?}");
            if focus.is_it {
                return;
            }
            way.push(focus.tag);
        }
        panic!("the tabulator does not lead to {css}: {way:?}");
    }
}
