//! The result of a run: what was read, what was assumed, what was proved, and what was found.
//!
//! A report is made once and rendered many times: terminal, JSON, SARIF, GitHub annotations, HTML
//! and the admin center all show these very values.

use cardea_graph::source::Span;

/// What a finding means for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// The input or the documentation does not decide the question.
    Doubt,
    /// Somebody gets in more cheaply than intended.
    Weakness,
    /// Somebody who should get in cannot.
    Lockout,
    /// The input could not be read.
    Input,
}

impl Severity {
    /// The word used in output and settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Doubt => "doubt",
            Self::Weakness => "weakness",
            Self::Lockout => "lockout",
            Self::Input => "input",
        }
    }
}

/// The whole result of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What was read.
    pub input: Input,
    /// What the run took for granted because the input does not say it.
    pub assumptions: Vec<Assumption>,
    /// One answer for each question.
    pub verdicts: Vec<Verdict>,
    /// The findings, worst first.
    pub findings: Vec<Finding>,
    /// Findings that the settings accept, with the reason given there.
    pub accepted: Vec<Accepted>,
    /// Wall time of the run in milliseconds, measured by the caller.
    pub elapsed_ms: u64,
}

/// Counts of what was read.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Files read.
    pub files: usize,
    /// Files in a UTF-16 encoding.
    pub utf16: usize,
    /// Conditional Access policies of any state.
    pub policies: usize,
    /// Policies that count in this run: enabled, and others where the run was asked to.
    pub active: usize,
    /// Authentication strengths defined in the input.
    pub strengths: usize,
    /// Named locations.
    pub locations: usize,
    /// Methods policies (0 or 1).
    pub methods_policies: usize,
    /// Groups.
    pub groups: usize,
    /// People in the directory of the input; 0 where the export has none.
    pub people: usize,
    /// Files, or parts of files, that were not read, each with the reason.
    pub skipped: Vec<Skipped>,
}

/// Something that was not read.
#[derive(Clone, Debug)]
pub struct Skipped {
    /// The file.
    pub file: String,
    /// Why it was not read.
    pub reason: String,
}

/// Something taken for granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// Kebab-case name, as in the settings and the documentation.
    pub name: String,
    /// One sentence.
    pub text: String,
}

/// One of the questions that a run answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say the question; `text` spells it out")]
pub enum Question {
    EveryoneCanSignIn,
    EveryoneCanRegister,
    AnAdminCanAlwaysEdit,
    BreakGlassWorks,
    NoWeakWayIn,
    NothingUnprotected,
    GuestsCanSignIn,
}

impl Question {
    /// All questions, in the order in which they are answered.
    pub const ALL: [Self; 7] = [
        Self::EveryoneCanSignIn,
        Self::EveryoneCanRegister,
        Self::AnAdminCanAlwaysEdit,
        Self::BreakGlassWorks,
        Self::NoWeakWayIn,
        Self::NothingUnprotected,
        Self::GuestsCanSignIn,
    ];

    /// The kebab-case name, as in JSON and the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::EveryoneCanSignIn => "everyone-can-sign-in",
            Self::EveryoneCanRegister => "everyone-can-register",
            Self::AnAdminCanAlwaysEdit => "an-admin-can-always-edit",
            Self::BreakGlassWorks => "break-glass-works",
            Self::NoWeakWayIn => "no-weak-way-in",
            Self::NothingUnprotected => "nothing-unprotected",
            Self::GuestsCanSignIn => "guests-can-sign-in",
        }
    }

    /// The question in words, lower case.
    pub fn text(self) -> &'static str {
        match self {
            Self::EveryoneCanSignIn => "everyone can sign in",
            Self::EveryoneCanRegister => "everyone can register",
            Self::AnAdminCanAlwaysEdit => "an admin can always edit",
            Self::BreakGlassWorks => "break-glass works",
            Self::NoWeakWayIn => "no weak way in",
            Self::NothingUnprotected => "nothing is unprotected",
            Self::GuestsCanSignIn => "guests can sign in",
        }
    }
}

/// The three possible answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The complement is empty.
    Proved,
    /// There is a counter-example, and it replays.
    Refuted,
    /// The input or the documentation does not decide it. Never shown as good news.
    Undecided,
}

impl Answer {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Refuted => "refuted",
            Self::Undecided => "undecided",
        }
    }
}

/// The answer to one question.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The question.
    pub question: Question,
    /// The answer.
    pub answer: Answer,
    /// Names of the rules whose findings decide it, or leave it open.
    pub because: Vec<String>,
    /// What the answer is limited to or what is missing, in words.
    pub note: Option<String>,
}

/// One fact about the tenant that somebody should act on.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule, in kebab case; also the name of its page.
    pub rule: &'static str,
    /// What it means for people. An undecided case of a rule is a [`Severity::Doubt`].
    pub severity: Severity,
    /// One terse sentence: the people, and what they cannot do or can do too cheaply.
    pub message: String,
    /// Whom it concerns.
    pub who: Who,
    /// Where, the primary label first.
    pub places: Vec<Label>,
    /// What happens, step by step.
    pub trace: Vec<Step>,
    /// The ways that were tried and why each is shut.
    pub tried: Vec<Tried>,
    /// Further remarks ("break-glass? declare it in cardea.toml …").
    pub notes: Vec<String>,
    /// What to do where no fix is offered, as one action.
    pub help: Option<String>,
    /// Changes that were proved to remove the finding.
    pub fixes: Vec<Fix>,
}

/// The people that a finding concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// In words: "everyone except group …".
    pub text: String,
    /// How many, where a directory is part of the input.
    pub people: Option<usize>,
    /// Some of them by name.
    pub examples: Vec<String>,
    /// All groups, roles and users that the words name, or only count: people with one of them, or
    /// everyone except those.
    pub memberships: Vec<String>,
    /// The classes that they are of, where a directory is part of the input and the rule tells: see
    /// [`crate::roll::Roll`].
    pub classes: Vec<usize>,
}

/// A labelled place in the input.
#[derive(Clone, Debug)]
pub struct Label {
    /// Where, if the input has it as text; policies made by the run have no position.
    pub span: Option<Span>,
    /// Name (or id) of the policy or other object.
    pub object: String,
    /// The id of the object; empty where it has none.
    pub id: String,
    /// The field's path, in Graph's spelling; empty for the whole object.
    pub field: String,
    /// Why this place is shown.
    pub text: String,
    /// Whether this is the one place to look at first.
    pub primary: bool,
}

/// Who acts in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person of the tenant, acting in good faith.
    Person,
    /// The help desk.
    HelpDesk,
    /// Somebody who should not get in.
    Attacker,
}

impl Actor {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::HelpDesk => "helpDesk",
            Self::Attacker => "attacker",
        }
    }
}

/// How a step ends. Pictures and wording follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The step succeeds and the next one follows.
    Onward,
    /// A policy refuses.
    Wall,
    /// Back to the step with this number (from 1): a loop.
    Back(usize),
    /// A stronger way in is gained, such as a passkey that the actor registers; the steps that
    /// follow stand higher on the ladder of methods.
    Climb,
    /// The goal is reached. For an attacker this is the bad end.
    Door,
}

/// One step of a trace.
#[derive(Clone, Debug)]
pub struct Step {
    /// Who acts.
    pub actor: Actor,
    /// On what: "laptop", "phone", "help desk", "any device".
    pub device: String,
    /// What is done: "opens any app and gives a password".
    pub does: String,
    /// What the person sees: "CA010 asks for a passkey".
    pub sees: String,
    /// Names of the policies at work in the step.
    pub policies: Vec<String>,
    /// How the step ends.
    pub outcome: Outcome,
}

/// A way that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Graph's name of the method mode.
    pub method: String,
    /// Why it does not help: "not in the strength".
    pub why_not: String,
}

/// A change that was proved to remove a finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does, as an imperative.
    pub title: String,
    /// The changed files.
    pub edits: Vec<FileEdit>,
    /// What was proved about the changed tenant: "registration-loop gone", "nothing new".
    pub proved: Vec<String>,
    /// Exactly what becomes weaker, in words; empty where nothing does.
    pub weaker: Vec<String>,
    /// Remarks for the person who applies it.
    pub notes: Vec<String>,
}

/// The change of one file, as whole texts, so that a patch can be shown and applied exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdit {
    /// The path as shown.
    pub path: String,
    /// The text before; `None` for a new file.
    pub before: Option<String>,
    /// The text after.
    pub after: String,
}

/// A finding that the settings accept.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The finding.
    pub finding: Finding,
    /// The reason given in the settings.
    pub reason: String,
    /// The day on which the acceptance ends, as `YYYY-MM-DD`.
    pub until: String,
}
