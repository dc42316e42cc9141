//! Addresses that come from outside of the templates, once more looked at before they become links.

use crate::paths;

/// A path of this site; anything else becomes the sign-in.
pub(super) fn local(path: &str) -> &str {
    let is_path = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    if is_path && !path.chars().any(char::is_control) { path } else { paths::SIGN_IN }
}

/// An app's registered address, which may have a scheme of its own; empty where the browser would
/// run it as a script or read it as a document.
pub(super) fn foreign(address: &str) -> &str {
    let Some((scheme, _)) = address.split_once(':') else { return "" };
    let begins = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain = scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let runs = ["javascript", "data", "vbscript", "blob", "about", "file"]
        .iter()
        .any(|bad| scheme.eq_ignore_ascii_case(bad));
    if begins && plain && !runs { address } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_site_is_local() {
        for path in ["/", "/signin?flow=1", "/t/oauth2/v2.0/authorize?x=http://a"] {
            assert_eq!(local(path), path);
        }
        for path in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:a",
            "/\t/e",
        ] {
            assert_eq!(local(path), paths::SIGN_IN, "{path}");
        }
    }

    #[test]
    fn an_app_s_address_may_have_its_own_scheme_but_never_runs() {
        for address in
            ["https://app.example/cb", "http://localhost:1/", "msauth.com.contoso.app://auth"]
        {
            assert_eq!(foreign(address), address);
        }
        let bad =
            ["", "/path", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)"];
        for address in
            bad.into_iter().chain(["java\tscript:a", "data:text/html,a", "1https://a", ":a"])
        {
            assert_eq!(foreign(address), "", "{address}");
        }
    }
}
