//! A proved fix in a terminal.

use super::patch::{DiffLine, changed_lines, shown};
use super::screen::{Ink, Screen, Terminal};
use super::text::count;
use crate::report::{Finding, Fix};

/// All fixes of a finding that `cardea fix` offers: each with its title, its diff, what was proved
/// about it, what it makes weaker, and remarks.
///
/// The diff is for reading: hidden characters are spelled out, and a line of more than 400
/// characters is cut around its change. [`patch`](super::patch::patch) gives the exact one.
pub fn fixes(finding: &Finding, terminal: &Terminal) -> String {
    let shown: Vec<String> =
        (1..=finding.fixes.len()).filter_map(|number| fix(finding, number, terminal)).collect();
    shown.join("\n")
}

/// The fix with this number (from 1) of a finding, like [`fixes`]; `None` where there is none.
pub fn fix(finding: &Finding, number: usize, terminal: &Terminal) -> Option<String> {
    let fix = finding.fixes.get(number.checked_sub(1)?)?;
    let mut screen = Screen::new(terminal);
    title(&mut screen, fix, &format!("fix {number} of {}: ", finding.fixes.len()));
    for (line, text) in fix.edits.iter().flat_map(shown) {
        let ink = match line {
            DiffLine::File => Ink::Bold,
            DiffLine::Same => Ink::Plain,
            DiffLine::Removed => Ink::Red,
            DiffLine::Hunk | DiffLine::Added => Ink::Cyan,
        };
        screen.line(ink, &text);
    }
    for (lead, ink, lines) in [
        ("re-proved  ", Ink::Bold, &fix.proved),
        ("weaker     ", Ink::Yellow, &fix.weaker),
        ("note       ", Ink::Bold, &fix.notes),
    ] {
        for line in lines {
            screen.lead(ink, lead, line);
        }
    }
    if fix.weaker.is_empty() {
        screen.lead(Ink::Bold, "weaker     ", "nothing");
    }
    Some(screen.finish())
}

fn title(screen: &mut Screen, fix: &Fix, lead: &str) {
    let lines = fix.edits.iter().map(changed_lines);
    let (added, removed) = lines.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let files = count(fix.edits.len(), "file", "files");
    let size = format!("{files}, +{added} -{removed}");
    screen.put(Ink::Bold, lead);
    screen.beside_with_end(lead.len(), &fix.title, &size);
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::render::samples;

    #[test]
    fn a_fix_shows_its_change_its_proof_and_its_price() {
        let (report, _) = samples::looping();
        let finding = report.findings.iter().find(|one| !one.fixes.is_empty()).unwrap();
        assert_snapshot!(fixes(finding, &Terminal::default()), @r#"
        fix 1 of 1: split CA010 into desktop and phone   2 files, +7 -0
        --- a/policies/CA010.json
        +++ b/policies/CA010.json
        @@ -3,6 +3,10 @@
           "state": "enabled",
           "conditions": {
             "clientAppTypes": ["all"],
        +    "platforms": {
        +      "includePlatforms": ["all"],
        +      "excludePlatforms": ["android", "iOS"]
        +    },
             "applications": {
               "includeApplications": ["All"],
               "excludeApplications": []
        --- /dev/null
        +++ b/policies/CA011-phones.json
        @@ -0,0 +1,3 @@
        +{
        +  "displayName": "CA011 Phones"
        +}
        re-proved  registration-loop gone
        re-proved  nothing new
        weaker     a pass holder reaches every app on a phone until the pass ends
        note       an iPad browser in desktop mode counts as macOS: use the app there
        "#);
        assert_eq!(fix(finding, 2, &Terminal::default()), None);
        assert_eq!(fix(finding, 0, &Terminal::default()), None);
    }

    #[test]
    fn a_fix_without_a_price_says_so() {
        let (mut report, _) = samples::looping();
        let finding = report.findings.last_mut().unwrap();
        finding.fixes[0].weaker.clear();
        let shown = fixes(finding, &Terminal::default());
        assert!(shown.contains("\nweaker     nothing\n"), "{shown}");
    }

    #[test]
    fn one_line_of_100_kb_is_cut_around_its_change() {
        let (report, _) = samples::hostile();
        assert_snapshot!(fixes(&report.findings[0], &Terminal::default()), @r#"
        fix 1 of 1: </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&
                    1 file, +1 -1
        --- "a/a b/<\033[1m>,:%.json"
        +++ "b/a b/<\033[1m>,:%.json"
        @@ -1 +1 @@
        -...":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"y":2}
        +...":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"y":3}
        re-proved  </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&
        weaker     </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&
        note       </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&
        "#);
    }
}
