//! What the page's template shows, as plain text; the template escapes it.

use super::figure::Figure;
use crate::render::excerpt::{ExcerptLine, Frame, excerpts};
use crate::render::patch::{DiffLine, changed_lines, shown};
use crate::render::places::Places;
use crate::render::text::{Charset, count};
use crate::render::words;
use crate::report::{Accepted, Actor, Finding, Fix, Outcome, Severity, Step};

/// Columns of a source line; a longer one is cut around its marks.
const COLUMNS: usize = 110;

/// The findings of one kind.
pub(super) struct Section {
    pub(super) level: &'static str,
    pub(super) title: String,
    pub(super) findings: Vec<FindingView>,
}

/// One finding.
pub(super) struct FindingView {
    pub(super) id: String,
    pub(super) rule: &'static str,
    pub(super) level: &'static str,
    pub(super) sign: &'static str,
    pub(super) message: String,
    pub(super) who: String,
    pub(super) figure: Option<Figure>,
    pub(super) steps: Vec<StepView>,
    pub(super) tried: Vec<(String, String)>,
    pub(super) hinge: Option<String>,
    pub(super) places: Vec<PlaceView>,
    pub(super) notes: Vec<String>,
    pub(super) help: Option<String>,
    pub(super) fixes: Vec<FixView>,
}

/// One item of the list of steps.
pub(super) struct StepView {
    pub(super) lead: String,
    pub(super) text: String,
    pub(super) policies: String,
    pub(super) back: Option<usize>,
}

/// A label with the source it points at.
pub(super) struct PlaceView {
    pub(super) heading: String,
    pub(super) text: String,
    pub(super) lines: Vec<LineView>,
}

/// A source line in three parts, of which the middle one is marked.
pub(super) struct LineView {
    pub(super) number: usize,
    pub(super) before: String,
    pub(super) marked: String,
    pub(super) behind: String,
}

/// One fix.
pub(super) struct FixView {
    pub(super) title: String,
    pub(super) size: String,
    /// A class and a line.
    pub(super) diff: Vec<(&'static str, String)>,
    pub(super) proved: Vec<String>,
    pub(super) weaker: Vec<String>,
    pub(super) notes: Vec<String>,
}

/// A finding that the settings accept.
pub(super) struct AcceptedView {
    pub(super) rule: &'static str,
    pub(super) message: String,
    pub(super) reason: String,
    pub(super) until: String,
}

impl AcceptedView {
    pub(super) fn new(accepted: &Accepted) -> Self {
        Self {
            rule: accepted.finding.rule,
            message: accepted.finding.message.clone(),
            reason: accepted.reason.clone(),
            until: accepted.until.clone(),
        }
    }
}

/// The findings by the word for their severity, worst first.
pub(super) fn sections(findings: &[&Finding], places: &Places<'_>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        let level = words::level(finding.severity);
        let view = FindingView::new(finding, at + 1, places);
        match sections.last_mut().filter(|section| section.level == level) {
            Some(section) => section.findings.push(view),
            None => sections.push(Section { level, title: String::new(), findings: vec![view] }),
        }
    }
    for section in &mut sections {
        let number = section.findings.len();
        section.title = match section.level {
            "error" => count(number, "error", "errors"),
            "warning" => count(number, "warning", "warnings"),
            "doubt" => count(number, "doubt", "doubts"),
            _ => count(number, "note", "notes"),
        };
    }
    sections
}

impl FindingView {
    fn new(finding: &Finding, number: usize, places: &Places<'_>) -> Self {
        let id = format!("f{number}");
        let primary = words::primary(finding);
        let hinge = primary.and_then(|label| {
            let place = places.place(label.span.as_ref()?)?;
            Some(format!("{}:{} {}", place.file.path, place.start.line, label.field))
        });
        Self {
            figure: Figure::new(finding, &id),
            rule: finding.rule,
            level: words::level(finding.severity),
            sign: match finding.severity {
                Severity::Input | Severity::Lockout => "✕",
                Severity::Weakness => "!",
                Severity::Doubt => "?",
                Severity::Note => "i",
            },
            message: finding.message.clone(),
            who: words::who(&finding.who),
            steps: steps(&finding.trace),
            tried: finding
                .tried
                .iter()
                .map(|one| (words::method(&one.method), one.why_not.clone()))
                .collect(),
            hinge,
            places: place_views(finding, places),
            notes: finding.notes.clone(),
            help: finding.help.clone(),
            fixes: finding.fixes.iter().map(FixView::new).collect(),
            id,
        }
    }
}

fn steps(trace: &[Step]) -> Vec<StepView> {
    let view = |step: &Step| {
        let mut lead = match step.actor {
            Actor::Attacker => "attacker".to_owned(),
            Actor::HelpDesk => "help desk".to_owned(),
            Actor::Person => step.device.clone(),
        };
        lead.push_str(match step.outcome {
            Outcome::Wall | Outcome::Back(_) => ", wall",
            Outcome::Climb => ", climb",
            Outcome::Door => ", in",
            Outcome::Onward => "",
        });
        StepView {
            lead,
            text: words::step(step),
            policies: step.policies.join(", "),
            back: words::back(trace.len(), step.outcome),
        }
    };
    trace.iter().map(view).collect()
}

/// Each label with its lines, in the order of the finding.
fn place_views(finding: &Finding, places: &Places<'_>) -> Vec<PlaceView> {
    let frame = Frame { columns: COLUMNS, charset: Charset::Unicode };
    let view = |(at, label): (usize, &crate::report::Label)| {
        let found = label.span.as_ref().and_then(|span| Some((span.file, places.place(span)?)));
        let object = [label.object.as_str(), label.field.as_str()];
        let object: Vec<&str> = object.into_iter().filter(|part| !part.is_empty()).collect();
        let object = object.join(", ");
        let Some((file, place)) = found else {
            let heading = if words::is_missing(label) { "the input".to_owned() } else { object };
            return PlaceView { heading, text: label.text.clone(), lines: Vec::new() };
        };
        let heading = format!("{}:{}:{}", place.file.path, place.start.line, place.start.column);
        let heading = if object.is_empty() { heading } else { format!("{heading} · {object}") };
        let lines = excerpts(places, file, &[(place, at)], frame)
            .into_iter()
            .flat_map(|excerpt| excerpt.lines)
            .map(|line| LineView::new(&line))
            .collect();
        PlaceView { heading, text: label.text.clone(), lines }
    };
    finding.places.iter().enumerate().map(view).collect()
}

impl LineView {
    fn new(line: &ExcerptLine) -> Self {
        let mark = line.marks.first().map_or(0..0, |(range, _)| range.clone());
        let part =
            |range: std::ops::Range<usize>| line.text.get(range).unwrap_or_default().to_owned();
        Self {
            number: line.number,
            before: part(0..mark.start),
            marked: part(mark.clone()),
            behind: part(mark.end..line.text.len()),
        }
    }
}

impl FixView {
    fn new(fix: &Fix) -> Self {
        let sizes = fix.edits.iter().map(changed_lines);
        let (added, removed) = sizes.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let files = count(fix.edits.len(), "file", "files");
        let lines = fix.edits.iter().flat_map(shown);
        Self {
            title: fix.title.clone(),
            size: format!("{files}, +{added} −{removed}"),
            diff: lines.map(|(line, text)| (class(line), text)).collect(),
            proved: fix.proved.clone(),
            weaker: fix.weaker.clone(),
            notes: fix.notes.clone(),
        }
    }
}

fn class(line: DiffLine) -> &'static str {
    match line {
        DiffLine::File => "file",
        DiffLine::Hunk => "hunk",
        DiffLine::Same => "same",
        DiffLine::Removed => "removed",
        DiffLine::Added => "added",
    }
}
