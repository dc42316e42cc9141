//! The contrast of every pair of colours that pages use, computed as WCAG 2.2 defines it.

use std::collections::BTreeMap;

use cardea_web::assets::{CENTER_STYLE, STYLE};

type Tokens = BTreeMap<String, [f64; 3]>;

/// The tokens of one `:root { … }`.
fn tokens(rule: &str) -> Tokens {
    let body = rule.split_once('{').unwrap().1.split_once('}').unwrap().0;
    body.split(';')
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"))
        .map(|(name, hex)| {
            let channel =
                |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            (name.to_owned(), [channel(0), channel(2), channel(4)])
        })
        .collect()
}

fn schemes() -> [(&'static str, Tokens); 2] {
    let style = std::str::from_utf8(STYLE.bytes).unwrap();
    let mut rules = style.split(":root ").skip(1);
    let light = tokens(rules.next().unwrap());
    let dark = tokens(rules.next().unwrap());
    [("light", light), ("dark", dark)]
}

/// WCAG 2.2, "relative luminance".
fn luminance(colour: [f64; 3]) -> f64 {
    let linear =
        colour.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

/// WCAG 2.2, "contrast ratio".
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

const GROUNDS: [&str; 3] = ["bg", "surface", "raised"];
const TINTS: [&str; 4] = ["bad-bg", "warn-bg", "ok-bg", "info-bg"];

fn check(pairs: &[(&str, &str)], least: f64) {
    for (scheme, tokens) in schemes() {
        for (front, back) in pairs {
            let ratio = contrast(tokens[*front], tokens[*back]);
            assert!(ratio >= least, "{scheme}: {front} on {back} is {ratio:.2}");
        }
    }
}

#[test]
fn both_schemes_define_the_same_tokens() {
    let [(_, light), (_, dark)] = schemes();
    assert_eq!(light.keys().collect::<Vec<_>>(), dark.keys().collect::<Vec<_>>());
    assert_eq!(light.len(), 16);
}

#[test]
fn the_arithmetic_agrees_with_known_ratios() {
    let (black, white) = ([0.0; 3], [1.0; 3]);
    assert!((contrast(black, white) - 21.0).abs() < 1e-9);
    let [(_, light), _] = schemes();
    assert!((contrast(light["on-accent"], light["accent"]) - 7.91).abs() < 0.01);
}

#[test]
fn text_has_a_contrast_of_at_least_4_5() {
    let mut pairs = vec![("on-accent", "accent")];
    for ground in GROUNDS {
        for text in ["text", "muted", "accent", "bad", "warn", "ok"] {
            pairs.push((text, ground));
        }
    }
    for tint in TINTS {
        pairs.extend([("text", tint), ("muted", tint)]);
    }
    pairs.extend([("bad", "bad-bg"), ("warn", "warn-bg"), ("ok", "ok-bg"), ("accent", "info-bg")]);
    check(&pairs, 4.5);
}

#[test]
fn edges_of_controls_have_a_contrast_of_at_least_3() {
    let mut pairs = Vec::new();
    for ground in GROUNDS {
        for edge in ["edge", "accent", "bad", "text"] {
            pairs.push((edge, ground));
        }
    }
    pairs.extend([("bad", "bad-bg"), ("warn", "warn-bg"), ("ok", "ok-bg"), ("accent", "info-bg")]);
    check(&pairs, 3.0);
}

#[test]
fn every_colour_of_the_style_sheet_is_a_token() {
    let style = std::str::from_utf8(STYLE.bytes).unwrap();
    let rules = style.split("/* Ground */").nth(1).unwrap();
    let rules = [rules, std::str::from_utf8(CENTER_STYLE.bytes).unwrap()].join("\n");
    let literal: Vec<&str> =
        rules.lines().filter(|line| line.contains('#') || line.contains("rgb")).collect();
    // A QR code is black on white in every scheme, or cameras do not read it.
    assert!(literal.iter().all(|line| line.starts_with(".qr ")), "{literal:?}");
}
