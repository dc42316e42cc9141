use std::collections::BTreeSet;

use insta::assert_snapshot;

use super::drawing::{Drawing, Font, Kind, Line, Shape, length};
use super::figure::Figure;
use super::*;
use crate::render::samples;
use crate::report::{Actor, Finding, Outcome, Tried};

/// Every sample, and traces made to strain the pictures.
fn all() -> Vec<(Report, Sources)> {
    vec![
        samples::looping(),
        samples::climbing(),
        samples::walled(),
        samples::open(),
        samples::proved(),
        samples::hostile(),
        strained(),
    ]
}

/// Long texts, many devices, many steps, many dead ways, several loops, and an attacker who walks
/// far.
fn strained() -> (Report, Sources) {
    let (mut report, sources) = samples::looping();
    let looping = report.findings[1].clone();
    let devices =
        ["laptop", "phone, personal profile", "phone, work profile", "help desk", "kiosk"];
    let trace = |steps: usize, ends: &dyn Fn(usize) -> Outcome| {
        let step = |at: usize| {
            let does = format!("opens app number {at} whose name is rather long for a card");
            let sees = "CA010 asks 0b7a5c1e-77f0-4b39-8f0a-1d2f3c4b5a60 for 鍵 and more";
            samples::step(devices[at % devices.len()], &does, sees, ends(at))
        };
        (1..=steps).map(step).collect::<Vec<_>>()
    };
    for (from, to) in [(12, 3), (9, 1), (3, 3), (2, 9), (1, 1)] {
        let back = |at| if at == from { Outcome::Back(to) } else { Outcome::Onward };
        report.findings.push(Finding { trace: trace(from, &back), ..looping.clone() });
    }
    let twice = |at| if at % 3 == 0 { Outcome::Back(1) } else { Outcome::Onward };
    report.findings.push(Finding { trace: trace(6, &twice), ..looping.clone() });
    let wall = |at| if at == 11 { Outcome::Wall } else { Outcome::Onward };
    let tried = Tried { method: "temporaryAccessPassOneTime".into(), why_not: "x y ".repeat(40) };
    let tried = vec![tried; 12];
    report.findings.push(Finding { trace: trace(11, &wall), tried, ..looping.clone() });
    for (steps, climbs) in [(1, 9), (2, 1), (3, 3), (4, 2), (9, 5)] {
        let climb = |at| if at == climbs { Outcome::Climb } else { Outcome::Onward };
        let mut attack = trace(steps, &climb);
        for step in &mut attack {
            step.actor = Actor::Attacker;
        }
        report.findings.push(Finding { trace: attack, ..looping.clone() });
    }
    (report, sources)
}

fn figures() -> Vec<Figure> {
    let findings = all().into_iter().flat_map(|(report, _)| report.findings);
    findings.filter_map(|finding| Figure::new(&finding, "f")).collect()
}

fn drawings() -> Vec<Drawing> {
    figures().into_iter().flat_map(|figure| [figure.wide, figure.narrow]).collect()
}

/// Left, top, right and bottom of the frames that hold a card.
fn card_frames(drawing: &Drawing) -> Vec<[i32; 4]> {
    let frame = |shape: &Shape| match shape {
        Shape::Frame { kind, x, y, width, height } if !matches!(kind, Kind::Disc | Kind::Hinge) => {
            Some([*x, *y, x + width, y + height])
        }
        Shape::Frame { .. } | Shape::Line { .. } | Shape::Text { .. } | Shape::Head { .. } => None,
    };
    drawing.shapes.iter().filter_map(frame).collect()
}

/// Left, top, right and bottom of a text in the widest font.
fn text_box(shape: &Shape) -> Option<[i32; 4]> {
    let Shape::Text { kind, x, y, text } = shape else { return None };
    let (size, width) = (i32::try_from(kind.size()).unwrap(), length(text, kind.size()));
    let left = match kind {
        Font::Number | Font::Loop => x - width / 2,
        Font::ClimbEnd | Font::Honest => x - width,
        Font::Title | Font::Detail | Font::Caption | Font::LoopStart | Font::Climb => *x,
    };
    Some([left, y - size, left + width, *y + 3])
}

fn overlap(a: [i32; 4], b: [i32; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

#[test]
fn every_text_lies_in_the_picture_and_wholly_in_or_outside_each_card() {
    for drawing in drawings() {
        let cards = card_frames(&drawing);
        for text in drawing.shapes.iter().filter(|shape| {
            // A number sits on its card's corner by design.
            !matches!(shape, Shape::Text { kind: Font::Number, .. })
        }) {
            let Some(text_box) = text_box(text) else { continue };
            assert!(text_box[0] >= 0 && text_box[1] >= 0, "{text:?}");
            assert!(text_box[2] <= drawing.width && text_box[3] <= drawing.height, "{text:?}");
            for card in cards.iter().filter(|&&card| overlap(card, text_box)) {
                let inside = card[0] + 8 <= text_box[0]
                    && card[1] + 8 <= text_box[1]
                    && text_box[2] + 8 <= card[2]
                    && text_box[3] + 8 <= card[3];
                assert!(inside, "{text:?} in {card:?}");
            }
        }
    }
}

#[test]
fn no_card_covers_another_or_leaves_the_picture() {
    for drawing in drawings() {
        let cards = card_frames(&drawing);
        for (at, card) in cards.iter().enumerate() {
            assert!(card[0] >= 8 && card[2] <= drawing.width && card[3] <= drawing.height);
            assert!(cards.iter().skip(at + 1).all(|other| !overlap(*card, *other)), "{card:?}");
        }
    }
}

#[test]
fn no_way_crosses_a_card() {
    for drawing in drawings() {
        let cards = card_frames(&drawing);
        for shape in &drawing.shapes {
            let Shape::Line { kind, points } = shape else { continue };
            if *kind == Line::Rung {
                continue;
            }
            for pair in points.windows(2) {
                let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
                assert!(x1 == x2 || y1 == y2, "only straight pieces: {shape:?}");
                let line = [x1.min(x2), y1.min(y2), x1.max(x2), y1.max(y2)];
                for card in &cards {
                    let inner = [card[0] + 1, card[1] + 1, card[2] - 1, card[3] - 1];
                    assert!(!overlap(inner, line), "{shape:?} crosses {card:?}");
                }
            }
        }
    }
}

#[test]
fn a_picture_is_shown_only_where_it_fits_unscaled() {
    for figure in figures() {
        assert!(figure.narrow.width <= 280, "{}", figure.narrow.width);
        // Paddings of page and article, its borders, and a scroll bar.
        let needed = figure.wide.width + 2 * 24 + 2 * 16 + 5 + 15;
        assert!(needed <= breakpoint(figure.class()), "{}: {needed}", figure.class());
    }
}

/// The width in pixels from which the style shows the wide picture, in one block with hiding the
/// narrow one.
fn breakpoint(class: &str) -> i32 {
    let shown = format!(".{class} .wide {{ display: block; }}");
    let hidden = format!(".{class} .narrow {{ display: none; }}");
    let blocks: Vec<&str> = STYLE
        .split("@media (min-width: ")
        .filter(|block| block.contains(&shown) && block.contains(&hidden))
        .collect();
    assert_eq!(blocks.len(), 1, "{class}");
    assert!(STYLE.contains("figure.wide { display: none; }"));
    blocks[0].split("rem").next().unwrap().parse::<i32>().unwrap() * 16
}

#[test]
fn titles_tell_the_shape_of_the_answer() {
    let titles = |(report, _): (Report, Sources)| {
        let figures = report.findings.iter().filter_map(|one| Figure::new(one, "f"));
        figures.map(|figure| figure.wide.title).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(titles(samples::looping()), "Loop of 4 steps. Step 4 leads back to step 2.");
    assert_eq!(
        titles(samples::climbing()),
        "Ladder of 3 rungs. Step 3 climbs from phishable to phishing-resistant."
    );
    assert_eq!(titles(samples::walled()), "Path of 2 steps to a wall. 2 other ways are shut.");
}

#[test]
fn the_list_has_an_item_for_each_disc() {
    let (report, sources) = samples::looping();
    let page = html(&report, &sources);
    let wide = page.split("<figure class=\"wide\">").nth(1).unwrap();
    let wide = wide.split("</figure>").next().unwrap();
    assert_eq!(wide.matches("class=\"disc\"").count(), 4);
    assert_eq!(page.matches("<li id=\"f1-s").count(), 4);
}

#[test]
fn the_page_asks_for_nothing_else() {
    for (report, sources) in all() {
        let page = html(&report, &sources);
        for forbidden in
            ["<script", "<link", "<img", "<iframe", "src=", "@import", "http://", "https://"]
        {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        let styles = page.matches("style=").count();
        assert_eq!(styles, 0, "a style attribute");
        assert!(page.split("url(").skip(1).all(|rest| rest.starts_with('#')));
    }
}

/// Start tags and end tags in order, without the text between them.
fn tags(page: &str) -> Vec<&str> {
    let body = page.split_once("</style>").unwrap().1;
    body.split('<').skip(1).map(|part| part.split_once('>').unwrap().0).collect()
}

#[test]
fn elements_are_closed_in_order() {
    for (report, sources) in all() {
        let page = html(&report, &sources);
        let mut open = vec!["html", "head"];
        for tag in tags(&page) {
            let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap();
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name));
            } else if !tag.ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}

#[test]
fn ids_are_unique_and_every_reference_has_its_target() {
    for (report, sources) in all() {
        let page = html(&report, &sources);
        let values = |key: &str| -> Vec<String> {
            let parts = page.split(key).skip(1);
            parts.map(|part| part.split(['"', ')']).next().unwrap().to_owned()).collect()
        };
        let ids = values(" id=\"");
        let unique: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len());
        let references = [values("href=\"#"), values("url(#"), values("aria-labelledby=\"")];
        for id in references.concat().iter().flat_map(|ids| ids.split(' ')) {
            assert!(ids.iter().any(|one| one == id), "{id}");
        }
    }
}

#[test]
fn a_hostile_name_is_text_and_nothing_hidden_is_left() {
    let (report, sources) = samples::hostile();
    let page = html(&report, &sources);
    assert!(!page.contains("<b>x"));
    assert!(page.contains("&#60;/script&#62;&#60;b&#62;x&#60;/b&#62;\\u{1b}[2J\\u{202e}"));
    assert!(page.chars().all(|c| c == '\n' || !is_hidden(c)));
    assert!(page.len() < 100_000, "a line of 100 kB must be cut");
}

/// The visible text of the page's body, one element's worth a line.
fn text(page: &str) -> String {
    let body = page.split_once("<body>").unwrap().1;
    let mut out = String::new();
    let mut rest = body;
    while let Some((text, tag)) = rest.split_once('<') {
        let (tag, next) = tag.split_once('>').unwrap();
        // The pictures have tests of their own.
        let next = if tag.starts_with("svg") { next.split_once("</svg>").unwrap().1 } else { next };
        out.push_str(text);
        rest = next;
    }
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_page_reads_from_answer_to_fix() {
    let (mut report, sources) = samples::looping();
    report.findings.remove(0);
    report.findings[0].fixes[0].edits.pop();
    report.findings[0].tried.pop();
    assert_snapshot!(text(&html(&report, &sources)), @"
    Conditional Access check
    1 error, 0 warnings; 3 questions: 2 not proved, 1 not decided; 31 ms
    Answers
    ✕ not proved everyone can sign in registration-loop
    ✕ not proved nothing is unprotected unprotected-resource
    ? not decided guests can sign in unknown-reference; home tenant unknown
    Read 9 files (4 in UTF-16): 9 policies (7 in force), 2 strengths, 1 methods policy, 3 locations.
    Taken for granted
    no people in this export: every possible person is checked no-directory
    1 error
    people without a passkey can never add their first one
    ✕ error registration-loop
    Who everyone except group 0b7a5c1e
    ◇ policies/CA010.json:7 conditions.applications.includeApplications
    ◇ policies/CA010.json:7 conditions.applications.includeApplications
    What happens
    laptop: opens any app and gives a password CA010 Passkey everywhere
    laptop: CA010 asks for a passkey; sent to add one CA010 Passkey everywhere
    phone: opens Authenticator with a Temporary Access Pass CA010 Passkey everywhere
    phone, wall: CA010 asks for a passkey again ↻ back to step 2 CA010 Passkey everywhere
    Ways that were tried
    one-time Temporary Access Pass: not in the strength
    text message: off
    Where
    policies/CA010.json:7:7 · CA010 Passkey everywhere, conditions.applications.includeApplications
    7      &#34;includeApplications&#34;: [&#34;All&#34;],
    includes Authenticator, where passkeys are added
    policies/CA010.json:17:5 · CA010 Passkey everywhere, grantControls.authenticationStrength
    17    &#34;authenticationStrength&#34;: {
    accepts only a passkey in Authenticator
    Fixes, each proved again on the changed tenant
    1 split CA010 into desktop and phone 1 file, +4 −0
    ✓ re-proved registration-loop gone
    ✓ re-proved nothing new
    ! weaker a pass holder reaches every app on a phone until the pass ends
    an iPad browser in desktop mode counts as macOS: use the app there
    --- a/policies/CA010.json
    +++ b/policies/CA010.json
    @@ -3,6 +3,10 @@
    &#34;state&#34;: &#34;enabled&#34;,
    &#34;conditions&#34;: {
    &#34;clientAppTypes&#34;: [&#34;all&#34;],
    +    &#34;platforms&#34;: {
    +      &#34;includePlatforms&#34;: [&#34;all&#34;],
    +      &#34;excludePlatforms&#34;: [&#34;android&#34;, &#34;iOS&#34;]
    +    },
    &#34;applications&#34;: {
    &#34;includeApplications&#34;: [&#34;All&#34;],
    &#34;excludeApplications&#34;: []
    Apply one with cardea fix registration-loop --apply.
    Why: cardea explain registration-loop
    ");
}

#[test]
fn an_open_question_never_looks_like_good_news() {
    let (report, sources) = samples::open();
    let page = html(&report, &sources);
    assert!(
        page.contains("<span class=\"chip warn\"><span aria-hidden=\"true\">?</span> not decided")
    );
    assert!(page.contains("Not everything was read"));
    assert!(!page.contains("Nothing was found"));
}

#[test]
fn only_a_run_that_proved_everything_shows_the_motto() {
    let (report, sources) = samples::proved();
    assert!(html(&report, &sources).contains("She opens what is shut and shuts what is open."));
}

#[test]
fn colours_have_contrast_in_both_schemes() {
    let (light, dark) = STYLE.split_once("@media (prefers-color-scheme: dark)").unwrap();
    for scheme in [light, dark.split("* { box-sizing").next().unwrap()] {
        let ratio = |a, b| contrast(token(scheme, a), token(scheme, b));
        for (ink, paper) in [
            ("text", "bg"),
            ("text", "surface"),
            ("text", "raised"),
            ("text", "info-bg"),
            ("text", "bad-bg"),
            ("muted", "bg"),
            ("muted", "surface"),
            ("muted", "raised"),
            ("muted", "bad-bg"),
            ("muted", "info-bg"),
            ("bad", "bg"),
            ("bad", "bad-bg"),
            ("bad", "surface"),
            ("warn", "warn-bg"),
            ("ok", "bg"),
            ("ok", "ok-bg"),
            ("ok", "surface"),
            ("accent", "bg"),
            ("accent", "surface"),
            ("accent", "info-bg"),
            ("on-accent", "accent"),
        ] {
            assert!(ratio(ink, paper) >= 4.5, "{ink} on {paper}: {}", ratio(ink, paper));
        }
        assert!(ratio("edge", "bg") >= 3.0 && ratio("edge", "raised") >= 3.0);
    }
}

/// The red, green and blue of a token, from 0 to 1.
fn token(scheme: &str, name: &str) -> [f64; 3] {
    let value = scheme.split(&format!("--{name}: #")).nth(1).unwrap();
    [0, 2, 4].map(|at| {
        f64::from(u8::from_str_radix(value.get(at..at + 2).unwrap(), 16).unwrap()) / 255.0
    })
}

/// Contrast as in WCAG 2.2.
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let luminance = |rgb: [f64; 3]| {
        let [r, g, b] =
            rgb.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}
