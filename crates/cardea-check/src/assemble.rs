//! One run: an export and settings become a report.
//!
//! The tenant is examined once, every rule says what it finds, places become positions in files,
//! and every question gets its answer. A question counts as proved only where nothing refutes it
//! and nothing that it depends on was left undecided.

mod copies;
mod counts;
mod taken;
mod verdict;

use cardea_graph::lower::Lowered;
use cardea_graph::source::Span;
use cardea_policy::id::PolicyId;
use cardea_policy::place::{Object, Place, PolicyIndex};

use crate::config::{Acceptance, Config};
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::fix::{self, Effort};
use crate::report::{Accepted, Finding, Fix, Label, Report, Severity};
use crate::rules;

/// Examines a tenant and reports. The elapsed time is left at 0 for the caller to fill in, who has
/// the clock. Fixes are looked for with the given effort.
pub fn run(lowered: &Lowered, config: &Config, effort: Effort) -> Report {
    let config = config.clone().resolved(&lowered.names);
    let examination = Examination::of(lowered, &config);
    let drafts = rules::ALL.iter().flat_map(|rule| (rule.run)(&examination)).collect();
    let drafts = copies::told_once(&examination, drafts);
    let fixes = fix::attach(&examination, &drafts, effort);
    let assembly = Assembly { lowered, examination: &examination };
    let with_fixes = drafts.into_iter().zip(fixes);
    let mut findings: Vec<Finding> =
        with_fixes.map(|(draft, fixes)| assembly.finding(draft, fixes)).collect();
    findings.sort_by_cached_key(order);
    let (findings, accepted) = assembly.accept(findings);
    Report {
        input: counts::input(lowered, &config),
        assumptions: taken::for_granted(&examination),
        verdicts: verdict::answers(&examination, &findings, &accepted),
        findings,
        accepted,
        elapsed_ms: 0,
    }
}

/// Worst first; then in the order of the rules, and of the files.
fn order(finding: &Finding) -> impl Ord + use<> {
    let rule = rules::names().position(|name| name == finding.rule);
    let span = finding.places.first().and_then(|label| label.span.clone());
    let at = span.map(|span| (span.file, span.range.start, span.range.end));
    (std::cmp::Reverse(finding.severity), rule, at, finding.message.clone())
}

struct Assembly<'a> {
    lowered: &'a Lowered,
    examination: &'a Examination<'a>,
}

impl Assembly<'_> {
    fn finding(&self, draft: Draft, fixes: Vec<Fix>) -> Finding {
        let places = draft.marks.iter().enumerate();
        Finding {
            rule: draft.rule,
            severity: draft.severity,
            message: draft.message,
            who: draft.who,
            places: places.map(|(at, mark)| self.label(mark, at == 0)).collect(),
            trace: draft.trace,
            tried: draft.tried,
            notes: draft.notes,
            help: draft.help,
            fixes,
        }
    }

    fn label(&self, mark: &Mark, primary: bool) -> Label {
        Label {
            span: mark.span.clone().or_else(|| self.span(mark.place)),
            object: self.object(mark.place.object),
            id: self.id(mark.place.object).unwrap_or_default(),
            field: mark.place.field.path().to_owned(),
            text: mark.text.clone(),
            primary,
        }
    }

    fn span(&self, place: Place) -> Option<Span> {
        self.lowered.positions.span(place).cloned()
    }

    fn id(&self, object: Object) -> Option<String> {
        let tenant = &self.lowered.tenant;
        match object {
            Object::Policy(policy) => {
                self.examination.policy(policy)?.id.as_ref().map(ToString::to_string)
            }
            Object::Strength(strength) => {
                Some(tenant.strengths.get(strength.position())?.id.to_string())
            }
            Object::MethodsPolicy | Object::Settings | Object::Input => None,
        }
    }

    /// What people call an object.
    fn object(&self, object: Object) -> String {
        let tenant = &self.lowered.tenant;
        match object {
            Object::Policy(policy) => self.examination.name(policy),
            Object::Strength(strength) => {
                let found = tenant.strengths.get(strength.position());
                found.map(|found| found.name.clone()).unwrap_or_default()
            }
            Object::MethodsPolicy => "authentication methods policy".to_owned(),
            Object::Settings => "cardea.toml".to_owned(),
            Object::Input => String::new(),
        }
    }

    /// Takes out what the settings accept. An acceptance that has ended leaves the finding in.
    fn accept(&self, findings: Vec<Finding>) -> (Vec<Finding>, Vec<Accepted>) {
        let Config { accepted: acceptances, today, .. } = self.examination.config;
        let (mut open, mut accepted) = (Vec::new(), Vec::new());
        for mut finding in findings {
            let matching = acceptances.iter().filter(|it| self.accepts(it, &finding));
            match matching.max_by_key(|it| it.until) {
                Some(it) if it.until >= *today => {
                    let (reason, until) = (it.reason.clone(), it.until.to_string());
                    accepted.push(Accepted { finding, reason, until });
                }
                Some(it) => {
                    let note = format!("was accepted until {}: {}", it.until, it.reason);
                    finding.notes.push(note);
                    open.push(finding);
                }
                None => open.push(finding),
            }
        }
        (open, accepted)
    }

    /// Input that could not be read cannot be accepted: nobody knows what it says.
    fn accepts(&self, acceptance: &Acceptance, finding: &Finding) -> bool {
        let points_at = |name: &str| finding.places.iter().any(|label| label.object == name);
        let is_about = |policy: &String| points_at(policy) || points_at(&self.name_of(policy));
        acceptance.rule == finding.rule
            && finding.severity != Severity::Input
            && acceptance.policy.as_ref().is_none_or(is_about)
    }

    /// What people call the policy with this id; the text itself where there is none.
    fn name_of(&self, id: &str) -> String {
        let policies = &self.lowered.tenant.policies;
        let found = policies.iter().position(|policy| policy.id == Some(PolicyId::new(id)));
        found.map_or_else(|| id.to_owned(), |at| self.examination.name(PolicyIndex::at(at)))
    }
}

#[cfg(test)]
mod tests;
