//! What every page must be made of.

use std::collections::BTreeSet;

use cardea_web::pages::samples::{self, Filling, Sample};
use cardea_web::{assets, fields, paths};

use crate::html::{Piece, elements, read, text_of};

fn all() -> Vec<Sample> {
    samples::all(Filling::Plain).unwrap()
}

/// Checks every page, and names the one that fails.
fn each(check: impl Fn(&Sample, &[Piece]) -> Result<(), String>) {
    let wrong: Vec<String> = all()
        .iter()
        .filter_map(|sample| {
            let pieces = read(&sample.html.text);
            check(sample, &pieces).err().map(|why| format!("{}: {why}", sample.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn must(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}

#[test]
fn there_are_samples_of_every_template() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/templates"));
    for (part, layouts) in [("", 2), ("admin", 1)] {
        let templates = std::fs::read_dir(folder.join(part)).unwrap();
        let templates = templates.filter(|entry| entry.as_ref().unwrap().path().is_file()).count();
        let of_part = |sample: &&Sample| sample.name.starts_with("admin-") != part.is_empty();
        let samples = all();
        let headings: BTreeSet<String> = samples
            .iter()
            .filter(of_part)
            .map(|sample| text_of(&read(&sample.html.text), "h1"))
            .collect();
        let found = headings.len();
        assert!(found >= templates - layouts, "{found} of {templates} in {part}: {headings:#?}");
    }
}

#[test]
fn only_what_is_proved_or_done_is_green() {
    let good = [
        "proved",
        "proved again",
        "yes",
        "gets in",
        "signs in",
        "opens the way",
        "used",
        "answers",
    ];
    each(|_, pieces| {
        let mut green = false;
        for piece in pieces {
            match piece {
                Piece::Open { name, attributes } if name == "span" => {
                    let class = attributes.get("class").map_or("", String::as_str);
                    green = class == "tag ok" || (green && class.is_empty());
                }
                Piece::Text(text) if green && !matches!(text.trim(), "" | "✓") => {
                    let word = text.trim().trim_start_matches("✓ ");
                    must(good.contains(&word) || word.starts_with("Signed in with"), || {
                        format!("`{word}` is green")
                    })?;
                    green = false;
                }
                Piece::Open { .. } | Piece::Close(_) | Piece::Text(_) => {}
            }
        }
        Ok(())
    });
}

#[test]
fn a_page_of_the_admin_center_leads_to_every_part_of_it() {
    for sample in all().iter().filter(|sample| sample.name.starts_with("admin-")) {
        let pieces = read(&sample.html.text);
        let links: BTreeSet<&str> =
            elements(&pieces).filter_map(|(_, a)| a.get("href").map(String::as_str)).collect();
        for part in cardea_web::pages::admin::Part::ALL {
            assert!(links.contains(part.path()), "{}: {}", sample.name, part.name());
        }
        let current = elements(&pieces).filter(|(_, a)| a.get("data-key").is_some());
        let current = current.filter(|(_, a)| a.contains_key("aria-current")).count();
        assert_eq!(current, 2, "{}: one for each width of the page", sample.name);
    }
}

#[test]
fn names_of_samples_are_unique() {
    let samples = all();
    let names: BTreeSet<&str> = samples.iter().map(|sample| sample.name).collect();
    assert_eq!(names.len(), samples.len());
}

#[test]
fn every_page_has_one_heading_that_is_also_its_title() {
    each(|sample, pieces| {
        let headings = elements(pieces).filter(|(name, _)| *name == "h1").count();
        must(headings == 1, || format!("{headings} h1"))?;
        let heading = text_of(pieces, "h1");
        let title = text_of(pieces, "title");
        must(title == sample.html.title, || format!("title `{title}`"))?;
        let error = elements(pieces).any(|(_, a)| a.get("id").is_some_and(|id| id == "problems"));
        let expected = format!("{}{heading}: Contoso", if error { "Error: " } else { "" });
        must(title == expected, || format!("title `{title}`, not `{expected}`"))
    });
}

#[test]
fn a_page_with_problems_focuses_a_summary_that_links_to_the_fields() {
    let mut seen = 0;
    for sample in all() {
        let pieces = read(&sample.html.text);
        let Some((_, summary)) =
            elements(&pieces).find(|(_, a)| a.get("id").is_some_and(|id| id == "problems"))
        else {
            continue;
        };
        assert!(summary.contains_key("autofocus") && summary.contains_key("tabindex"));
        let focused = elements(&pieces).filter(|(_, a)| a.contains_key("autofocus")).count();
        assert_eq!(focused, 1, "{}", sample.name);
        seen += 1;
    }
    assert!(seen >= 10, "{seen}");
}

#[test]
fn every_page_says_its_language_and_where_the_help_desk_is() {
    each(|sample, pieces| {
        let (name, attributes) = elements(pieces).next().ok_or("empty")?;
        must(name == "html" && attributes["lang"] == "en", || "no lang".to_owned())?;
        let foot = text_of(pieces, "footer");
        must(foot.contains("Help desk: +1 555 0100"), || format!("footer `{foot}`"))?;
        let landmarks = sample.html.text.matches("<main id=\"main\"").count();
        must(landmarks == 1 && sample.html.text.contains("href=\"#main\""), || "no main".to_owned())
    });
}

#[test]
fn no_page_has_inline_styles_handlers_or_addresses_of_others() {
    each(|_, pieces| {
        for (name, attributes) in elements(pieces) {
            must(name != "style", || "a style element".to_owned())?;
            for (attribute, value) in attributes {
                must(attribute != "style", || format!("style on {name}"))?;
                must(!attribute.starts_with("on"), || format!("{attribute} on {name}"))?;
                if ["src", "data", "srcset", "poster"].contains(&attribute.as_str())
                    || name == "link"
                {
                    must(!value.contains("//"), || format!("{attribute}={value} on {name}"))?;
                }
            }
        }
        Ok(())
    });
}

#[test]
fn every_script_is_a_file_with_the_nonce() {
    each(|_, pieces| {
        let scripts: Vec<_> = elements(pieces).filter(|(name, _)| *name == "script").collect();
        must(!scripts.is_empty(), || "no script".to_owned())?;
        for (_, script) in scripts {
            must(script.get("nonce").is_some_and(|nonce| nonce == "rAnd0m"), || {
                "no nonce".to_owned()
            })?;
            must(script.contains_key("defer"), || "not deferred".to_owned())?;
            let known = assets::at(&script["src"]).is_some();
            must(known, || format!("unknown {}", script["src"]))?;
        }
        Ok(())
    });
}

#[test]
fn every_form_that_posts_here_carries_the_token_and_the_flow() {
    each(|sample, pieces| {
        let mut form: Option<(String, BTreeSet<String>)> = None;
        for piece in pieces {
            match piece {
                Piece::Open { name, attributes } if name == "form" => {
                    must(attributes.contains_key("action"), || "no action".to_owned())?;
                    let method = attributes.get("method").map_or("get", String::as_str);
                    must(["get", "post"].contains(&method), || format!("method {method}"))?;
                    form =
                        (method == "post").then(|| (attributes["action"].clone(), BTreeSet::new()));
                }
                Piece::Open { name, attributes } if name == "input" => {
                    if let (Some((_, names)), Some(field)) = (&mut form, attributes.get("name")) {
                        names.insert(field.clone());
                    }
                }
                Piece::Close(name) if name == "form" => {
                    let Some((action, names)) = form.take() else { continue };
                    let to_app = sample.name == "form-post";
                    must(to_app != action.starts_with('/'), || format!("posts to {action}"))?;
                    let in_sign_in = !to_app && !sample.name.starts_with("admin-");
                    for (field, wanted) in [(fields::CSRF, !to_app), (fields::FLOW, in_sign_in)] {
                        must(wanted == names.contains(field), || format!("{field} of {action}"))?;
                    }
                }
                Piece::Open { .. } | Piece::Close(_) | Piece::Text(_) => {}
            }
        }
        Ok(())
    });
}

#[test]
fn every_field_has_a_label_and_every_reference_a_target() {
    each(|_, pieces| {
        let mut ids = BTreeSet::new();
        let mut labelled = BTreeSet::new();
        let mut wanted = Vec::new();
        for (name, attributes) in elements(pieces) {
            if let Some(id) = attributes.get("id") {
                must(ids.insert(id.clone()), || format!("`{id}` twice"))?;
            }
            if let (true, Some(field)) = (name == "label", attributes.get("for")) {
                labelled.insert(field.clone());
                wanted.push(field.clone());
            }
            for reference in
                ["aria-describedby", "aria-labelledby", "data-show", "data-passkey-now"]
            {
                let targets =
                    attributes.get(reference).into_iter().flat_map(|text| text.split_whitespace());
                wanted.extend(targets.map(ToOwned::to_owned));
            }
            wanted.extend(
                attributes
                    .get("href")
                    .and_then(|href| href.strip_prefix('#'))
                    .map(ToOwned::to_owned),
            );
        }
        for id in wanted {
            must(ids.contains(&id), || format!("nothing has the id `{id}`"))?;
        }
        for (name, attributes) in elements(pieces) {
            let hidden = attributes.get("type").is_some_and(|kind| kind == "hidden");
            if ["input", "select", "textarea"].contains(&name) && !hidden {
                let id = attributes.get("id").ok_or("a field without an id")?;
                must(labelled.contains(id), || format!("`{id}` has no label"))?;
            }
        }
        Ok(())
    });
}

#[test]
fn the_name_field_offers_passkeys() {
    let samples = all();
    let page = samples.iter().find(|sample| sample.name == "signin").unwrap();
    let pieces = read(&page.html.text);
    let (_, field) =
        elements(&pieces).find(|(_, a)| a.get("id").is_some_and(|id| id == "username")).unwrap();
    assert_eq!(field["autocomplete"], "username webauthn");
}

#[test]
fn a_page_with_a_ceremony_works_up_to_the_pass_without_javascript() {
    each(|_, pieces| {
        let ceremony = elements(pieces).find(|(_, a)| {
            a.get("data-passkey").is_some_and(|kind| kind == "get" || kind == "create")
        });
        if ceremony.is_none() {
            return Ok(());
        }
        let shown = elements(pieces)
            .any(|(_, a)| a.contains_key("data-without-script") && !a.contains_key("hidden"));
        must(shown, || "nothing is said without script".to_owned())?;
        let waits = elements(pieces)
            .any(|(_, a)| a.contains_key("data-with-script") && a.contains_key("hidden"));
        must(waits, || "a button that does nothing without script".to_owned())
    });
}

#[test]
fn secrets_are_in_no_debug_output() {
    use cardea_web::pages::register::RegisterTotp;
    use cardea_web::pages::{Frame, QrCode};
    let frame = Frame {
        tenant: "Contoso".to_owned(),
        help_desk: String::new(),
        account: String::new(),
        csrf: "SECRET-1".to_owned(),
        nonce: "SECRET-2".to_owned(),
        flow: "SECRET-3".to_owned(),
    };
    let qr = QrCode::of("SECRET-4").unwrap();
    let page = RegisterTotp { frame, problems: Vec::new(), qr, seed: "SECRET-5".to_owned() };
    let shown = format!("{page:?}");
    assert!(shown.contains("Contoso") && !shown.contains("SECRET"), "{shown}");
}

#[test]
fn a_link_keeps_the_sign_in_that_it_belongs_to() {
    let mut frame = cardea_web::pages::Frame {
        tenant: String::new(),
        help_desk: String::new(),
        account: String::new(),
        csrf: String::new(),
        nonce: String::new(),
        flow: "a&b".to_owned(),
    };
    assert_eq!(frame.link(paths::WAYS), "/signin/ways?flow=a%26b");
    assert_eq!(
        frame.link("/register/phone?phone=iphone"),
        "/register/phone?phone=iphone&flow=a%26b"
    );
    frame.flow.clear();
    assert_eq!(frame.link(paths::WAYS), "/signin/ways");
}

#[test]
fn the_same_values_give_the_same_bytes() {
    for (first, second) in all().into_iter().zip(all()) {
        assert_eq!(first.html, second.html, "{}", first.name);
    }
}

#[test]
fn four_pages_look_as_they_did() {
    for sample in all() {
        if ["signin", "blocked-again", "security-info-empty", "form-post"].contains(&sample.name) {
            let text = sample.html.text.lines().filter(|line| !line.contains("/assets/"));
            insta::assert_snapshot!(sample.name, text.collect::<Vec<_>>().join("\n"));
        }
    }
}
