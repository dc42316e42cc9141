//! What would happen in a sign-in, in words.

use cardea_check::report::Answer as Verdict;
use cardea_idp::decision::{Next, Registrable, Way};
use cardea_idp::exit::Exit;

/// Whether somebody gets in right there, without going elsewhere first.
pub(in crate::routes::admin) fn verdict(next: &Next) -> Verdict {
    match next {
        Next::Granted | Next::Show(_) | Next::Register(_) | Next::Accept(_) => Verdict::Proved,
        Next::Shut(_) => Verdict::Refuted,
    }
}

/// How somebody gets in, or what helps, in words.
pub(in crate::routes::admin) fn why(next: &Next) -> String {
    let joined = |words: Vec<&str>| words.join(" or ");
    match next {
        Next::Granted => "nothing is asked".to_owned(),
        Next::Show(ways) => format!("with {}", joined(ways.iter().map(|it| way(*it)).collect())),
        Next::Register(list) => {
            let list = list.iter().map(|it| match it {
                Registrable::Passkey => "a passkey",
                Registrable::App => "an authenticator app",
            });
            format!("after adding {}", joined(list.collect()))
        }
        Next::Accept(_) => "after accepting terms of use".to_owned(),
        Next::Shut(shut) if shut.exits.is_empty() => "nothing that Cardea knows helps".to_owned(),
        Next::Shut(shut) => {
            format!("helps: {}", joined(shut.exits.iter().copied().map(exit).collect()))
        }
    }
}

/// Where a pass leads on that somebody has; `None` where none would.
pub(super) fn pass_place(next: &Next) -> Option<&'static str> {
    let Next::Shut(shut) = next else { return None };
    shut.exits.iter().find_map(|exit| match exit {
        Exit::Pass => Some("there"),
        Exit::PassOnPhone => Some("in Authenticator on the phone"),
        Exit::PassOnTrustedNetwork => Some("on a trusted network"),
        Exit::Phone | Exit::TrustedNetwork | Exit::ManagedDevice => None,
    })
}

fn way(way: Way) -> &'static str {
    match way {
        Way::Pass => "the pass",
        Way::Passkey => "a passkey",
        Way::Code => "a code from an app",
        Way::Password => "the password",
    }
}

fn exit(exit: Exit) -> &'static str {
    match exit {
        Exit::Phone => "adding a passkey in Authenticator on a phone",
        Exit::TrustedNetwork => "a trusted network",
        Exit::ManagedDevice => "a managed device",
        Exit::Pass => "a pass, used there",
        Exit::PassOnPhone => "a pass, used in Authenticator on the phone",
        Exit::PassOnTrustedNetwork => "a pass, used on a trusted network",
    }
}
