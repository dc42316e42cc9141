//! The platform that a client claims to run on.
//!
//! Entra documents that the platform comes from what the client sends, and not how. The table is
//! ours; what it does not know is [`Platform::Unknown`], which policies cover by `all` only and
//! never exclude by name.

use cardea_policy::conditions::platform::Platform;
use cardea_tenant::journey::actor::Form;

/// What the text contains, and the platform that it then claims. The first that fits counts: a
/// phone's browser names its desktop relatives too.
const SIGNS: [(&str, Platform); 11] = [
    ("Windows Phone", Platform::WindowsPhone),
    ("Android", Platform::Android),
    ("iPhone", Platform::Ios),
    ("iPad", Platform::Ios),
    ("iPod", Platform::Ios),
    ("CrOS", Platform::Unknown),
    ("Windows", Platform::Windows),
    ("Macintosh", Platform::MacOs),
    ("Mac OS X", Platform::MacOs),
    ("Linux", Platform::Linux),
    ("X11", Platform::Linux),
];

/// Text beyond this many bytes is not read.
const LONGEST: usize = 2048;

/// The platform that a user agent claims.
pub fn claimed(user_agent: &str) -> Platform {
    let end = user_agent.floor_char_boundary(LONGEST);
    let text = user_agent.get(..end).unwrap_or_default();
    let sign = SIGNS.iter().find(|(sign, _)| text.contains(sign));
    sign.map_or(Platform::Unknown, |(_, platform)| *platform)
}

/// What kind of device such a platform runs on.
pub fn form(platform: Platform) -> Form {
    match platform {
        Platform::Android | Platform::Ios | Platform::WindowsPhone => Form::Phone,
        Platform::Windows | Platform::MacOs | Platform::Linux | Platform::Unknown => Form::Computer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(user_agent: &str, platform: Platform) {
        assert_eq!(claimed(user_agent), platform, "{user_agent}");
    }

    #[test]
    fn a_user_agent_claims_the_first_platform_that_it_names() {
        check("Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile", Platform::Android);
        check("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)", Platform::Ios);
        check("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", Platform::Windows);
        check("Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1)", Platform::WindowsPhone);
        check("Mozilla/5.0 (X11; Linux x86_64)", Platform::Linux);
    }

    #[test]
    fn a_tablet_in_desktop_mode_claims_a_computer() {
        check("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari", Platform::MacOs);
    }

    #[test]
    fn what_the_table_does_not_know_is_unknown() {
        check("", Platform::Unknown);
        check("curl/8.5.0", Platform::Unknown);
        check("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)", Platform::Unknown);
        check(&format!("{}Windows", "x".repeat(8192)), Platform::Unknown);
        check(&"ä".repeat(4000), Platform::Unknown);
    }
}
