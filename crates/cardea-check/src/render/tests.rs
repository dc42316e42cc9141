//! What holds for every format and any input.

use cardea_graph::source::Span;
use proptest::prelude::*;

use super::text::is_hidden;
use super::*;
use crate::report::{Label, Report};

/// Text of the characters that make trouble: line ends, tabs, wide and combining ones, escapes.
fn text() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "a",
        "\"name\": ",
        " ",
        "      ",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "é",
        "鍵",
        "e\u{301}",
        "🔑",
        "\u{1b}[31m",
        "\u{202e}",
        "\u{0}",
        "\u{200b}",
        "\u{feff}",
        "<b>",
        "{\"a\":[1,2]}",
        "0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60",
        "%0A::error::",
        "\u{10ffff}",
    ]);
    prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_spans_in_any_text_are_rendered(
        file in text(),
        words in text(),
        spans in prop::collection::vec((0_usize..400, 0_usize..60, any::<bool>()), 1..5),
        width in 0_usize..140,
    ) {
        let (mut report, _) = samples::hostile();
        // They are of another file of 100 kB, which the formats' own tests render.
        report.findings[0].fixes.clear();
        report.accepted.clear();
        let mut sources = cardea_graph::source::Sources::default();
        let id = samples::file(&mut sources, &words, &file);
        let label = |&(start, length, primary): &(usize, usize, bool)| Label {
            span: Some(Span { file: id, range: start..start + length }),
            object: words.clone(),
            id: String::new(),
            field: words.clone(),
            text: words.clone(),
            primary,
        };
        report.findings[0].places = spans.iter().map(label).collect();
        report.findings[0].message.clone_from(&words);
        for charset in [Charset::Ascii, Charset::Unicode] {
            let terminal = Terminal { width, charset, color: Color::Never };
            for out in [human(&report, &sources, &terminal), concise(&report, &sources, charset)] {
                prop_assert!(out.chars().all(|c| c == '\n' || !is_hidden(c)), "{out:?}");
                prop_assert!(charset == Charset::Unicode || out.is_ascii(), "{out:?}");
            }
        }
        check_machine_formats(&report, &sources)?;
    }
}

fn check_machine_formats(
    report: &Report,
    sources: &cardea_graph::source::Sources,
) -> Result<(), TestCaseError> {
    let page = html(report, sources);
    prop_assert!(page.chars().all(|c| c == '\n' || !is_hidden(c)));
    prop_assert!(!page.contains("<b>x") && !page.contains("\"<b>"));
    for text in [json(report, sources), sarif(report, sources)] {
        prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
    // One command, and the totals: no text of the input begins a line of its own.
    let lines = github(report, sources);
    prop_assert_eq!(lines.lines().count(), 2, "{}", lines);
    prop_assert!(github_summary(report, sources).lines().count() < 16);
    Ok(())
}
