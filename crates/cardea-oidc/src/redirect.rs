//! Where people may be sent: an address that is registered, or a path of our own.

use crate::client::{Platform, RedirectUri};

/// The registered address that a request means.
///
/// Addresses are compared byte by byte (RFC 9700 §2.1). Only a native app on the same machine may
/// name another port than it registered, since it takes whichever is free (RFC 8252 §7.3).
pub fn registered<'a>(uris: &'a [RedirectUri], asked: &str) -> Option<&'a RedirectUri> {
    uris.iter().find(|it| it.uri() == asked).or_else(|| {
        uris.iter()
            .find(|it| it.platform() == Platform::Native && differs_in_port_only(it.uri(), asked))
    })
}

/// The hosts of the same machine, as they are written in addresses.
const LOOPBACK: [&str; 3] = ["http://127.0.0.1", "http://[::1]", "http://localhost"];

fn differs_in_port_only(registered: &str, asked: &str) -> bool {
    LOOPBACK.iter().any(|origin| {
        let rests = (after_port(registered, origin), after_port(asked, origin));
        matches!(rests, (Some(registered), Some(asked)) if registered == asked)
    })
}

/// What follows origin and port: nothing, a path or a query.
fn after_port<'a>(uri: &'a str, origin: &str) -> Option<&'a str> {
    let rest = uri.strip_prefix(origin)?;
    let rest = match rest.strip_prefix(':') {
        None => rest,
        Some(rest) => {
            let end = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
            let (port, rest) = rest.split_at_checked(end)?;
            let number: u16 = port.parse().ok()?;
            (number != 0 && !port.starts_with('0')).then_some(rest)?
        }
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
}

/// A path of our own site, to which a person returns after a detour.
///
/// It cannot lead anywhere else, however a browser reads it: it begins with exactly one slash, and
/// has no backslash, no control characters, no white space, and no encoded slash at its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalPath(String);

impl LocalPath {
    /// Takes a path, or nothing if it might lead elsewhere.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        let plain = text.len() <= 4096
            && text.bytes().all(|it| it.is_ascii_graphic())
            && !text.contains('\\')
            && !text.contains("..");
        let start = rest.to_ascii_lowercase();
        let leads_away = ["/", "%2f", "%5c", "%09", "%0a", "%0d", ".", "%2e"]
            .iter()
            .any(|it| start.starts_with(it));
        (plain && !leads_away).then(|| Self(text.to_owned()))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
