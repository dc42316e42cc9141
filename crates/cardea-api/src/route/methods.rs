//! People's sign-in methods, and the report of them.

use cardea_idp::admin::methods::Kind;
use cardea_idp::admin::right::Right;

use super::{Action, Lifetime, Method, Methods, Route, route};

/// Rows about people's methods.
pub(super) fn rows() -> Vec<Route> {
    use Method::{Delete, Get, Post};
    use Right::{ReadLogs, ReadMethods, WriteMethods};
    let mut routes = provisioning_of_passkeys();
    routes.extend([
        route(
            Get,
            "users/{}/authentication/methods",
            ReadMethods,
            Action::Methods(Methods::List(None)),
        ),
        route(
            Post,
            "users/{}/authentication/temporaryAccessPassMethods",
            WriteMethods,
            Action::Methods(Methods::IssuePass),
        ),
        route(
            Get,
            "reports/authenticationMethods/userRegistrationDetails",
            ReadLogs,
            Action::Methods(Methods::RegistrationDetails),
        ),
        route(
            Get,
            "reports/authenticationMethods/userRegistrationDetails/{}",
            ReadLogs,
            Action::Methods(Methods::RegistrationDetail),
        ),
        route(
            Get,
            "users/{}/authentication/methods/{}",
            ReadMethods,
            Action::Methods(Methods::Get(None)),
        ),
        route(
            Post,
            "users/{}/authentication/methods/{}/resetPassword",
            WriteMethods,
            Action::Methods(Methods::ResetPassword),
        ),
        route(
            Get,
            "users/{}/authentication/operations/{}",
            ReadMethods,
            Action::Methods(Methods::Operation),
        ),
    ]);
    for (kind, list, item) in METHOD_SHAPES {
        routes.push(route(Get, list, ReadMethods, Action::Methods(Methods::List(Some(kind)))));
        routes.push(route(Get, item, ReadMethods, Action::Methods(Methods::Get(Some(kind)))));
        routes.push(route(Delete, item, WriteMethods, Action::Methods(Methods::Remove(kind))));
    }
    routes
}

/// What to make a passkey for somebody with. Asking keeps a challenge, which is the beginning of a
/// change and of no use to who may only read.
pub(super) const OPTIONS: [(&str, Lifetime); 2] = [
    ("users/{}/authentication/fido2Methods/creationOptions", Lifetime::Usual),
    (
        "users/{}/authentication/fido2Methods/creationOptions/(challengeTimeoutInMinutes)",
        Lifetime::Asked,
    ),
];

/// Before the rows of methods, of which `creationOptions` would be an id.
fn provisioning_of_passkeys() -> Vec<Route> {
    let options = OPTIONS.into_iter().map(|(shape, lifetime)| {
        let action = Action::Methods(Methods::PasskeyOptions(lifetime));
        route(Method::Get, shape, Right::WriteMethods, action)
    });
    let add = route(
        Method::Post,
        "users/{}/authentication/fido2Methods",
        Right::WriteMethods,
        Action::Methods(Methods::AddPasskey),
    );
    options.chain([add]).collect()
}

const METHOD_SHAPES: [(Kind, &str, &str); 4] = [
    (
        Kind::Fido2,
        "users/{}/authentication/fido2Methods",
        "users/{}/authentication/fido2Methods/{}",
    ),
    (
        Kind::TemporaryAccessPass,
        "users/{}/authentication/temporaryAccessPassMethods",
        "users/{}/authentication/temporaryAccessPassMethods/{}",
    ),
    (
        Kind::Password,
        "users/{}/authentication/passwordMethods",
        "users/{}/authentication/passwordMethods/{}",
    ),
    (
        Kind::SoftwareOath,
        "users/{}/authentication/softwareOathMethods",
        "users/{}/authentication/softwareOathMethods/{}",
    ),
];
