//! A report as one page in one file.
//!
//! The file asks for nothing else: no script, no font, no image; its policy forbids them. Pictures
//! are drawn as SVG. The ordered list beside a picture is the real content; the picture is an image
//! with a description to a screen reader.

mod drawing;
pub mod figure;
mod ladder;
mod lanes;
mod path;
mod ring;
pub mod view;

use std::fmt::Write as _;

use askama::Template;
use cardea_graph::source::Sources;

use self::view::{AcceptedView, Section, sections};
use super::places::Places;
use super::text::is_hidden;
use super::words;
use crate::report::{Answer, Report, Verdict};

const STYLE: &str = include_str!("../../templates/report.css");

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    style: &'static str,
    title: String,
    read: String,
    skipped: Vec<(String, String)>,
    assumptions: Vec<(String, String)>,
    answers: Vec<AnswerView>,
    sections: Vec<Section>,
    accepted: Vec<AcceptedView>,
    totals: String,
    is_clean: bool,
}

struct AnswerView {
    class: &'static str,
    sign: &'static str,
    word: &'static str,
    question: &'static str,
    because: String,
}

/// The report as an HTML page, light or dark as the reader prefers.
///
/// Everything from the input is escaped by the template, and characters that cannot be seen are
/// spelled out on the whole page.
pub fn html(report: &Report, sources: &Sources) -> String {
    let places = Places::new(sources);
    let findings = words::worst_first(report);
    let totals = words::totals(report);
    let page = Page {
        style: STYLE,
        title: format!("Conditional Access check: {totals}"),
        read: super::human::read(&report.input),
        skipped: report
            .input
            .skipped
            .iter()
            .map(|one| (one.file.clone(), one.reason.clone()))
            .collect(),
        assumptions: report
            .assumptions
            .iter()
            .map(|one| (one.name.clone(), one.text.clone()))
            .collect(),
        answers: answers(report),
        sections: sections(&findings, &places),
        accepted: report.accepted.iter().map(AcceptedView::new).collect(),
        totals,
        is_clean: report.input.skipped.is_empty()
            && report.findings.is_empty()
            && report.verdicts.iter().all(|verdict| verdict.answer == Answer::Proved),
    };
    let mut out = String::new();
    // Writing into a string fails only where a value's own formatting does, and none here can.
    let _ = page.render_into(&mut out);
    visible(&out)
}

fn answers(report: &Report) -> Vec<AnswerView> {
    let view = |verdict: &Verdict| {
        let (class, sign) = match verdict.answer {
            Answer::Proved => ("ok", "✓"),
            Answer::Refuted => ("bad", "✕"),
            Answer::Undecided => ("warn", "?"),
        };
        AnswerView {
            class,
            sign,
            word: words::answer(verdict.answer),
            question: verdict.question.text(),
            because: super::human::because(verdict, report),
        }
    };
    report.verdicts.iter().map(view).collect()
}

/// The page with hidden characters spelled out; the template itself holds none but line ends.
fn visible(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    for c in page.chars() {
        match c {
            '\n' => out.push(c),
            c if is_hidden(c) => {
                let _ = write!(out, "{}", c.escape_unicode());
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
