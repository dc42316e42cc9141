//! `cardea-bench CARDEA`: measures everything and prints the table as Markdown.
//!
//! Run by `cargo xtask bench` from the root of the repository; `CARDEA` is the release binary.

use std::env;
use std::path::Path;

use anyhow::{Result, bail};
use cardea_bench::{machine, part, report, table};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == "part" => part::here(rest),
        Some((cardea, [])) => all(Path::new(cardea)),
        _ => bail!("run this as `cargo xtask bench`"),
    }
}

fn all(cardea: &Path) -> Result<()> {
    let machine = machine::description();
    let rows = report::rows(cardea, Path::new("bench/plots"))?;
    println!("# Results\n");
    println!(
        "Written by `cargo xtask bench`; what is measured, and how, is in the [README](README.md).\n"
    );
    println!("Machine: {machine}.\n");
    print!("{}", table::markdown(&rows));
    Ok(())
}
