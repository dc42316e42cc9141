//! x
use cardea_bench::evaluate;
fn main() {
    for (line, times) in evaluate::LINES.iter().zip(evaluate::times()) {
        println!("{:60} {:12.0} {:12.0}", line.text, times.least(), times.median());
    }
}
