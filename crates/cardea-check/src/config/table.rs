//! Tables of a TOML file, read key by key: every error says where, what was found, and what to
//! write instead.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ConfigError, Date};

/// A text and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    pub(super) at: Range<usize>,
}

/// One table, all keys of which are known.
pub(super) struct Table<'a> {
    entries: &'a DeTable<'a>,
    /// What the table is called in messages: `[breakglass]`.
    name: &'static str,
    /// Where it stands.
    pub(super) at: Range<usize>,
}

type Read<T> = Result<T, ConfigError>;

impl<'a> Table<'a> {
    /// The table, if it has no other keys than these.
    pub(super) fn new(
        entries: &'a DeTable<'a>,
        at: Range<usize>,
        name: &'static str,
        keys: &[&'static str],
    ) -> Read<Self> {
        if let Some(key) = entries.keys().find(|key| !keys.contains(&key.get_ref().as_ref())) {
            let text = key.get_ref().as_ref();
            return Err(ConfigError::new(key.span(), format!("{name} has no key `{text}`"))
                .with_help(instead(text, keys)));
        }
        Ok(Self { entries, name, at })
    }

    /// The keys with their values.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Text<'a>, &'a Spanned<DeValue<'a>>)> {
        self.entries
            .iter()
            .map(|(key, value)| (Text { text: key.get_ref(), at: key.span() }, value))
    }

    fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries.get(key)
    }

    /// A required value.
    pub(super) fn required<T>(&self, key: &str, value: Option<T>) -> Read<T> {
        value.ok_or_else(|| {
            let name = self.name;
            ConfigError::new(self.at.clone(), format!("{name} needs a `{key}`"))
        })
    }

    /// A text that is not empty.
    pub(super) fn text(&self, key: &str) -> Read<Option<Text<'a>>> {
        self.value(key).map(|value| text(key, value)).transpose()
    }

    /// A list of texts.
    pub(super) fn texts(&self, key: &str) -> Read<Option<Vec<Text<'a>>>> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let list = value.get_ref().as_array();
        let list = list.ok_or_else(|| expected(key, "a list of strings", value))?;
        list.iter().map(|item| text(key, item)).collect::<Read<Vec<_>>>().map(Some)
    }

    /// A truth value.
    pub(super) fn flag(&self, key: &str) -> Read<Option<bool>> {
        self.value(key).map(|value| flag(key, value)).transpose()
    }

    /// A number that is not negative.
    pub(super) fn number(&self, key: &str) -> Read<Option<usize>> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let integer = value.get_ref().as_integer();
        let number = integer.and_then(|it| usize::from_str_radix(it.as_str(), it.radix()).ok());
        number.map(Some).ok_or_else(|| expected(key, "a whole number", value))
    }

    /// A day, bare or as a text.
    pub(super) fn date(&self, key: &str) -> Read<Option<Date>> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let date = match value.get_ref() {
            DeValue::String(text) => Date::parse(text),
            DeValue::Datetime(it) if it.time.is_none() => {
                it.date.and_then(|date| Date::new(date.year, date.month, date.day))
            }
            DeValue::Datetime(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        let wanted = "a day such as `2027-01-31`";
        date.map(Some).ok_or_else(|| expected(key, wanted, value))
    }

    /// One of some words.
    pub(super) fn choice<T: Copy>(
        &self,
        key: &str,
        known: &[(&'static str, T)],
    ) -> Read<Option<T>> {
        self.text(key)?.map(|text| choose(key, &text, known)).transpose()
    }

    /// A table under a key.
    pub(super) fn table(
        &self,
        key: &str,
        name: &'static str,
        keys: &[&'static str],
    ) -> Read<Option<Self>> {
        let Some(value) = self.value(key) else { return Ok(None) };
        inner(key, value, name, keys).map(Some)
    }

    /// The tables of a list; none where the key is absent.
    pub(super) fn tables(
        &self,
        key: &str,
        name: &'static str,
        keys: &[&'static str],
    ) -> Read<Option<Vec<Self>>> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let list = value.get_ref().as_array();
        let list = list.ok_or_else(|| {
            expected(key, "a list of tables", value).with_help(format!("write {name} above them"))
        })?;
        list.iter().map(|item| inner(key, item, name, keys)).collect::<Read<Vec<_>>>().map(Some)
    }
}

fn inner<'a>(
    key: &str,
    value: &'a Spanned<DeValue<'a>>,
    name: &'static str,
    keys: &[&'static str],
) -> Read<Table<'a>> {
    let table = value.get_ref().as_table().ok_or_else(|| expected(key, "a table", value))?;
    Table::new(table, value.span(), name, keys)
}

fn text<'a>(key: &str, value: &'a Spanned<DeValue<'a>>) -> Read<Text<'a>> {
    let text = value.get_ref().as_str().ok_or_else(|| expected(key, "a string", value))?;
    if text.trim().is_empty() {
        return Err(ConfigError::new(value.span(), format!("`{key}` is empty")));
    }
    Ok(Text { text, at: value.span() })
}

/// A truth value under a key.
pub(super) fn flag(key: &str, value: &Spanned<DeValue<'_>>) -> Read<bool> {
    value.get_ref().as_bool().ok_or_else(|| expected(key, "`true` or `false`", value))
}

/// What a word of a list stands for.
pub(super) fn choose<T: Copy>(key: &str, text: &Text<'_>, known: &[(&'static str, T)]) -> Read<T> {
    let found = known.iter().find(|(name, _)| *name == text.text).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let names: Vec<&'static str> = known.iter().map(|(name, _)| *name).collect();
        unknown(key, text, &names)
    })
}

/// A text that is none of the known ones.
pub(super) fn unknown(key: &str, text: &Text<'_>, known: &[&'static str]) -> ConfigError {
    ConfigError::new(text.at.clone(), format!("`{}` is no `{key}`", text.text))
        .with_help(instead(text.text, known))
}

fn expected(key: &str, what: &str, found: &Spanned<DeValue<'_>>) -> ConfigError {
    let kind = found.get_ref().type_str();
    ConfigError::new(found.span(), format!("`{key}` is {what}, but here stands: {kind}"))
}

/// The known name that was probably meant, or all of them.
fn instead(word: &str, known: &[&'static str]) -> String {
    let lower = word.to_lowercase();
    let nearest = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), *name))
        .min()
        .filter(|(distance, name)| *distance <= (name.len() / 3).clamp(1, 3));
    match nearest {
        Some((_, name)) => format!("maybe `{name}`?"),
        None => format!("known are `{}`", known.join("`, `")),
    }
}
