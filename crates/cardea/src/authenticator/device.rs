//! `cardea authenticator device`: a profile as a security key, which every program of this computer finds.

#[cfg(all(feature = "uhid", target_os = "linux"))]
mod line;
#[cfg(all(feature = "uhid", target_os = "linux"))]
mod plugged;

use anyhow::Result;

use super::place::Where;
use super::secrets::PinFrom;
use crate::arguments::HELP;
use crate::exit::Exit;
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea authenticator device --profile work      until Ctrl-C ends it

It needs Linux, a build with `--features uhid`, and access to /dev/uhid, which is root's. It was
tried against the layout of the kernel's events, and never on a kernel.";

/// Is a security key on this computer, and asks about each request
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(super) struct Arguments {
    /// The profile, where there are several
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    #[command(flatten)]
    pin: PinFrom,
}

/// Is a security key until it is interrupted.
///
/// # Errors
/// The profile or `/dev/uhid` cannot be opened, or the kernel ends the device.
#[cfg(all(feature = "uhid", target_os = "linux"))]
pub(super) fn run(arguments: &Arguments, place: &Where, output: &Output) -> Result<Exit> {
    plugged::run((arguments.profile.as_deref(), arguments.pin.source()), place, output)
}

/// Says what it takes.
///
/// # Errors
/// Always: this build cannot be a device.
#[cfg(not(all(feature = "uhid", target_os = "linux")))]
pub(super) fn run(arguments: &Arguments, _: &Where, _: &Output) -> Result<Exit> {
    let _ = (&arguments.profile, &arguments.pin);
    anyhow::bail!(
        "this build of cardea cannot be a security key\n\
         help: on Linux, build it with `cargo build --release -p cardea --features uhid`; \
         for Chromium, `cardea authenticator install-extension` needs neither"
    )
}
