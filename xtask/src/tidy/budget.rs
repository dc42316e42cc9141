//! How long files may be. The length of functions is clippy's business (`clippy.toml`).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{File, Problem};

/// No file may be longer, tests left out.
const HARD_STOP: usize = 600;
/// Files should stay below; 95 of 100 do.
const GOAL: usize = 400;

/// The files beyond the hard stop.
pub(super) fn problems(files: &[File]) -> Vec<Problem> {
    let too_long = counted(files).filter(|(_, lines)| *lines > HARD_STOP);
    too_long
        .map(|(file, lines)| {
            let text = format!("{lines} lines without tests; more than {HARD_STOP} is two modules");
            Problem::of(&file.path, text)
        })
        .collect()
}

/// Files, median, 95th percentile and maximum for each crate, and the files beyond the goal.
pub(super) fn table(files: &[File]) -> String {
    let mut crates: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut long = String::new();
    for (file, lines) in counted(files) {
        crates.entry(owner(&file.path)).or_default().push(lines);
        if lines > GOAL {
            let _ = writeln!(long, "long: {} has {lines} lines, the goal is {GOAL}", file.path);
        }
    }
    let mut table = String::from("lines without tests     files  median     p95     max\n");
    for (name, mut sizes) in crates {
        sizes.sort_unstable();
        let (median, p95, max) =
            (percentile(&sizes, 50), percentile(&sizes, 95), percentile(&sizes, 100));
        let _ = writeln!(table, "{name:<22} {:>6} {median:>7} {p95:>7} {max:>7}", sizes.len());
    }
    table + &long
}

/// The Rust files that hold more than tests, with their number of lines.
fn counted(files: &[File]) -> impl Iterator<Item = (&File, usize)> {
    let counts = files.iter().filter(|file| {
        file.is("rs") && !file.path.contains("/tests/") && !file.path.ends_with("/tests.rs")
    });
    counts.map(|file| (file, lines(&file.text)))
}

/// The crate (or top folder) that a path belongs to.
fn owner(path: &str) -> &str {
    let inside = path.strip_prefix("crates/").unwrap_or(path);
    inside.split('/').next().unwrap_or(inside)
}

/// Lines outside `#[cfg(test)] mod … { … }`. rustfmt closes such a module with a brace at the margin.
fn lines(text: &str) -> usize {
    let mut count = 0;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let opens =
            lines.peek().is_some_and(|next| next.starts_with("mod ") && next.ends_with('{'));
        if line == "#[cfg(test)]" && opens {
            lines.by_ref().find(|line| *line == "}");
        } else {
            count += 1;
        }
    }
    count
}

/// The smallest value that at least `percent` of the sorted values do not exceed; 0 for none.
fn percentile(sorted: &[usize], percent: usize) -> usize {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, shown};
    use super::*;

    #[test]
    fn test_modules_do_not_count() {
        assert_eq!(
            lines("fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n"),
            3
        );
    }

    #[test]
    fn a_file_beyond_the_hard_stop_is_a_problem() {
        let long = "\n".repeat(601);
        let files =
            files(&[("crates/cardea/src/a.rs", &long), ("crates/cardea/tests/b.rs", &long)]);
        let text =
            "crates/cardea/src/a.rs: 601 lines without tests; more than 600 is two modules\n";
        assert_eq!(shown(&problems(&files)), text);
    }

    #[test]
    fn percentiles_are_values_that_occur() {
        let sorted = [1, 2, 3, 4];
        assert_eq!([50, 95, 100].map(|percent| percentile(&sorted, percent)), [2, 4, 4]);
        assert_eq!(percentile(&[], 50), 0);
    }

    #[test]
    fn the_table_has_a_line_for_each_crate() {
        let files = files(&[("crates/cardea/src/a.rs", "a\nb\n"), ("xtask/src/main.rs", "a\n")]);
        assert_eq!(
            table(&files),
            "lines without tests     files  median     p95     max\n\
             cardea                      1       2       2       2\n\
             xtask                       1       1       1       1\n"
        );
    }
}
