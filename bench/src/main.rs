//! Measurements of Cardea, printed as Markdown. Every claim is a ratio inside one run.

mod evaluate;
mod measure;
mod synthetic;

fn main() {
    println!("## P1: one evaluation, 240 policies, 50 groups\n");
    println!("| engine | ns | allocations | × cardea cached |\n|---|---:|---:|---:|");
    let lines = evaluate::run();
    let cached = lines.get(1).map_or(f64::NAN, |line| line.cost.nanoseconds);
    for line in &lines {
        println!(
            "| {} | {:.0} | {:.1} | {:.1} |",
            line.what,
            line.cost.nanoseconds,
            line.cost.allocations,
            line.cost.nanoseconds / cached
        );
    }
}
