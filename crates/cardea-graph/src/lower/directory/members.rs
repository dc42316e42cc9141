//! Lists of members and owners, and what people have registered.

use crate::document::{Shape, Value};
use crate::lower::ledger::{Fields, leaves};
use crate::lower::names::{display_name, text};
use crate::problem::ProblemKind;
use cardea_policy::place::Field;
use cardea_policy::strength::Mode;
use cardea_tenant::directory::{Registered, RegisteredPasskey};

/// An object that another one refers to.
#[derive(Clone, Debug, Default)]
pub(super) struct Reference {
    pub(super) id: String,
    /// User principal name or display name, where the reference has one.
    pub(super) name: String,
    /// The type in lower case, without namespace, where it is known.
    pub(super) kind: Option<String>,
    /// For a directory role its template.
    pub(super) role_template: Option<String>,
}

/// The objects of lists of references; `None` where the object has none of the lists.
pub(super) fn references(
    fields: &mut Fields<'_, '_>,
    lists: &[&'static str],
) -> Option<Vec<Reference>> {
    let mut references = Vec::new();
    let mut is_listed = false;
    for name in lists {
        note_next_page(fields, name);
        let Some(list) = fields.take(name) else { continue };
        is_listed = true;
        fields.ledger().tally.read += leaves(list);
        let single = (!list.is_array()).then_some(list);
        for value in list.items().chain(single) {
            match value.shape() {
                Shape::Text(id) => {
                    references.push(Reference { id: id.into_owned(), ..Reference::default() });
                }
                Shape::Object => references.push(reference_of(value)),
                Shape::Null | Shape::Bool(_) | Shape::Number(_) | Shape::Array => {
                    fields.ledger().problems.add(
                        ProblemKind::UnmodelledValue,
                        value.span(),
                        || {
                            (
                                format!(
                                    "{} where an object or an id is expected",
                                    value.shape().name()
                                ),
                                None,
                            )
                        },
                    );
                }
            }
        }
    }
    is_listed.then_some(references)
}

pub(super) fn reference_of(value: Value<'_>) -> Reference {
    let kind = text(value, "@odata.type");
    let kind =
        kind.as_deref().and_then(|kind| kind.rsplit('.').next()).map(str::to_ascii_lowercase);
    let upn = text(value, "userPrincipalName");
    let kind = kind.or_else(|| upn.is_some().then(|| "user".to_owned()));
    let name = upn.unwrap_or_else(|| display_name(value));
    let id = text(value, "id").unwrap_or_else(|| name.clone());
    Reference { id, name, kind, role_template: text(value, "roleTemplateId") }
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

/// The `methodsRegistered` of a report.
pub(super) fn registered(fields: &mut Fields<'_, '_>) -> Registered {
    let mut registered = Registered::default();
    for item in fields.texts("methodsRegistered") {
        match fields.choose(&item, Field::Whole, &METHODS) {
            Some(Method::Modes(modes)) => registered.modes.extend(modes),
            Some(Method::Passkey(passkey)) => drop(registered.passkeys.insert(passkey)),
            Some(Method::Other) | None => {}
        }
    }
    registered
}
