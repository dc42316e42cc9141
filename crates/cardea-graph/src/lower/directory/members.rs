//! Lists of members and owners, and what people have registered.

use crate::document::{Shape, Value, same_name};
use crate::lower::ledger::{Fields, leaves};
use crate::problem::ProblemKind;
use cardea_policy::place::Field;
use cardea_policy::strength::Mode;
use cardea_tenant::directory::{Registered, RegisteredPasskey};
use std::borrow::Cow;

/// An object that another one refers to, as it is named there.
#[derive(Clone, Debug, Default)]
pub(super) struct Named<'a> {
    pub(super) id: Cow<'a, str>,
    /// User principal name or display name, where the reference has one.
    pub(super) name: Cow<'a, str>,
    pub(super) kind: Kind,
    /// For a directory role its template.
    pub(super) role_template: Option<Cow<'a, str>>,
}

/// What a reference says that it refers to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    User,
    Group,
    /// A device, a service principal, an administrative unit…
    Other,
    #[default]
    Unknown,
}

/// Visits the objects of lists of references; `None` where the object has none of the lists.
pub(super) fn references<'a>(
    fields: &mut Fields<'a, '_>,
    lists: &[&'static str],
    mut visit: impl FnMut(Named<'a>),
) -> Option<()> {
    let mut is_listed = None;
    for name in lists {
        note_next_page(fields, name);
        let Some(list) = fields.take(name) else { continue };
        is_listed = Some(());
        fields.ledger().tally.read += leaves(list);
        let single = (!list.is_array()).then_some(list);
        for value in list.items().chain(single) {
            match value.shape() {
                Shape::Text(id) => visit(Named { id, ..Named::default() }),
                Shape::Object => visit(reference_of(value)),
                Shape::Null | Shape::Bool(_) | Shape::Number(_) | Shape::Array => {
                    fields.ledger().problems.add(
                        ProblemKind::UnmodelledValue,
                        value.span(),
                        || {
                            let name = value.shape().name();
                            (format!("{name} where an object or an id is expected"), None)
                        },
                    );
                }
            }
        }
    }
    is_listed
}

/// What an object that stands for another one says of it. There are millions of them, so their
/// fields are looked at once.
pub(super) fn reference_of(value: Value<'_>) -> Named<'_> {
    const NAMES: [&str; 8] = [
        "id",
        "@odata.type",
        "userPrincipalName",
        "roleTemplateId",
        "displayName",
        "name",
        "appDisplayName",
        "userDisplayName",
    ];
    let mut found: [Option<Value<'_>>; NAMES.len()] = [None; NAMES.len()];
    for entry in value.entries() {
        let name = entry.name();
        let field = NAMES.iter().zip(&mut found).find(|(known, _)| same_name(&name, known));
        if let Some((_, field)) = field {
            *field = Some(entry.value);
        }
    }
    let texts = found.map(|value| value?.as_text().filter(|text| !text.is_empty()));
    let [id, kind, principal, role_template, names @ ..] = texts;
    let kind = match &kind {
        Some(kind) => kind_of(kind),
        None if principal.is_some() => Kind::User,
        None => Kind::Unknown,
    };
    let name = principal.or_else(|| names.into_iter().flatten().next()).unwrap_or_default();
    Named { id: id.unwrap_or_else(|| name.clone()), name, kind, role_template }
}

fn kind_of(kind: &str) -> Kind {
    match kind.rsplit('.').next() {
        Some(kind) if kind.eq_ignore_ascii_case("user") => Kind::User,
        Some(kind) if kind.eq_ignore_ascii_case("group") => Kind::Group,
        Some(_) | None => Kind::Other,
    }
}

/// Whether a list goes on on another page: Graph expands at most twenty members at once.
pub(super) fn has_more(object: Value<'_>, list: &str) -> bool {
    object.get(&format!("{list}@odata.nextLink")).is_some()
}

fn note_next_page(fields: &mut Fields<'_, '_>, list: &str) {
    if has_more(fields.value(), list) {
        let head = fields.value().head();
        fields.ledger().problems.add(ProblemKind::PartialExport, head, || {
            let help = format!("export the other pages of `{list}` too");
            (format!("`{list}` goes on on another page"), Some(help))
        });
    }
}

#[derive(Clone, Copy)]
enum Method {
    Modes(&'static [Mode]),
    Passkey(RegisteredPasskey),
    /// Not a way to sign in.
    Other,
}

/// Values of `methodsRegistered`. A passkey of which only the older name is known is taken for a
/// security key, which is what the name meant.
const METHODS: [(&str, Method); 21] = [
    ("mobilePhone", Method::Modes(&[Mode::Sms, Mode::Voice])),
    ("alternateMobilePhone", Method::Modes(&[Mode::Voice])),
    ("officePhone", Method::Modes(&[Mode::Voice])),
    ("email", Method::Modes(&[Mode::Email])),
    ("microsoftAuthenticatorPush", Method::Modes(&[Mode::MicrosoftAuthenticatorPush])),
    (
        "microsoftAuthenticatorPasswordless",
        Method::Modes(&[Mode::MicrosoftAuthenticatorPush, Mode::DeviceBasedPush]),
    ),
    ("softwareOneTimePasscode", Method::Modes(&[Mode::SoftwareOath])),
    ("hardwareOneTimePasscode", Method::Modes(&[Mode::HardwareOath])),
    ("windowsHelloForBusiness", Method::Modes(&[Mode::WindowsHelloForBusiness])),
    ("macOsSecureEnclaveKey", Method::Modes(&[Mode::WindowsHelloForBusiness])),
    ("qrCode", Method::Modes(&[Mode::QrCodePin])),
    ("fido2SecurityKey", Method::Passkey(RegisteredPasskey::DeviceBound)),
    ("fido2", Method::Passkey(RegisteredPasskey::DeviceBound)),
    ("passKeyDeviceBound", Method::Passkey(RegisteredPasskey::DeviceBound)),
    ("passKeyDeviceBoundAuthenticator", Method::Passkey(RegisteredPasskey::Authenticator)),
    ("passKeyDeviceBoundWindowsHello", Method::Passkey(RegisteredPasskey::WindowsHello)),
    ("passKeySynced", Method::Passkey(RegisteredPasskey::Synced)),
    // Whether a pass can be used once or more often is not in the report.
    ("temporaryAccessPass", Method::Other),
    ("securityQuestion", Method::Other),
    ("appPassword", Method::Other),
    // What an external method proves is not known here.
    ("externalAuthMethod", Method::Other),
];

/// The `methodsRegistered` of a report, as a set of positions in the list.
pub(super) fn registered(fields: &mut Fields<'_, '_>) -> u32 {
    let known = numbered();
    let methods = fields.texts("methodsRegistered");
    let methods = methods.iter().filter_map(|item| fields.choose(&item, Field::Whole, &known));
    methods.fold(0, |set, method| set | method)
}

/// The names of methods, each with a set of its own.
pub(crate) fn numbered() -> [(&'static str, u32); METHODS.len()] {
    let mut next = 1;
    METHODS.map(|(name, _)| {
        let set = next;
        next <<= 1;
        (name, set)
    })
}

/// The methods of a set.
pub(super) fn methods(set: u32) -> Registered {
    let mut registered = Registered::default();
    let listed = METHODS.iter().zip(numbered()).filter(|(_, (_, own))| set & own != 0);
    for ((_, method), _) in listed {
        match method {
            Method::Modes(modes) => registered.modes.extend(*modes),
            Method::Passkey(passkey) => drop(registered.passkeys.insert(*passkey)),
            Method::Other => {}
        }
    }
    registered
}
