//! The project's own chores: everything that is done to the code rather than by it.
//!
//! *Knows* cargo, git, the layout of the repository, and what it demands of every file.
//! *Never* knows what a policy means; no other crate depends on it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "chores talk to a terminal")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod fuzz;
mod mutants;
mod prerequisites;
mod release;
mod shell;
mod test;
mod tidy;
mod workspace;

/// The project's own chores.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Run everything that must hold: format, lints, documentation, tests, tidy, fuzz corpus
    Test,
    /// Install what the tests of the running tenant need: a browser, a database, the clients' libraries
    Prerequisites,
    /// Check what the compiler cannot: arrows between crates, sizes, names, pages, links
    Tidy,
    /// Run the benches and write their table to `bench/RESULTS.md`
    Bench,
    /// Run every fuzz target for a while, starting from its saved corpus
    Fuzz {
        /// How long each target runs
        #[arg(long, default_value_t = 60, value_name = "N")]
        seconds: u32,
    },
    /// Break the rulebook in every small way and see whether a test notices; takes an hour or more
    Mutants,
    /// Build the release binary twice and compare
    Release,
}

fn main() -> ExitCode {
    let outcome =
        workspace::Workspace::here().and_then(|workspace| match Arguments::parse().chore {
            Chore::Test => test::run(&workspace),
            Chore::Prerequisites => prerequisites::run(&workspace),
            Chore::Tidy => tidy::run(&workspace),
            Chore::Bench => bench::run(&workspace),
            Chore::Fuzz { seconds } => fuzz::run(&workspace, seconds),
            Chore::Mutants => mutants::run(&workspace),
            Chore::Release => release::run(&workspace),
        });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
