//! As much of HTML as the tenant's own pages are written in.

/// A form with what it would send.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
    tag: String,
}

impl Form {
    /// An attribute of the form itself.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        attribute(&self.tag, name)
    }
}

/// The forms of a page that are posted.
pub(crate) fn forms(html: &str) -> Vec<Form> {
    let parts = html.split("<form ").skip(1);
    parts
        .map(|part| {
            let whole = part.split("</form>").next().unwrap();
            let (tag, content) = split_tag(whole);
            let inputs = content.split("<input ").skip(1).map(|input| split_tag(input).0);
            let fields = inputs.filter_map(|input| {
                Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()))
            });
            Form {
                action: attribute(tag, "action").unwrap(),
                fields: fields.collect(),
                tag: tag.to_owned(),
            }
        })
        .collect()
}

/// The tag up to its end, which may stand inside of no value, and the rest.
fn split_tag(text: &str) -> (&str, &str) {
    let mut inside = false;
    let end = text.find(|letter| {
        inside ^= letter == '"';
        letter == '>' && !inside
    });
    text.split_at(end.unwrap())
}

/// The value of an attribute, unescaped.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = format!("{name}=\"");
    let tag = format!(" {tag}");
    let (_, rest) = tag.split_once(&format!(" {start}"))?;
    Some(unescaped(rest.split('"').next()?))
}

/// Text without its entities, each of which is read once.
pub(crate) fn unescaped(text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        result.push_str(before);
        let (name, after) = after.split_once(';').unwrap();
        result.push(meant(name).unwrap_or_else(|| panic!("what is `&{name};`?")));
        rest = after;
    }
    result.push_str(rest);
    result
}

fn meant(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        let words = [("lt", '<'), ("gt", '>'), ("quot", '"'), ("amp", '&')];
        return words.iter().find(|(word, _)| *word == name).map(|(_, letter)| *letter);
    };
    let number = match number.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(number.ok()?)
}

#[test]
fn an_entity_is_read_once() {
    assert_eq!(unescaped("a &#60; &#x3e; &quot;&amp;lt; &#38;lt;"), "a < > \"&lt; &lt;");
}
