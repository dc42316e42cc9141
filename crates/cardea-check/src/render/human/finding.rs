//! One finding in a terminal.

use super::snippet;
use crate::render::places::Places;
use crate::render::screen::{Ink, Screen};
use crate::render::text::{Charset, count, width};
use crate::render::words;
use crate::report::{Accepted, Actor, Finding, Outcome, Severity, Step};

/// The colour that goes with a severity's word.
pub(super) fn ink(severity: Severity) -> Ink {
    match severity {
        Severity::Input | Severity::Lockout => Ink::Red,
        Severity::Weakness => Ink::Yellow,
        Severity::Doubt | Severity::Note => Ink::Cyan,
    }
}

pub(super) fn write(screen: &mut Screen, finding: &Finding, places: &Places<'_>) {
    let head = format!("{}[{}]", words::level(finding.severity), finding.rule);
    screen.put(ink(finding.severity), &head);
    screen.put(Ink::Bold, ": ");
    screen.beside(width(&head) + 2, Ink::Bold, &finding.message);
    let gutter = snippet::write(screen, finding, places);
    let remarks = Remarks { indent: " ".repeat(gutter + 1) };
    if finding.places.iter().any(|label| label.span.is_some()) {
        screen.line(Ink::Cyan, &format!("{}|", remarks.indent));
    }
    remarks.write(screen, finding);
    help(screen, finding);
}

/// The `=` lines under the snippet.
struct Remarks {
    indent: String,
}

impl Remarks {
    fn write(&self, screen: &mut Screen, finding: &Finding) {
        for label in finding.places.iter().filter(|label| label.span.is_none()) {
            if words::is_missing(label) {
                if !label.text.is_empty() {
                    self.remark(screen, "", &label.text);
                }
                continue;
            }
            let place = match label.field.as_str() {
                "" => label.object.clone(),
                field => format!("{}, {field}", label.object),
            };
            self.remark(screen, "at: ", &format!("{place}: {}", label.text));
        }
        let who = words::who(&finding.who);
        if !who.is_empty() {
            self.remark(screen, "who: ", &who);
        }
        self.trace(screen, &finding.trace);
        if !finding.tried.is_empty() {
            let tried: Vec<String> = finding
                .tried
                .iter()
                .map(|one| format!("{} ({})", words::method(&one.method), one.why_not))
                .collect();
            self.remark(screen, "tried: ", &tried.join(", "));
        }
        for note in &finding.notes {
            self.remark(screen, "note: ", note);
        }
    }

    fn remark(&self, screen: &mut Screen, lead: &str, text: &str) {
        screen.put(Ink::Cyan, &format!("{}= ", self.indent));
        screen.put(Ink::Bold, lead);
        screen.beside(self.indent.len() + 2 + lead.len(), Ink::Plain, text);
    }

    fn trace(&self, screen: &mut Screen, trace: &[Step]) {
        let longest = trace.iter().map(|step| width(actor(step))).max().unwrap_or(0).min(20);
        let digits = trace.len().to_string().len();
        for (at, step) in trace.iter().enumerate() {
            let lead = if at == 0 { "= " } else { "  " };
            screen.put(Ink::Cyan, &format!("{}{lead}", self.indent));
            let place = format!("{:>digits$} {:longest$}  ", at + 1, actor(step));
            screen.put(Ink::Plain, &place);
            let column = self.indent.len() + 2 + width(&place);
            let mark = mark(step, trace.len(), screen.terminal().charset);
            screen.beside_with_end(column, &words::step(step), &mark);
        }
    }
}

/// Who acts in a step, or for a person on which device: that is what changes within a trace.
fn actor(step: &Step) -> &str {
    match step.actor {
        Actor::Attacker => "attacker",
        Actor::HelpDesk => "help desk",
        Actor::Person => &step.device,
    }
}

/// How a step ends, where it does not simply go on.
fn mark(step: &Step, steps: usize, charset: Charset) -> String {
    let (ascii, unicode, words) = match step.outcome {
        Outcome::Onward => return String::new(),
        Outcome::Wall => ("x", "✕", "shut".to_owned()),
        Outcome::Back(_) => {
            let to = words::back(steps, step.outcome).unwrap_or(1);
            ("^", "↻", format!("back to {to}"))
        }
        Outcome::Climb => ("^", "↑", "gains a stronger way in".to_owned()),
        Outcome::Door => (">", "→", "gets in".to_owned()),
    };
    match charset {
        Charset::Ascii => format!("{ascii} {words}"),
        Charset::Unicode => format!("{unicode} {words}"),
    }
}

fn help(screen: &mut Screen, finding: &Finding) {
    let rule = finding.rule;
    if let Some(help) = &finding.help {
        screen.lead(Ink::Cyan, "help: ", help);
    }
    if !finding.fixes.is_empty() {
        let fixes = count(finding.fixes.len(), "fix is", "fixes are");
        screen.lead(Ink::Cyan, "help: ", &format!("{fixes} proved; see `cardea fix {rule}`"));
    }
    screen.lead(Ink::Cyan, "why:  ", &format!("`cardea explain {rule}`"));
}

/// A finding that the settings accept, in one or two lines.
pub(super) fn accepted(screen: &mut Screen, accepted: &Accepted) {
    let Accepted { finding, reason, until } = accepted;
    let text = format!("{} (until {until}: {reason})", finding.message);
    screen.lead(Ink::Cyan, &format!("accepted[{}]: ", finding.rule), &text);
}
