//! What the page's template shows, as plain text; the template escapes it. The admin center shows the same.

use cardea_graph::source::Sources;

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
#[derive(Clone, Debug)]
pub struct FindingView {
    /// Unique on the page.
    pub id: String,
    /// The rule.
    pub rule: &'static str,
    /// The word for how bad it is, which is a class too.
    pub level: &'static str,
    /// A sign that says the same without colour.
    pub sign: &'static str,
    /// One sentence.
    pub message: String,
    /// Whom it concerns.
    pub who: String,
    /// Pictures of the trace, where there is one.
    pub figure: Option<Figure>,
    /// What happens.
    pub steps: Vec<StepView>,
    /// Ways that were tried, each with why it is shut.
    pub tried: Vec<(String, String)>,
    /// The place to change, as file, line and field.
    pub hinge: Option<String>,
    /// All places.
    pub places: Vec<PlaceView>,
    /// Remarks.
    pub notes: Vec<String>,
    /// What to do where there is no fix.
    pub help: Option<String>,
    /// Fixes that were proved.
    pub fixes: Vec<FixView>,
}

/// One item of the list of steps.
#[derive(Clone, Debug)]
pub struct StepView {
    /// Who acts, on what, and how it ends.
    pub lead: String,
    /// The words.
    pub text: String,
    /// The policies at work.
    pub policies: String,
    /// The step that it leads back to.
    pub back: Option<usize>,
}

/// A label with the source it points at.
#[derive(Clone, Debug)]
pub struct PlaceView {
    /// File, position, object and field.
    pub heading: String,
    /// The words.
    pub text: String,
    /// The lines around it.
    pub lines: Vec<LineView>,
}

/// A source line in three parts, of which the middle one is marked.
#[derive(Clone, Debug)]
pub struct LineView {
    /// Its number in the file.
    pub number: usize,
    /// Before the marked part.
    pub before: String,
    /// The marked part.
    pub marked: String,
    /// After it.
    pub behind: String,
}

/// One fix.
#[derive(Clone, Debug)]
pub struct FixView {
    /// What it does.
    pub title: String,
    /// How many files and lines it changes.
    pub size: String,
    /// The change: what each line is, as a class, and its text.
    pub diff: Vec<(&'static str, String)>,
    /// What was proved of the changed tenant.
    pub proved: Vec<String>,
    /// What becomes weaker.
    pub weaker: Vec<String>,
    /// Remarks.
    pub notes: Vec<String>,
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
    /// What there is to show of a finding. `number` is unique on the page.
    pub fn of(finding: &Finding, number: usize, sources: &Sources) -> Self {
        Self::new(finding, number, &Places::new(sources))
    }

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
    /// What there is to show of a fix.
    pub fn new(fix: &Fix) -> Self {
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
