//! The attributes of people (RFC 7643 sections 4.1 and 4.3).

use super::attribute::{Attribute, EXTERNAL_ID, ID, Kind, META, Mutability, Returned};

const NAME: &[Attribute] = &[
    Attribute::text("formatted", "The whole name, as it is shown."),
    Attribute::text("familyName", "The family name. Graph's 'surname'."),
    Attribute::text("givenName", "The given name. Graph's 'givenName'."),
    Attribute::text("middleName", "Names between the two."),
    Attribute::text("honorificPrefix", "What is written before the name."),
    Attribute::text("honorificSuffix", "What is written behind the name."),
];

const PRIMARY: Attribute =
    Attribute::new("primary", Kind::Boolean, "Whether it is the one to use first; at most one is.");
const DISPLAY: Attribute = Attribute::text("display", "The value as it is shown.");

const ADDRESS: &[Attribute] = &[
    Attribute::text("formatted", "The whole address. Graph's 'officeLocation'."),
    Attribute::text("streetAddress", "Street and number. Graph's 'streetAddress'."),
    Attribute::text("locality", "The town. Graph's 'city'."),
    Attribute::text("region", "The state or region. Graph's 'state'."),
    Attribute::text("postalCode", "The postal code. Graph's 'postalCode'."),
    Attribute::text("country", "The country. Graph's 'country'."),
    Attribute::text("type", "What it is for.").canonical(&["work", "home", "other"]),
    PRIMARY,
];

const EMAIL: &[Attribute] = &[
    Attribute::text("value", "The address. Graph's 'mail' for the one of type 'work'."),
    DISPLAY,
    Attribute::text("type", "What it is for.").canonical(&["work", "home", "other"]),
    PRIMARY,
];

const PHONE: &[Attribute] = &[
    Attribute::text(
        "value",
        "The number. Graph's 'businessPhones', 'mobilePhone' and 'faxNumber' by type.",
    ),
    DISPLAY,
    Attribute::text("type", "What it is for.")
        .canonical(&["work", "home", "mobile", "fax", "pager", "other"]),
    PRIMARY,
];

const PLAIN: &[Attribute] = &[
    Attribute::text("value", "The value."),
    DISPLAY,
    Attribute::text("type", "What it is for."),
    PRIMARY,
];

const PHOTO: &[Attribute] = &[
    Attribute::new("value", Kind::Reference, "Where it is.").exact(),
    DISPLAY,
    Attribute::text("type", "What it is for.").canonical(&["photo", "thumbnail"]),
    PRIMARY,
];

const CERTIFICATE: &[Attribute] = &[
    Attribute::new("value", Kind::Binary, "The certificate in DER.").exact(),
    DISPLAY,
    Attribute::text("type", "What it is for."),
    PRIMARY,
];

const GROUP: &[Attribute] = &[
    Attribute::text("value", "The id of the group.").exact().mutability(Mutability::ReadOnly),
    Attribute::new("$ref", Kind::Reference, "Where the group is.")
        .exact()
        .mutability(Mutability::ReadOnly),
    Attribute::text("display", "The name of the group.").mutability(Mutability::ReadOnly),
    Attribute::text("type", "Whether the membership is direct.")
        .mutability(Mutability::ReadOnly)
        .canonical(&["direct", "indirect"]),
];

/// The core attributes.
pub(super) const CORE: &[Attribute] = &[
    ID,
    EXTERNAL_ID,
    META,
    Attribute::text("userName", "The name to sign in with. Graph's 'userPrincipalName'.")
        .required()
        .unique(),
    Attribute::complex("name", NAME, "The parts of the name."),
    Attribute::text("displayName", "The name as it is shown. Graph's 'displayName'."),
    Attribute::text("nickName", "How the person is called."),
    Attribute::new("profileUrl", Kind::Reference, "A page about the person.").exact(),
    Attribute::text("title", "The job title. Graph's 'jobTitle'."),
    Attribute::text("userType", "How the person is employed. Graph's 'employeeType'."),
    Attribute::text("preferredLanguage", "Graph's 'preferredLanguage'."),
    Attribute::text("locale", "How dates and numbers are written for the person."),
    Attribute::text("timezone", "The time zone of the person."),
    Attribute::new(
        "active",
        Kind::Boolean,
        "Whether the person can sign in. Graph's 'accountEnabled'.",
    ),
    Attribute::text("password", "A password to sign in with.")
        .exact()
        .mutability(Mutability::WriteOnly)
        .returned(Returned::Never),
    Attribute::complex("emails", EMAIL, "E-mail addresses.").many(),
    Attribute::complex("phoneNumbers", PHONE, "Telephone numbers.").many(),
    Attribute::complex("ims", PLAIN, "Addresses for messages.").many(),
    Attribute::complex("photos", PHOTO, "Pictures.").many(),
    Attribute::complex("addresses", ADDRESS, "Postal addresses.").many(),
    Attribute::complex("groups", GROUP, "The groups that the person is in.")
        .many()
        .mutability(Mutability::ReadOnly),
    Attribute::complex("entitlements", PLAIN, "What the person is entitled to.").many(),
    Attribute::complex("roles", PLAIN, "Roles at work; none of this directory's.").many(),
    Attribute::complex("x509Certificates", CERTIFICATE, "Certificates.").many(),
];

/// The attributes of the extension for enterprises.
pub(super) const ENTERPRISE: &[Attribute] = &[
    Attribute::text("employeeNumber", "Graph's 'employeeId'."),
    Attribute::text("costCenter", "Graph's 'employeeOrgData/costCenter'."),
    Attribute::text("organization", "Graph's 'companyName'."),
    Attribute::text("division", "Graph's 'employeeOrgData/division'."),
    Attribute::text("department", "Graph's 'department'."),
    Attribute::complex("manager", MANAGER, "Graph's 'manager'."),
];

const MANAGER: &[Attribute] = &[
    Attribute::text("value", "The id of the manager.").exact(),
    Attribute::new("$ref", Kind::Reference, "Where the manager is.").exact(),
    Attribute::text("displayName", "The name of the manager.").mutability(Mutability::ReadOnly),
];
