//! Files of a megabyte that are as dense as each kind of text allows, or that invite a reader to
//! recurse, to copy or to look again and again.

/// How long each file is, about.
pub const SIZE: usize = 1 << 20;

/// A hostile file.
#[derive(Clone, Debug)]
pub struct Hostile {
    /// What is in it.
    pub name: &'static str,
    /// What it is called; the end tells the kind.
    pub path: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// All hostile files.
pub fn files() -> Vec<Hostile> {
    let mut files = json();
    files.extend(objects());
    files.extend(yaml());
    let wide = |it: &Hostile| {
        let text = String::from_utf8_lossy(&it.bytes).into_owned();
        text.encode_utf16().take(SIZE / 2).flat_map(u16::to_le_bytes).collect()
    };
    let bytes = wide(&files[0]);
    files.push(Hostile { name: "UTF-16, and cut", path: "export.json", bytes });
    files
}

fn json() -> Vec<Hostile> {
    let file = |name, bytes| Hostile { name, path: "export.json", bytes };
    let list =
        |item: &str| format!("[{}{}]", format!("{item},").repeat(SIZE / (item.len() + 1)), item);
    let text = |part: &str| format!("[\"{}\"]", part.repeat(SIZE / part.len()));
    vec![
        file("numbers", list("0").into_bytes()),
        file("empty lists", list("[]").into_bytes()),
        file("empty objects", list("{}").into_bytes()),
        file("empty texts", list("\"\"").into_bytes()),
        file("brackets that never close", b"[".repeat(SIZE)),
        file("lists as deep as they may be", list(&deep("[", "]", 120)).into_bytes()),
        file("objects as deep as they may be", list(&deep("{\"\":", "}", 120)).into_bytes()),
        file("one key again and again", members(|_| "a".to_owned())),
        file("short keys, each another", members(|at| format!("{at:x}"))),
        file("commas in a text", text(",").into_bytes()),
        file("escapes in a text", text("\\n").into_bytes()),
        file("surrogates in a text", text("\\ud83d\\ude00").into_bytes()),
        file("an escape without end", format!("[\"{}", "\\\\".repeat(SIZE / 2)).into_bytes()),
        file("JSON in a text", nested(1).into_bytes()),
        file("JSON in texts in a text", nested(3).into_bytes()),
        file("digits", format!("[{}]", "9".repeat(SIZE)).into_bytes()),
        file("spaces", format!("[{}", " ".repeat(SIZE)).into_bytes()),
    ]
}

fn deep(open: &str, close: &str, depth: usize) -> String {
    format!("{}0{}", open.repeat(depth), close.repeat(depth))
}

fn members(key: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = "{".to_owned();
    let mut at = 0;
    while text.len() < SIZE {
        text.push_str(&format!("\"{}\":0,", key(at)));
        at += 1;
    }
    text.push_str("\"last\":0}");
    text.into_bytes()
}

/// A list inside a text inside a list, so many times.
fn nested(times: usize) -> String {
    let quotes: usize = (0..times).map(|it| 1 << it).sum();
    let mut text = format!("[{}0]", "0,".repeat((SIZE - 16 * quotes) / 2));
    for _ in 0..times {
        text = format!("[{}]", quoted(&text));
    }
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Objects of known kinds, as small as they can be.
fn objects() -> Vec<Hostile> {
    let file = |name, item: String| {
        let bytes = format!("[{}{item}]", format!("{item},").repeat(SIZE / (item.len() + 1)));
        Hostile { name, path: "export.json", bytes: bytes.into_bytes() }
    };
    let policy = |members: &str| format!("{{\"conditions\":{{{members}}},\"state\":0}}");
    let one = |name, before: &str, item: &str, after: &str| {
        let items = format!("{item},").repeat(SIZE / (item.len() + 1));
        let bytes = format!("[{before}{items}{item}{after}]").into_bytes();
        Hostile { name, path: "export.json", bytes }
    };
    vec![
        file("policies", policy("")),
        file("policies with a field that nobody knows", policy("\"x\":0")),
        file(
            "policies with a rule that is none",
            policy("\"devices\":{\"deviceFilter\":{\"mode\":\"include\",\"rule\":\"x\"}}"),
        ),
        file("groups", "{\"groupTypes\":0}".to_owned()),
        file("people", "{\"id\":\"\",\"userPrincipalName\":\"\"}".to_owned()),
        file("strengths", "{\"allowedCombinations\":[]}".to_owned()),
        file("locations", "{\"ipRanges\":[],\"id\":0}".to_owned()),
        one(
            "one policy with many fields",
            "{\"conditions\":{\"users\":{",
            "\"x\":0",
            "}},\"state\":0}",
        ),
        one(
            "one policy for many people",
            "{\"conditions\":{\"users\":{\"includeUsers\":[",
            "\"\"",
            "]}},\"state\":0}",
        ),
        one(
            "one group with many members",
            "{\"groupTypes\":[],\"id\":\"g\",\"members\":[",
            "{\"id\":\"\"}",
            "]}",
        ),
        one("one strength with many combinations", "{\"allowedCombinations\":[", "\"sms\"", "]}"),
        one(
            "one location with many ranges",
            "{\"id\":\"\",\"ipRanges\":[",
            "{\"cidrAddress\":\"::/0\"}",
            "]}",
        ),
    ]
}

fn yaml() -> Vec<Hostile> {
    let file = |name, text: String| Hostile { name, path: "export.yaml", bytes: text.into_bytes() };
    let many = |line: &str| line.repeat(SIZE / line.len());
    vec![
        file("YAML: a list on one line", format!("[{}0]", many("0,"))),
        file("YAML: a list", many("- 0\n")),
        file("YAML: empty items", many("-\n")),
        file("YAML: short keys", (0..SIZE / 8).map(|at| format!("{at:x}: 0\n")).collect()),
        file("YAML: anchors", (0..SIZE / 10).map(|at| format!("- &{at:x} 0\n")).collect()),
        file("YAML: aliases of a text", format!("- &a x\n{}", many("- *a\n"))),
        file("YAML: aliases of a list", format!("- &a [0,0,0,0]\n{}", many("- *a\n"))),
        file("YAML: documents", many("---\n")),
        file("YAML: comments", many("#\n")),
        file("YAML: brackets that never close", many("[")),
        file("YAML: dashes that go deeper", many("- ")),
        file("YAML: a text over many lines", format!("a: >\n{}", many(" x\n"))),
        file("YAML: a text with escapes", format!("a: \"{}\"", many("\\n"))),
    ]
}
