//! The options of a query, from the text behind the `?`.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Count, LARGEST_PAGE, LARGEST_SKIP, MAX_LENGTH, Options, Query, Target, expand};
use crate::filter::Filter;
use crate::order::Order;
use crate::percent;
use crate::problem::{Problem, quoted};
use crate::search::Search;
use crate::selection::Selection;

/// What stays as it is in the value of an option.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An option of OData.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    Filter,
    Search,
    OrderBy,
    Select,
    Expand,
    Top,
    Skip,
    SkipToken,
    Count,
    Format,
}

impl Name {
    const ALL: [Self; 10] = [
        Self::Filter,
        Self::Search,
        Self::OrderBy,
        Self::Select,
        Self::Expand,
        Self::Top,
        Self::Skip,
        Self::SkipToken,
        Self::Count,
        Self::Format,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Filter => "$filter",
            Self::Search => "$search",
            Self::OrderBy => "$orderby",
            Self::Select => "$select",
            Self::Expand => "$expand",
            Self::Top => "$top",
            Self::Skip => "$skip",
            Self::SkipToken => "$skiptoken",
            Self::Count => "$count",
            Self::Format => "$format",
        }
    }

    /// The option of this name; `None` for a parameter that is none.
    fn of(name: &str) -> Result<Option<Self>, Problem> {
        let bare = |it: &str| it.strip_prefix('$').unwrap_or(it).to_ascii_lowercase();
        let found = Self::ALL.into_iter().find(|it| bare(it.as_str()) == bare(name));
        if found.is_none() && name.starts_with('$') {
            return Err(Problem::bad(format!(
                "The query option {} is not supported.",
                quoted(name)
            )));
        }
        Ok(found)
    }

    /// Whether it says something of one object.
    const fn is_for_one(self) -> bool {
        matches!(self, Self::Select | Self::Expand | Self::Format)
    }

    /// Whether it can stand inside of `$expand`.
    pub(super) const fn is_nested(self) -> bool {
        !matches!(self, Self::SkipToken | Self::Format)
    }
}

/// Reads the options of an address.
pub(super) fn query(text: &str, options: &Options<'_>) -> Result<Query, Problem> {
    if text.len() > MAX_LENGTH {
        return Err(Problem::bad(format!(
            "The query is longer than {MAX_LENGTH} bytes. Send it in a '$batch'."
        )));
    }
    let mut reading = Reading::new(options);
    for pair in text.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        // A name that cannot be decoded is no option. It is refused nevertheless, because others
        // may read it as one.
        if let Some(name) = reading.admit(&decoded(name)?)? {
            reading.option(name, &decoded(value)?, 0)?;
        }
    }
    let query = reading.query;
    options.properties.check(&query)?;
    Ok(query)
}

/// Options that are being read, each once.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub(super) query: Query,
    target: Target,
    options: &'a Options<'a>,
    seen: BTreeSet<Name>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(options: &'a Options<'a>) -> Self {
        let query = Query {
            filter: None,
            search: None,
            order: Order::default(),
            selection: Selection::All,
            expand: Vec::new(),
            page: options.page,
            skip: 0,
            skip_token: None,
            count: Count::Unwanted,
            id: options.id,
            absent: options.properties.absent(),
        };
        Self { query, target: options.target, options, seen: BTreeSet::new() }
    }

    /// The option of this name if it is one; it may come once, and where it has a meaning.
    pub(super) fn admit(&mut self, name: &str) -> Result<Option<Name>, Problem> {
        let Some(name) = Name::of(name)? else { return Ok(None) };
        if !self.seen.insert(name) {
            return Err(Problem::bad(format!(
                "The query option '{}' is there twice.",
                name.as_str()
            )));
        }
        if self.target == Target::Object && !name.is_for_one() {
            return Err(Problem::bad(format!(
                "The query option '{}' is for lists, and this address is of one object.",
                name.as_str()
            )));
        }
        Ok(Some(name))
    }

    /// Reads the value of an option, inside of so many `$expand`.
    pub(super) fn option(&mut self, name: Name, value: &str, depth: usize) -> Result<(), Problem> {
        let query = &mut self.query;
        match name {
            Name::Filter => query.filter = Some(Filter::parse(value)?),
            Name::Search => query.search = Some(Search::parse(value)?),
            Name::OrderBy => query.order = Order::parse(value)?,
            Name::Select => query.selection = Selection::parse(value)?,
            Name::Expand => query.expand = expand::parse(value, self.options, depth)?,
            Name::Top => query.page = top(value)?,
            Name::Skip => query.skip = skip(value)?,
            Name::SkipToken => query.skip_token = Some(value.to_owned()),
            Name::Count => query.count = count(value)?,
            Name::Format => format(value)?,
        }
        Ok(())
    }
}

/// Decodes a name or a value. As in forms, `+` is a space.
fn decoded(text: &str) -> Result<String, Problem> {
    percent::decoded(&text.replace('+', " "))
}

fn top(value: &str) -> Result<u16, Problem> {
    let number = whole(value).and_then(|it| u16::try_from(it).ok());
    number.filter(|it| (1..=LARGEST_PAGE).contains(it)).ok_or_else(|| {
        Problem::bad(format!(
            "$top must be a whole number between 1 and {LARGEST_PAGE}; found {}. Further objects are behind '@odata.nextLink'.",
            quoted(value)
        ))
    })
}

fn skip(value: &str) -> Result<u32, Problem> {
    whole(value).filter(|it| *it <= LARGEST_SKIP).ok_or_else(|| {
        Problem::bad(format!(
            "$skip must be a whole number between 0 and {LARGEST_SKIP}; found {}.",
            quoted(value)
        ))
    })
}

/// A number in digits only, without a sign.
fn whole(value: &str) -> Option<u32> {
    let digits = value.trim();
    digits.bytes().all(|it| it.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

fn count(value: &str) -> Result<Count, Problem> {
    let value = value.trim();
    if value.eq_ignore_ascii_case("true") {
        return Ok(Count::Wanted);
    }
    if value.eq_ignore_ascii_case("false") {
        return Ok(Count::Unwanted);
    }
    Err(Problem::bad(format!("$count must be 'true' or 'false'; found {}.", quoted(value))))
}

fn format(value: &str) -> Result<(), Problem> {
    let kind = value.split(';').next().unwrap_or_default().trim();
    if ["json", "application/json"].iter().any(|it| it.eq_ignore_ascii_case(kind)) {
        return Ok(());
    }
    Err(Problem::bad(format!("$format must be 'json'; found {}.", quoted(value))))
}

/// The options of the next page: those of this one, with its token.
pub fn next_link(text: &str, token: &str) -> String {
    let is_token = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        decoded(name).is_ok_and(|it| matches!(Name::of(&it), Ok(Some(Name::SkipToken))))
    };
    let mut pairs: Vec<String> =
        text.split('&').filter(|it| !it.is_empty() && !is_token(it)).map(str::to_owned).collect();
    pairs.push(format!("$skiptoken={}", utf8_percent_encode(token, KEPT)));
    pairs.join("&")
}
