//! `cardea-bench CARDEA`: measures everything and prints the table as Markdown;
//! `cardea-bench CARDEA --only serve` measures a part of it.
//!
//! Run by `cargo xtask bench` from the root of the repository; `CARDEA` is the release binary.

use std::env;
use std::path::Path;

use anyhow::{Result, bail};
use cardea_bench::report::{self, Bench};
use cardea_bench::{machine, part, table};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == "part" => part::here(rest),
        Some((cardea, [])) => measured(Path::new(cardea), &Bench::ALL),
        Some((cardea, [option, name])) if option == "--only" => {
            measured(Path::new(cardea), &[Bench::named(name)?])
        }
        _ => bail!("run this as `cargo xtask bench`"),
    }
}

fn measured(cardea: &Path, benches: &[Bench]) -> Result<()> {
    let machine = machine::description();
    let rows = report::rows(benches, cardea, Path::new("bench/plots"))?;
    println!("# Results\n");
    println!(
        "Written by `cargo xtask bench`; what is measured, and how, is in the [README](README.md).\n"
    );
    println!("Machine: {machine}.\n");
    print!("{}", table::markdown(&rows));
    Ok(())
}
