//! The style sheet and the scripts, inside the program.

/// One file that browsers load.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// File name in `assets/`.
    pub name: &'static str,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
    hash: u64,
}

/// The style sheet.
pub const STYLE: Asset =
    Asset::new("cardea.css", "text/css; charset=utf-8", include_bytes!("../assets/cardea.css"));
/// The picture of a tab: two leaves on a hinge.
pub const ICON: Asset =
    Asset::new("icon.svg", "image/svg+xml", include_bytes!("../assets/icon.svg"));
/// Passkey ceremonies.
pub const PASSKEY: Asset = Asset::script("passkey.js", include_bytes!("../assets/passkey.js"));
/// Copy buttons.
pub const COPY: Asset = Asset::script("copy.js", include_bytes!("../assets/copy.js"));
/// Waiting for the phone.
pub const WAIT: Asset = Asset::script("wait.js", include_bytes!("../assets/wait.js"));
/// What every page runs: focus for the summary of errors.
pub const PAGE: Asset = Asset::script("page.js", include_bytes!("../assets/page.js"));
/// Takes the one-use code out of the set-up link.
pub const SET_UP: Asset = Asset::script("setup.js", include_bytes!("../assets/setup.js"));
/// Posts the form that hands an answer to an app.
pub const FORM_POST: Asset =
    Asset::script("form_post.js", include_bytes!("../assets/form_post.js"));

/// What the admin center adds to the style sheet.
pub const CENTER_STYLE: Asset =
    Asset::new("center.css", "text/css; charset=utf-8", include_bytes!("../assets/center.css"));
/// Proves drafts as they are changed, and the keys of the admin center.
pub const CENTER: Asset = Asset::script("center.js", include_bytes!("../assets/center.js"));

/// All of them.
pub const ALL: [Asset; 10] =
    [STYLE, ICON, PASSKEY, COPY, WAIT, PAGE, SET_UP, FORM_POST, CENTER_STYLE, CENTER];

/// Value of `Cache-Control` for every asset: its path changes with its content.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

impl Asset {
    const fn new(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        Self { name, content_type, bytes, hash: fnv1a(bytes) }
    }

    const fn script(name: &'static str, bytes: &'static [u8]) -> Self {
        Self::new(name, "text/javascript; charset=utf-8", bytes)
    }

    /// Its address below the tenant's root: `/assets/HASH/NAME`.
    pub fn path(&self) -> String {
        format!("{}/{:016x}/{}", crate::paths::ASSETS, self.hash, self.name)
    }
}

/// Finds the asset behind an address; `None` for an unknown name and for the hash of another
/// version, so that a cache never keeps the wrong bytes for ever.
pub fn at(path: &str) -> Option<Asset> {
    ALL.into_iter().find(|asset| asset.path() == path)
}

/// FNV-1a, 64 bits: tells versions of our own files apart, and protects nothing.
const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        // Widening; `u64::from` is not const.
        #[expect(clippy::as_conversions, reason = "from u8 to u64, in a constant")]
        let byte = *first as u64;
        hash = (hash ^ byte).wrapping_mul(0x0100_0000_01b3);
        rest = tail;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_by_its_path_and_by_no_other() {
        for asset in ALL {
            assert_eq!(at(&asset.path()).unwrap().name, asset.name);
        }
        assert!(at("/assets/0000000000000000/cardea.css").is_none(), "another version");
        assert!(at("/assets/cardea.css").is_none());
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        // Test vectors of the algorithm's authors.
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
