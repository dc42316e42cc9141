//! The answer for people and for tools.

use cardea_check::render::{Color, Terminal, one_line};
use cardea_check::whatif::answer::{Answer, Effect, Line, Outcome};
use cardea_check::whatif::question::Question;
use cardea_policy::conditions::client::ClientApp;
use cardea_policy::evaluate::{Dimension, Reason};
use cardea_policy::id::PolicyId;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::State;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Names longer than this stand on a line of their own.
const LONGEST_NAME: usize = 44;
/// How many ways on are shown.
const WAYS: usize = 3;

/// The answer at a terminal: the verdict, the policies that apply, those that do not and why, and
/// what would succeed.
pub(super) fn human(
    question: &Question,
    answer: &Answer,
    index: &Index,
    terminal: &Terminal,
) -> String {
    let clean = |text: &str| one_line(text, terminal.charset).into_owned();
    let (word, color, verb) = match answer.outcome {
        Outcome::In => ("YES", "1", "gets to"),
        Outcome::Out => ("NO", "1;31", "does not get to"),
        Outcome::Undecided => ("UNDECIDED", "1;36", "may or may not get to"),
    };
    let word = match terminal.color {
        Color::Always => format!("\u{1b}[{color}m{word}\u{1b}[0m"),
        Color::Never => word.to_owned(),
    };
    let mut text = format!("{word}  {} {verb} {}\n", clean(&question.who), clean(&question.what));
    text += &filled(&format!("with {}", situation(question, answer)), 4, terminal);
    text.push('\n');
    let mut lines: Vec<&Line> = answer.lines.iter().filter(|line| !is_off(line)).collect();
    lines.sort_by_key(|line| rank(line, index));
    let longest = lines.iter().map(|line| clean(&name(index, line.policy)).chars().count());
    let column = longest.max().unwrap_or(0).min(LONGEST_NAME);
    for line in &lines {
        let name = clean(&name(index, line.policy));
        if name.chars().count() > column {
            let _ = write!(text, "  {name}\n  {:column$}  ", "");
        } else {
            let _ = write!(text, "  {name:column$}  ");
        }
        let _ = writeln!(text, "{}", clean(&effect(line, index)));
    }
    let off = answer.lines.len() - lines.len();
    if off > 0 {
        let _ =
            writeln!(text, "  {off} {} off", if off == 1 { "policy is" } else { "policies are" });
    }
    text + &ways_on(answer)
}

fn ways_on(answer: &Answer) -> String {
    let mut text = String::new();
    for (at, way) in answer.next.iter().take(WAYS).enumerate() {
        let lead = if at == 0 { "\nnext: would succeed with" } else { "" };
        let _ = writeln!(text, "{lead:24}  {way}");
    }
    if answer.outcome == Outcome::Out && answer.next.is_empty() {
        text += "\nnext: nothing that could be shown would succeed\n";
    }
    for note in &answer.notes {
        let _ = writeln!(text, "\nnote: {note}");
    }
    for channel in &answer.channels {
        let _ = writeln!(text, "note: in {} it would succeed", channel.text());
    }
    text
}

/// The facts in words.
fn situation(question: &Question, answer: &Answer) -> String {
    let client = question.client.map_or("any client", ClientApp::text);
    let client = question.app.as_deref().unwrap_or(client);
    let device = match &question.device {
        None => "a device that is not registered",
        Some(_) => "a registered device",
    };
    let network = if question.places.is_empty() {
        "an unknown network".to_owned()
    } else {
        question.places.join(" and ")
    };
    let has = match answer.has.as_slice() {
        [] => "nothing".to_owned(),
        has => has.join(", "),
    };
    let platform = question.platform.text();
    format!("{client} on {platform}, {device}, {network}; shows {has}")
}

fn is_off(line: &Line) -> bool {
    line.effect == Effect::None(Reason::NotEnabled)
}

/// What stops somebody first, then what else applies, then the others.
fn rank(line: &Line, index: &Index) -> (u8, PolicyIndex) {
    let report_only = u8::from(!index.enabled().contains(line.policy));
    let rank = match line.effect {
        Effect::Blocks => 0,
        Effect::Unmet(_) => 2,
        Effect::Met(_) => 4,
        Effect::Nothing => 6,
        Effect::None(_) => 10,
    };
    (rank + 5 * report_only, line.policy)
}

fn name(index: &Index, policy: PolicyIndex) -> String {
    let Some(found) = index.policy(policy) else { return String::new() };
    match (&found.id, found.name.as_str()) {
        (None, "") => format!("policy {}", policy.0 + 1),
        (Some(id), "") => id.to_string(),
        (_, name) => name.to_owned(),
    }
}

fn effect(line: &Line, index: &Index) -> String {
    let only = match index.policy(line.policy).map(|policy| policy.state) {
        Some(State::ReportOnly) => "report-only: ",
        Some(State::Enabled | State::Disabled) | None => "",
    };
    let doubt = if line.doubtful { "; has parts that are not understood" } else { "" };
    let text = match &line.effect {
        Effect::None(reason) => format!("no: {}", why(*reason)),
        Effect::Nothing => "applies, asks for nothing".to_owned(),
        Effect::Blocks => "BLOCKS".to_owned(),
        Effect::Met(demand) => format!("applies, is met: {demand}"),
        Effect::Unmet(demand) => format!("applies, NOT MET: {demand}"),
    };
    format!("{only}{text}{doubt}")
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::Applies => "applies",
        Reason::NotEnabled => "off",
        Reason::Mismatch(Dimension::Principal) => "who",
        Reason::Mismatch(Dimension::Target) => "what is opened",
        Reason::Mismatch(Dimension::Client) => "client",
        Reason::Mismatch(Dimension::Platform) => "platform",
        Reason::Mismatch(Dimension::Network) => "location",
        Reason::Mismatch(Dimension::Device) => "device",
        Reason::Mismatch(Dimension::Risk) => "risk",
        Reason::Mismatch(Dimension::Flow) => "flow",
    }
}

/// The answer for tools, schema 1.
pub(super) fn machine(question: &Question, answer: &Answer, index: &Index) -> Value {
    let lines = answer.lines.iter().map(|line| {
        let (applies, met, demands) = match &line.effect {
            Effect::None(_) => (false, Value::Null, Value::Null),
            Effect::Nothing => (true, json!(true), Value::Null),
            Effect::Blocks => (true, json!(false), json!("block")),
            Effect::Met(demand) => (true, json!(true), json!(demand)),
            Effect::Unmet(demand) => (true, json!(false), json!(demand)),
        };
        let reason = match &line.effect {
            Effect::None(reason) => json!(why(*reason)),
            Effect::Nothing | Effect::Blocks | Effect::Met(_) | Effect::Unmet(_) => Value::Null,
        };
        json!({
            "policy": name(index, line.policy),
            "id": index.policy(line.policy).and_then(|policy| policy.id.as_ref()).map(PolicyId::as_str),
            "state": index.policy(line.policy).map(|policy| policy.state.name()),
            "applies": applies,
            "why_not": reason,
            "demands": demands,
            "met": met,
            "understood": !line.doubtful,
        })
    });
    let channels: Vec<&str> = answer.channels.iter().map(|channel| channel.text()).collect();
    json!({
        "schema": 1,
        "who": question.who,
        "what": question.what,
        "has": answer.has,
        "outcome": match answer.outcome {
            Outcome::In => "in",
            Outcome::Out => "out",
            Outcome::Undecided => "undecided",
        },
        "policies": lines.collect::<Vec<_>>(),
        "next": answer.next,
        "would_succeed_in": channels,
        "notes": answer.notes,
    })
}

/// Text broken to fit, every line indented.
fn filled(text: &str, indent: usize, terminal: &Terminal) -> String {
    let indent = " ".repeat(indent);
    let text = one_line(text, terminal.charset);
    let options = textwrap::Options::new(terminal.width.clamp(60, 100))
        .initial_indent(&indent)
        .subsequent_indent(&indent)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    textwrap::fill(&text, options) + "\n"
}
