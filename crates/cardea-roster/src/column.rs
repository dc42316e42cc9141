//! The columns of a table.

/// A column that means something. Its property is Graph's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    UserPrincipalName,
    DisplayName,
    /// The first password.
    Password,
    /// Whether somebody can sign in.
    AccountEnabled,
    /// The opposite: Entra's template asks whether to block.
    BlockSignIn,
    /// A country of two letters.
    UsageLocation,
    /// A text; one of [`TEXTS`].
    Text(&'static str),
    /// Texts in a list; one of [`LISTS`].
    List(&'static str),
}

/// Properties that are texts.
const TEXTS: [&str; 17] = [
    "givenName",
    "surname",
    "jobTitle",
    "department",
    "companyName",
    "employeeId",
    "employeeType",
    "mail",
    "mailNickname",
    "mobilePhone",
    "faxNumber",
    "officeLocation",
    "streetAddress",
    "city",
    "state",
    "country",
    "postalCode",
];

/// Properties that are lists of texts.
const LISTS: [&str; 2] = ["businessPhones", "otherMails"];

/// Properties that are read in a way of their own.
const OWN: [(&str, Column); 6] = [
    ("userPrincipalName", Column::UserPrincipalName),
    ("displayName", Column::DisplayName),
    ("passwordProfile", Column::Password),
    ("accountEnabled", Column::AccountEnabled),
    ("usageLocation", Column::UsageLocation),
    ("preferredLanguage", Column::Text("preferredLanguage")),
];

/// What the template calls by the names of Active Directory.
const OTHER_NAMES: [(&str, &str); 4] = [
    ("physicalDeliveryOfficeName", "officeLocation"),
    ("telephoneNumber", "businessPhones"),
    ("mobile", "mobilePhone"),
    ("password", "passwordProfile"),
];

impl Column {
    /// What every person has.
    pub(crate) const REQUIRED: [Self; 2] = [Self::UserPrincipalName, Self::DisplayName];

    /// The property of Graph's user.
    pub(crate) const fn property(self) -> &'static str {
        match self {
            Self::UserPrincipalName => "userPrincipalName",
            Self::DisplayName => "displayName",
            Self::Password => "passwordProfile",
            Self::AccountEnabled | Self::BlockSignIn => "accountEnabled",
            Self::UsageLocation => "usageLocation",
            Self::Text(property) | Self::List(property) => property,
        }
    }

    /// The column of a property, in any case.
    fn of(name: &str) -> Option<Self> {
        let is = |it: &str| it.eq_ignore_ascii_case(name);
        let other = OTHER_NAMES.into_iter().find(|(it, _)| is(it));
        if let Some((_, property)) = other {
            return Self::of(property);
        }
        let own = OWN.into_iter().find(|(it, _)| is(it)).map(|(_, column)| column);
        let text = || TEXTS.into_iter().find(|it| is(it)).map(Self::Text);
        let list = || LISTS.into_iter().find(|it| is(it)).map(Self::List);
        own.or_else(text).or_else(list)
    }
}

/// The heading of a column.
#[derive(Debug)]
pub(crate) struct Heading {
    /// The property that it names, or the whole of it.
    pub(crate) name: String,
    /// What that means, if anything.
    pub(crate) column: Option<Column>,
}

impl Heading {
    /// `Name [displayName] Required`, or the property alone.
    pub(crate) fn of(cell: &str) -> Self {
        let cell = cell.trim();
        let inside = cell.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
        let name = inside.map_or(cell, |(name, _)| name).trim();
        let column = Column::of(name).map(|it| {
            let asks_to_block = cell.to_ascii_lowercase().starts_with("block");
            if it == Column::AccountEnabled && asks_to_block { Column::BlockSignIn } else { it }
        });
        Self { name: name.to_owned(), column }
    }
}

/// The property that is probably meant.
pub(crate) fn nearest(name: &str) -> Option<&'static str> {
    /// How alike two names are, of 1, that are taken for one.
    const ALIKE: f64 = 0.8;
    let own = OWN.into_iter().map(|(name, _)| name);
    let known = own.chain(TEXTS).chain(LISTS);
    let name: String = name.chars().take(64).collect::<String>().to_lowercase();
    known
        .map(|it| (strsim::jaro_winkler(&it.to_lowercase(), &name), it))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, it)| it)
}
