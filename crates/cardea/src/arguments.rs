//! What can be typed.

use clap::{Parser, Subcommand, ValueEnum};

use crate::{
    app, attestation, audit, authenticator, bluetooth_policy, check, completions, diff, explain,
    export, fix, import, man, pass, policy, recover, serve, verify, whatif,
};

/// Every help text shows how a command is used before it lists what there is.
pub(crate) const HELP: &str = "{about}{after-help}\n\n{usage-heading} {usage}\n\n{all-args}";

const VERSION: &str =
    concat!(env!("CARGO_PKG_VERSION"), "\nShe opens what is shut and shuts what is open.");

const EXAMPLES: &str = "\
Examples:
  cardea check my-tenant/                    who is locked out, and what weak way in is open
  cardea explain registration-loop           what a finding means, and the ways out
  cardea fix registration-loop my-tenant/    the proved fixes; --apply writes one
  cardea diff main: my-tenant/               what a change opens and shuts
  cardea whatif my-tenant/ --user kim --app Teams --platform android
  cardea serve --demo                        a tenant that runs, with people to try it as";

/// She opens what is shut and shuts what is open.
///
/// Proves from the Conditional Access policies of a tenant who can get in and who cannot.
#[derive(Debug, Parser)]
#[command(
    name = "cardea",
    version = VERSION,
    about = "She opens what is shut and shuts what is open.\n\n\
             Proves from a tenant's Conditional Access policies who gets in and who cannot.",
    long_about = None,
    after_help = EXAMPLES,
    help_template = HELP,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Colours: auto, always or never; the environment counts too
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        hide_default_value = true,
        display_order = 900
    )]
    pub color: ColorWhen,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(check::Arguments),
    Whatif(whatif::Arguments),
    Diff(diff::Arguments),
    Fix(fix::Arguments),
    Verify(verify::Arguments),
    Explain(explain::Arguments),
    Serve(serve::Arguments),
    Pass(pass::Arguments),
    App(app::Arguments),
    Audit(audit::Arguments),
    Attestation(attestation::Arguments),
    Policy(policy::Arguments),
    Import(import::Arguments),
    Export(export::Arguments),
    Recover(recover::Arguments),
    Authenticator(authenticator::Arguments),
    BluetoothPolicy(bluetooth_policy::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// When to use colours. Values have no comments of their own: clap would print them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    Auto,
    Always,
    Never,
}
