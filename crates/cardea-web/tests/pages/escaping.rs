//! Nothing from outside becomes markup: 32 texts made to break out, in every field.

use cardea_web::pages::samples::{self, Filling};

use crate::html::{Piece, elements, read};

const POLYGLOTS: [&str; 32] = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><svg/onload=alert(1)>",
    "</style></script><img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "\" autofocus onfocus=alert(1) x=\"",
    "' autofocus onfocus=alert(1) x='",
    " onmouseover=alert(1) ",
    "\" onfocus=alert(1) autofocus ",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert()//>\\x3e",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/x",
    "/\\evil.example/x",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "&quot;&gt;<b>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "{{ frame.csrf }}{% block x %}${7*7}",
    "\u{202e}gnp.<script>",
    "\u{2028}alert(1)\u{2029}",
    "a\r\nSet-Cookie: x=1\r\n\r\n<script>alert(1)</script>",
    "`${alert(1)}`<",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<form action=//evil.example><button formaction=javascript:alert(1)>",
];

/// Tags and names of attributes: everything but texts and values.
fn skeleton(pieces: &[Piece]) -> Vec<String> {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Open { name, attributes } => {
                format!("<{name} {:?}>", attributes.keys().collect::<Vec<_>>())
            }
            Piece::Close(name) => format!("</{name}>"),
            Piece::Text(_) => "text".to_owned(),
        })
        .collect()
}

#[test]
fn hostile_texts_are_shown_as_they_are_and_change_no_tag_attribute_or_address() {
    let harmless: Vec<_> = samples::all(Filling::Only("harmless"))
        .unwrap()
        .iter()
        .map(|sample| skeleton(&read(&sample.html.text)))
        .collect();
    for text in POLYGLOTS {
        let hostile = samples::all(Filling::Only(text)).unwrap();
        assert_eq!(harmless.len(), hostile.len());
        for (plain, sample) in harmless.iter().zip(&hostile) {
            let pieces = read(&sample.html.text);
            let name = sample.name;
            assert_eq!(plain, &skeleton(&pieces), "{name}: {text}");
            assert!(sample.html.title.ends_with(&format!(": {text}")), "{name}: {text}");
            assert!(shows(&pieces, text), "{name} does not show {text}");
            if let Some(address) = runs_or_leaves(&pieces) {
                panic!("{name} links to {address}");
            }
        }
    }
}

fn shows(pieces: &[Piece], text: &str) -> bool {
    pieces.iter().any(|piece| match piece {
        Piece::Text(shown) => shown.contains(text),
        Piece::Open { .. } | Piece::Close(_) => false,
    })
}

/// The first address that a browser would run, or that leaves for a place nobody registered.
fn runs_or_leaves(pieces: &[Piece]) -> Option<String> {
    elements(pieces)
        .flat_map(|(_, attributes)| {
            ["href", "action", "formaction", "src"].map(|name| attributes.get(name))
        })
        .flatten()
        .find(|address| {
            let address = address.trim_start().to_lowercase();
            ["javascript:", "data:", "vbscript:", "//", "/\\"]
                .iter()
                .any(|bad| address.starts_with(bad))
        })
        .cloned()
}
