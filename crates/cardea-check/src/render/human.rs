//! A report for a person at a terminal.

mod finding;
mod snippet;

use super::places::Places;
use super::screen::{Ink, Screen, Terminal};
use super::text::{count, width};
use super::words;
use crate::report::{Answer, Input, Report, Severity, Verdict};
use cardea_graph::source::Sources;
use cardea_tenant::assumption::Assumption;

/// The whole report: what was read and assumed, the findings worst first, one line for each
/// question, and the totals.
///
/// Lines are at most [`Terminal::width`] columns, but for paths, words and source lines that cannot
/// be broken. Text from the input is printed with its hidden characters spelled out.
pub fn human(report: &Report, sources: &Sources, terminal: &Terminal) -> String {
    let places = Places::new(sources);
    let mut screen = Screen::new(terminal);
    header(&mut screen, report);
    screen.end();
    for finding in words::worst_first(report) {
        finding::write(&mut screen, finding, &places);
        screen.end();
    }
    for accepted in &report.accepted {
        finding::accepted(&mut screen, accepted);
    }
    if !report.accepted.is_empty() {
        screen.end();
    }
    for verdict in &report.verdicts {
        write_verdict(&mut screen, verdict, report);
    }
    screen.lead(Ink::Bold, "", &words::totals(report));
    screen.finish()
}

/// What was read, and what it takes for granted: what Entra's documentation leaves open by name
/// only, because it is the same in almost every run.
fn header(screen: &mut Screen, report: &Report) {
    screen.lead(Ink::Plain, "read ", &read(&report.input));
    for skipped in &report.input.skipped {
        let text = format!("`{}`: {}", skipped.file, skipped.reason);
        screen.lead(Ink::Yellow, "not read: ", &text);
    }
    let mut documented = Vec::new();
    for assumption in &report.assumptions {
        match Assumption::from_name(&assumption.name) {
            Some(known) if known.text() == assumption.text => documented.push(known.name().into()),
            Some(known) => documented.push(format!("not {}", known.name())),
            None => {
                let text = format!("{}  [{}]", assumption.text, assumption.name);
                screen.lead(Ink::Plain, "", &text);
            }
        }
    }
    if !documented.is_empty() {
        let names = documented.join(", ");
        screen.lead(Ink::Plain, "assumed: ", &format!("{names}; see `cardea explain NAME`"));
    }
}

/// What was read, in words; kinds that do not occur are left out, except policies.
pub(super) fn read(input: &Input) -> String {
    let mut policies = count(input.policies, "policy", "policies");
    if input.active != input.policies {
        policies = format!("{policies} ({} in force)", input.active);
    }
    let mut parts = vec![policies];
    for (number, one, many) in [
        (input.strengths, "strength", "strengths"),
        (input.methods_policies, "methods policy", "methods policies"),
        (input.locations, "location", "locations"),
        (input.groups, "group", "groups"),
        (input.people, "person", "people"),
    ] {
        if number > 0 {
            parts.push(count(number, one, many));
        }
    }
    let files = count(input.files, "file", "files");
    let utf16 = match input.utf16 {
        0 => String::new(),
        number => format!(" ({number} in UTF-16)"),
    };
    format!("{files}{utf16}: {}", parts.join(", "))
}

fn write_verdict(screen: &mut Screen, verdict: &Verdict, report: &Report) {
    let ink = match verdict.answer {
        Answer::Proved => Ink::Bold,
        Answer::Refuted => Ink::Red,
        Answer::Undecided => Ink::Cyan,
    };
    screen.put(Ink::Plain, "  ");
    screen.put(ink, &format!("{:13}", words::answer(verdict.answer)));
    let question = format!("{:26}", verdict.question.text());
    screen.put(Ink::Plain, &question);
    screen.beside(15 + width(&question), Ink::Plain, &because(verdict, report));
}

/// The rules that decide a verdict, with their number of findings where there are several. Notes
/// decide nothing.
pub(super) fn because(verdict: &Verdict, report: &Report) -> String {
    let rules = verdict.because.iter().map(|rule| {
        let findings = report.findings.iter().filter(|one| one.rule == rule);
        let findings = findings.filter(|one| one.severity != Severity::Note).count();
        if findings > 1 { format!("{rule} ({findings})") } else { rule.clone() }
    });
    let rules = rules.collect::<Vec<_>>().join(", ");
    match &verdict.note {
        None => rules,
        Some(note) if rules.is_empty() => note.clone(),
        Some(note) => format!("{rules}; {note}"),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::render::samples;
    use crate::render::screen::Color;
    use crate::render::text::Charset;

    fn plain((report, sources): (Report, Sources)) -> String {
        human(&report, &sources, &Terminal::default())
    }

    #[test]
    fn a_loop_shows_its_place_its_steps_and_what_was_tried() {
        assert_snapshot!(plain(samples::looping()), @r#"
        read 9 files (4 in UTF-16): 9 policies (7 in force), 2 strengths, 1 methods
             policy, 3 locations
        no people in this export: every possible person is checked  [no-directory]

        error[registration-loop]: people without a passkey can never add their first one
          --> policies/CA010.json:7:7
           |
         7 |       "includeApplications": ["All"],
           |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |       |
           |       includes Authenticator,
           |       where passkeys are added
        ...
        17 |     "authenticationStrength": {
           |     ------------------------ accepts only a passkey in Authenticator
           |
           = who: everyone except group 0b7a5c1e
           = 1 laptop  opens any app and gives a password
             2 laptop  CA010 asks for a passkey; sent to add one
             3 phone   opens Authenticator with a Temporary Access Pass
             4 phone   CA010 asks for a passkey again   ↻ back to 2
           = tried: one-time Temporary Access Pass (not in the strength), text message
                    (off), passkey or security key (not in the strength)
        help: 1 fix is proved; see `cardea fix registration-loop`
        why:  `cardea explain registration-loop`

        warning[unprotected-resource]: group 0b7a5c1e reaches every app with a password
                                       alone
          --> policies/CA010.json:12:7
           |
        12 |       "excludeGroups": ["0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60"]
           |       ^^^^^^^^^^^^^^^ excluded here, included by no other policy
           |
           = note: break-glass? declare it in cardea.toml: [breakglass]
        why:  `cardea explain unprotected-resource`

          not proved   everyone can sign in      registration-loop
          not proved   nothing is unprotected    unprotected-resource
          not decided  guests can sign in        unknown-reference; home tenant unknown
        1 error, 1 warning; 3 questions: 2 not proved, 1 not decided; 31 ms
        "#);
    }

    #[test]
    fn a_weakness_shows_the_attacker_and_the_people() {
        assert_snapshot!(plain(samples::climbing()), @r#"
        read 1 file: 2 policies, 1,240 people

        warning[weak-registration]: a phished password and text message become a passkey
         --> strengths/phones.json:2:15
          |
        2 |   "allowed": ["password,sms"]
          |               ^^^^^^^^^^^^^^ lets a text message register a passkey
          |
          = who: 1,208 people: people whose strongest method is a text message, for
                 example kim@contoso.example, lee@contoso.example
          = 1 attacker  signs in with password and text message; claims to be Android
            2 attacker  CA021 lets them into Authenticator
            3 attacker  registers their own passkey; no policy on registration
                        ↑ gains a stronger way in
            4 attacker  CA020 on desktops accepts it   → gets in
        help: require a pass or a passkey to register
        why:  `cardea explain weak-registration`

          not proved   no weak way in            weak-registration
        0 errors, 1 warning; 1 question: 1 not proved; 1,204 ms
        "#);
    }

    #[test]
    fn a_path_to_a_wall_needs_no_place() {
        assert_snapshot!(plain(samples::walled()), @"
        read 9 files (4 in UTF-16): 9 policies (7 in force), 2 strengths, 1 methods
             policy, 3 locations
        no people in this export: every possible person is checked  [no-directory]

        error[unreachable-resource]: contractors reach no app from their own computers
          = 1 laptop  opens any app and gives a password
            2 laptop  CA010 asks for a device that Contoso manages   ✕ shut
          = tried: password + text message (a method does not make a device managed),
                   passkey or security key (a method does not make a device managed)
        why:  `cardea explain unreachable-resource`

          not proved   everyone can sign in      registration-loop
          not proved   nothing is unprotected    unprotected-resource
          not decided  guests can sign in        unknown-reference; home tenant unknown
        1 error, 0 warnings; 3 questions: 2 not proved, 1 not decided; 31 ms
        ");
    }

    #[test]
    fn what_is_not_decided_or_not_read_is_never_good_news() {
        assert_snapshot!(plain(samples::open()), @"
        read 2 files: 1 policy
        not read: `broken.json`: line 41, column 3: trailing comma

        doubt[unknown-reference]: strength 9b1c7c52 is not in the export
          = at: CA010 Passkey everywhere, grantControls.authenticationStrength.id:
                defined nowhere
        help: add GET /policies/authenticationStrengthPolicies
        why:  `cardea explain unknown-reference`

        accepted[wide-pass]: a pass opens every app (until 2026-12-01: passes last ten
                             minutes)

          not decided  everyone can sign in      unknown-reference
          proved       break-glass works         memberships combined: 2
        0 errors, 0 warnings, 1 doubt, 1 accepted; 2 questions: 1 proved, 1 not decided;
        4 ms
        ");
    }

    #[test]
    fn what_is_missing_is_said_without_a_place() {
        assert_snapshot!(plain(samples::missing()), @"
        read 0 files: 0 policies

        warning[unprotected-resource]: anybody opens any app with a password alone
          = none of the 2 policies in force is about such sign-ins
          = who: 2 people, for example Kim
        why:  `cardea explain unprotected-resource`

        0 errors, 1 warning; no question answered; 2 ms
        ");
    }

    #[test]
    fn without_findings_the_answers_remain() {
        assert_snapshot!(plain(samples::proved()), @"
        read 1 file: 3 policies

          proved       everyone can sign in
        0 errors, 0 warnings; 1 question: 1 proved; 2 ms
        ");
    }

    #[test]
    fn hostile_names_stay_text_and_long_lines_are_cut() {
        let out = plain(samples::hostile());
        assert!(!out.contains(['\u{1b}', '\u{202e}']));
        assert_snapshot!(out, @r#"
        read 1 file: 1 policy
        not read: `</script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&`:
                  </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&
        </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&
        [</script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&]

        error[registration-loop]: </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]>
                                  "'&
         --> a b/<\u{1b}[1m>,:%.json:1:48002
          |
        1 | ...":1,"x":1,"x":1,"displayName":"\u{202e}\u{1b}[31m<b>","x":1,"...
          |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |                    |
          |                    </script><b>x</b>\u{1b}[2J\u{20
          |                    2e}%0A::error::|`]]> "'&
          |
          = who: </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&, for example
                 </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&
          = 1 </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&  </script><b>x</b>\u{1b}[2J\u{2
                                                          02e}%0A::error::|`]]> "'&;
                                                          </script><b>x</b>\u{1b}[2J\u{2
                                                          02e}%0A::error::|`]]> "'&
                                                          ↻ back to 1
          = tried: </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&
                   (</script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&)
          = note: </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&
          = note: line one line two
        help: </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]> "'&
        help: 1 fix is proved; see `cardea fix registration-loop`
        why:  `cardea explain registration-loop`

        accepted[registration-loop]: </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]>
                                     "'& (until
                                     </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]>
                                     "'&:
                                     </script><b>x</b>\u{1b}[2J\u{202e}%0A::error::|`]]>
                                     "'&)

          not proved   everyone can sign in      </script><b>x</b>\u{1b}[2J\u{202e}%0A::
                                                 error::|`]]> "'&;
                                                 </script><b>x</b>\u{1b}[2J\u{202e}%0A::
                                                 error::|`]]> "'&
        1 error, 0 warnings, 1 accepted; 1 question: 1 not proved; 1 ms
        "#);
    }

    #[test]
    fn an_ascii_terminal_gets_ascii() {
        let (mut report, sources) = samples::looping();
        report.findings.iter_mut().for_each(|one| one.message.push_str(" · Zoë 鍵"));
        let terminal = Terminal { charset: Charset::Ascii, ..Terminal::default() };
        let out = human(&report, &sources, &terminal);
        assert!(out.is_ascii(), "{out}");
        assert!(out.contains("^ back to 2"), "{out}");
    }

    #[test]
    fn lines_fit_the_terminal() {
        for (report, sources) in
            [samples::looping(), samples::climbing(), samples::walled(), samples::open()]
        {
            for width in [64, 80, 100] {
                let terminal = Terminal { width, ..Terminal::default() };
                let out = human(&report, &sources, &terminal);
                let long: Vec<_> = out.lines().filter(|line| super::width(line) > width).collect();
                assert!(long.is_empty(), "{width}: {long:#?}");
            }
        }
    }

    #[test]
    fn colour_adds_escapes_and_nothing_else() {
        for (report, sources) in [samples::looping(), samples::climbing(), samples::hostile()] {
            let plain = human(&report, &sources, &Terminal::default());
            let terminal = Terminal { color: Color::Always, ..Terminal::default() };
            let styled = human(&report, &sources, &terminal);
            assert_ne!(styled, plain);
            assert_eq!(without_escapes(&styled), plain);
        }
    }

    fn without_escapes(text: &str) -> String {
        let mut parts = text.split("\u{1b}[");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |out, part| out + part.split_once('m').unwrap().1)
    }
}
