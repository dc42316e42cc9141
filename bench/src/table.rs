//! The table of results, as Markdown.

use std::fmt::Write as _;

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// The number of the work: `P1`.
    pub number: &'static str,
    /// What is done.
    pub work: String,
    /// What it may cost; empty where nothing is promised.
    pub goal: String,
    /// What it costs.
    pub measured: Measured,
    /// The same work elsewhere, as a ratio to this line where it was measured in the same run.
    pub beside: String,
}

/// What came of measuring.
#[derive(Clone, Debug)]
pub enum Measured {
    /// A figure without a goal.
    Figure(String),
    /// A figure and how much of the goal it is; at most 1 is what was promised.
    Against(String, f64),
    /// It took longer than anybody would wait for.
    Abandoned(String),
    /// It was not measured, and why.
    Skipped(String),
}

impl Measured {
    /// A figure against its goal, both in the same unit.
    pub fn against(figure: f64, goal: f64, text: String) -> Self {
        Self::Against(text, figure / goal)
    }

    fn cells(&self) -> (String, String) {
        match self {
            Self::Figure(text) => (text.clone(), String::new()),
            Self::Against(text, ratio) if *ratio <= 1.0 => {
                (text.clone(), format!("met ({})", times(*ratio)))
            }
            Self::Against(text, ratio) => (text.clone(), format!("**missed** ({})", times(*ratio))),
            Self::Abandoned(text) => (text.clone(), "**missed**".to_owned()),
            Self::Skipped(why) => (format!("not measured: {why}"), String::new()),
        }
    }
}

/// The whole table.
pub fn markdown(rows: &[Row]) -> String {
    let mut text = "| # | work | goal | measured | against the goal | side by side |\n\
                    |---|---|---|---|---|---|\n"
        .to_owned();
    for row in rows {
        let (measured, verdict) = row.measured.cells();
        let cells = [row.number, &row.work, &row.goal, &measured, &verdict, &row.beside];
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// A ratio: "0.4 ×", "37 ×".
pub fn times(ratio: f64) -> String {
    format!("{} ×", figures(ratio))
}

/// Nanoseconds in the unit that fits.
pub fn nanoseconds(value: f64) -> String {
    match value {
        it if it < 1e4 => format!("{} ns", figures(it)),
        it if it < 1e7 => format!("{} µs", figures(it / 1e3)),
        it => milliseconds(it / 1e6),
    }
}

/// Milliseconds in the unit that fits.
pub fn milliseconds(value: f64) -> String {
    if value < 1e4 {
        format!("{} ms", figures(value))
    } else {
        format!("{} s", figures(value / 1e3))
    }
}

/// MiB.
pub fn memory(value: f64) -> String {
    format!("{} MiB", figures(value))
}

/// Three figures at most, with commas between thousands.
fn figures(value: f64) -> String {
    match value {
        it if it < 0.995 => format!("{it:.2}"),
        it if it < 9.95 => format!("{it:.1}"),
        it => thousands(it),
    }
}

/// A whole number, with commas between thousands.
pub fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_figures_and_a_unit() {
        let shown: Vec<String> = [0.4, 4.25, 42.4, 4242.0, 1e6].map(figures).into();
        assert_eq!(shown, ["0.40", "4.2", "42", "4,242", "1,000,000"]);
        assert_eq!(nanoseconds(128.0), "128 ns");
        assert_eq!(nanoseconds(365_111.0), "365 µs");
        assert_eq!(milliseconds(15_084.0), "15 s");
    }
}
