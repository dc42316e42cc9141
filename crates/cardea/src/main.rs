//! The command: reads exports, asks the rules, shows what they found, runs a tenant, and is its Authenticator.
//!
//! *Knows* arguments, settings, files, terminals and exit codes.
//! *Never* decides anything: what is true of a tenant is the business of the crates below.

mod app;
mod arguments;
mod attestation;
mod audit;
mod authenticator;
mod bluetooth_policy;
mod check;
mod clock;
mod completions;
mod diff;
mod exit;
mod explain;
mod export;
mod files;
mod fix;
mod folder;
mod import;
mod input;
mod interrupts;
mod load;
mod man;
mod markdown;
mod output;
mod pass;
mod policy;
mod progress;
mod proposed;
mod recover;
mod serve;
mod settings;
mod verify;
mod whatif;
mod write;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};

/// Hashing passwords needs much memory for a moment, which this one gives back to the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
use exit::Exit;
use interrupts::Interrupts;
use output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let interrupts = match &arguments.command {
        // A server ends what it has begun.
        Command::Serve(_) => Interrupts::default(),
        Command::Check(_)
        | Command::Whatif(_)
        | Command::Diff(_)
        | Command::Fix(_)
        | Command::Verify(_)
        | Command::Explain(_)
        | Command::Pass(_)
        | Command::App(_)
        | Command::Audit(_)
        | Command::Attestation(_)
        | Command::Policy(_)
        | Command::Import(_)
        | Command::Export(_)
        | Command::Recover(_)
        | Command::Authenticator(_)
        | Command::BluetoothPolicy(_)
        | Command::Completions(_)
        | Command::Man(_) => Interrupts::watch(),
    };
    let output = Output::new(arguments.color, interrupts);
    let exit = run(&arguments.command, &output).unwrap_or_else(|error| {
        if interrupted(&error) {
            return Exit::Interrupted;
        }
        output.complain(&format!("error: {error:#}"));
        Exit::CouldNotRun
    });
    exit.into()
}

/// Whether somebody pressed Ctrl-C where a secret was to be typed. It is a signal as well, which may come later.
fn interrupted(error: &anyhow::Error) -> bool {
    let error = error.root_cause().downcast_ref::<std::io::Error>();
    error.is_some_and(|it| it.kind() == std::io::ErrorKind::Interrupted)
}

fn run(command: &Command, output: &Output) -> anyhow::Result<Exit> {
    match command {
        Command::Check(arguments) => check::run(arguments, output),
        Command::Whatif(arguments) => whatif::run(arguments, output),
        Command::Diff(arguments) => diff::run(arguments, output),
        Command::Fix(arguments) => fix::run(arguments, output),
        Command::Verify(arguments) => verify::run(arguments, output),
        Command::Serve(arguments) => serve::run(arguments, output),
        Command::Pass(arguments) => pass::run(arguments, output),
        Command::App(arguments) => app::run(arguments, output),
        Command::Audit(arguments) => audit::run(arguments, output),
        Command::Attestation(arguments) => attestation::run(arguments, output),
        Command::Policy(arguments) => policy::run(arguments, output),
        Command::Import(arguments) => import::run(arguments, output),
        Command::Export(arguments) => export::run(arguments, output),
        Command::Recover(arguments) => recover::run(arguments, output),
        Command::Authenticator(arguments) => authenticator::run(arguments, output),
        Command::BluetoothPolicy(arguments) => bluetooth_policy::run(arguments, output),
        Command::Explain(arguments) => explain::run(arguments, output),
        Command::Completions(arguments) => completions::run(arguments, output),
        Command::Man(arguments) => man::run(arguments, output),
    }
}
