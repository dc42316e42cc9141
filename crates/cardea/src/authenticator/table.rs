//! Tables of text.

use unicode_width::UnicodeWidthStr as _;

/// A table with a head, its columns two spaces apart.
pub(super) fn rendered<const N: usize>(
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut lines = vec![head.map(str::to_owned)];
    lines.extend(rows);
    let widths: [usize; N] = std::array::from_fn(|column| {
        lines.iter().filter_map(|line| line.get(column)).map(|it| it.width()).max().unwrap_or(0)
    });
    let mut text = String::new();
    for line in &lines {
        let mut row = String::new();
        for (cell, width) in line.iter().zip(widths) {
            row += cell;
            row += &" ".repeat(width.saturating_sub(cell.width()) + 2);
        }
        text += row.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_what_is_in_them() {
        let rows = [["work".to_owned(), "ä".to_owned()], ["日本".to_owned(), String::new()]];
        assert_eq!(rendered(["A", "B"], rows), "A     B\nwork  ä\n日本\n");
    }
}
