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
            let fields = content.split('<').skip(1).filter_map(field);
            let fields = fields.chain(selects(content)).collect();
            let action = attribute(tag, "action").unwrap();
            Form { action, fields, tag: tag.to_owned() }
        })
        .collect()
}

/// What a field would send that nobody has touched.
fn field(part: &str) -> Option<(String, String)> {
    let (tag, text) = split_tag(part);
    let kind = attribute(tag, "type").unwrap_or_default();
    let is_set = tag.split_whitespace().any(|it| it == "checked");
    if tag.starts_with("input ") && (is_set || !["radio", "checkbox"].contains(&kind.as_str())) {
        Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))
    } else if tag.starts_with("textarea ") {
        // The first line end behind the tag is none of the text (HTML section 4.10.11).
        Some((attribute(tag, "name")?, unescaped(text.strip_prefix(">\n").unwrap_or_default())))
    } else {
        None
    }
}

/// What the lists that are folded away would send.
fn selects(content: &str) -> Vec<(String, String)> {
    let lists = content.split("<select ").skip(1).map(|it| it.split("</select>").next().unwrap());
    let chosen = lists.filter_map(|list| {
        let (tag, options) = split_tag(list);
        let mut options = options.split("<option ").skip(1).map(|it| split_tag(it).0);
        let picked = options.clone().find(|it| it.split_whitespace().any(|it| it == "selected"));
        let option = picked.or_else(|| options.next())?;
        Some((attribute(tag, "name")?, attribute(option, "value")?))
    });
    chosen.collect()
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
