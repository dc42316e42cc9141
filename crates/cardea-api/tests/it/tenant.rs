//! A small tenant, and clients of it that need not sign in.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use cardea_api::{Api, Settings, routes};
use cardea_graph::export::Reader;
use cardea_idp::beginning::Beginning;
use cardea_idp::gate::{self, Change, Outcome, Proposal};
use cardea_idp::import::Import;
use cardea_idp::{Idp, Provisions, Trust};
use cardea_oidc::claims::{self, AccessToken, Acr, Amr, Azpacr, Caller, Proof, Stamp};
use cardea_oidc::client::ClientId;
use cardea_oidc::jws::{self, Typ};
use cardea_oidc::keys::Algorithm;
use cardea_store::{Location, SealingKey, Store};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) const ORIGIN: &str = "https://login.contoso.example";
pub(crate) const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
const GRAPH: &str = "https://graph.microsoft.com";

pub(crate) fn now() -> Timestamp {
    let beginning: Timestamp = "2026-11-30T09:00:00Z".parse().unwrap();
    beginning + SignedDuration::from_mins(MINUTES.get())
}

thread_local! {
    /// Minutes since the beginning of a test, which has a thread of its own.
    static MINUTES: Cell<i64> = const { Cell::new(0) };
}

/// Lets time pass.
pub(crate) fn minutes_later(minutes: i64) {
    MINUTES.set(MINUTES.get() + minutes);
}

/// Ids of people: they are told apart by their last digits.
pub(crate) fn person(number: u32) -> String {
    format!("aaaaaaaa-0000-4000-8000-{number:012}")
}

/// The administrator of every tenant here.
pub(crate) fn admin() -> String {
    person(0)
}

/// An application that may ask for everything, for people and for itself.
pub(crate) const EXPLORER: &str = "cccccccc-0000-4000-8000-000000000001";
/// One that was registered with nothing.
pub(crate) const PLAIN: &str = "cccccccc-0000-4000-8000-000000000002";

pub(crate) fn user(number: u32, name: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.user", "id": person(number), "displayName": name,
        "userPrincipalName": format!("{}@contoso.example", name.to_lowercase()),
        "accountEnabled": true, "userType": "Member", "jobTitle": "Tester",
    })
}

pub(crate) fn assignment(number: u32, role: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.unifiedRoleAssignment",
        "id": format!("dddddddd-0000-4000-8000-{number:012}-{}", &role[..4]),
        "principalId": person(number), "roleDefinitionId": role, "directoryScopeId": "/",
    })
}

fn application(id: &str, permissions: &Value) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.application", "id": id.replace("cccc", "bbbb"),
        "appId": id, "displayName": "Explorer", "identifierUris": [],
        "publicClient": { "redirectUris": ["http://localhost"] },
        "requiredResourceAccess": [{
            "resourceAppId": "00000003-0000-0000-c000-000000000000",
            "resourceAccess": permissions,
        }],
    })
}

/// Every permission that there is.
fn everything() -> Value {
    let all = cardea_idp::admin::permission::ALL.iter().flat_map(|it| {
        let scope = it.delegated.map(|id| json!({ "id": id, "type": "Scope" }));
        scope.into_iter().chain(it.application.map(|id| json!({ "id": id, "type": "Role" })))
    });
    all.collect()
}

/// A tenant in operation.
pub(crate) struct Tenant {
    pub(crate) router: Router,
    pub(crate) idp: Arc<Idp>,
    /// Signing takes longer than everything else that these tests do.
    tokens: Mutex<HashMap<String, String>>,
    folder: TempDir,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// Somebody who asks.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// A person by an application, with these scopes.
    Person(String, &'static str, &'static str),
    /// An application for itself.
    Application(&'static str),
    Nobody,
}

impl Who {
    /// The administrator, by an application that may do everything.
    pub(crate) fn admin() -> Self {
        Self::of(&admin())
    }

    /// A person by an application that may do everything.
    pub(crate) fn of(person: &str) -> Self {
        Self::Person(person.to_owned(), EXPLORER, ".default")
    }
}

impl Tenant {
    pub(crate) async fn new(objects: &[Value]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(folder.path().join("test.db"));
        let key = SealingKey::from_bytes([7; 32]);
        let store = Store::open(&location, SealingKey::from_bytes([7; 32])).await.unwrap();
        let mut all = vec![
            user(0, "Admin"),
            assignment(0, GLOBAL_ADMINISTRATOR),
            application(EXPLORER, &everything()),
            application(PLAIN, &json!([])),
        ];
        all.extend(objects.iter().cloned());
        let mut reader = Reader::default();
        for (number, object) in all.iter().enumerate() {
            reader.add(format!("{number}.json"), object.to_string().into_bytes());
        }
        let row = cardea_store::Tenant {
            id: String::from("10000000-0000-4000-8000-000000000001"),
            display_name: String::from("Contoso"),
            default_domain: String::from("contoso.example"),
            help_desk: String::from("+1 555 0100"),
            public_url: ORIGIN.to_owned(),
            settings: String::from("{}"),
        };
        let import = Import::of(&reader.finish(), now());
        let new = Beginning { tenant: &row, import: &import, credentials: &[] };
        let proposal = Proposal { change: Change::Create(new), accepted: &[], actor: "test" };
        let outcome = gate::admit(&store, &proposal, now()).await.unwrap();
        assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
        let provisions = Provisions::new(&key, Trust::nobody(), 2);
        let idp = Arc::new(Idp::open(store, provisions, now()).await.unwrap());
        let settings = Settings { public_url: ORIGIN.parse().unwrap(), clock: now };
        let router = routes(Api::new(idp.clone(), settings));
        Self { router, idp, tokens: Mutex::default(), folder }
    }

    /// The database once more, as a command opens it beside the running server.
    pub(crate) async fn store(&self) -> Store {
        let location = Location::Sqlite(self.folder.path().join("test.db"));
        Store::open(&location, SealingKey::from_bytes([7; 32])).await.unwrap()
    }

    async fn token(&self, who: &Who) -> Option<String> {
        let key = format!("{who:?}");
        let known = self.tokens.lock().unwrap().get(&key).cloned();
        if known.is_some() {
            return known;
        }
        let token = self.new_token(who).await?;
        self.tokens.lock().unwrap().insert(key, token.clone());
        Some(token)
    }

    async fn new_token(&self, who: &Who) -> Option<String> {
        let snapshot = self.idp.snapshot().await.unwrap();
        let hour = SignedDuration::from_hours(1);
        let stamp = Stamp::new(&snapshot.issuer, now(), hour, "uti");
        let caller = |client: &str| Caller {
            id: ClientId::parse(client).unwrap(),
            proof: Azpacr::Public,
            capabilities: Vec::new(),
        };
        let token = match who {
            Who::Nobody => return None,
            Who::Application(client) => {
                AccessToken::of_application(&stamp, GRAPH, &caller(client), client)
            }
            Who::Person(id, client, scopes) => {
                let person = claims::Person {
                    oid: id.clone(),
                    upn: String::from("somebody@contoso.example"),
                    name: String::from("Somebody"),
                    given_name: None,
                    family_name: None,
                    email: None,
                };
                let proof = Proof {
                    amr: vec![Amr::Fido],
                    acr: Acr::Authenticated,
                    contexts: Vec::new(),
                    auth_time: now(),
                    sid: String::from("sid"),
                };
                let scopes: Vec<String> = scopes.split(' ').map(str::to_owned).collect();
                AccessToken::of_person(&stamp, GRAPH, &caller(client), &person, &proof)
                    .with_consent("sub", &scopes)
            }
        };
        let key = snapshot.keys.signing(Algorithm::Rs256).unwrap();
        Some(jws::sign(key, Typ::AccessToken, &token).unwrap())
    }

    pub(crate) async fn send(&self, who: &Who, request: Request<Body>) -> Answer {
        let (mut parts, body) = request.into_parts();
        if let Some(token) = self.token(who).await {
            parts.headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        let request = Request::from_parts(parts, body);
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.unwrap();
        let body =
            if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// A request to `path` below v1.0, or to a whole path that begins with a slash.
    pub(crate) async fn ask(&self, who: &Who, method: &str, path: &str, body: &Value) -> Answer {
        self.send(who, request(method, path, body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(&Who::admin(), "GET", path, &Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(&Who::admin(), "POST", path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.ask(&Who::admin(), "PATCH", path, body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask(&Who::admin(), "DELETE", path, &Value::Null).await
    }

    /// The ids of a list.
    pub(crate) async fn ids(&self, path: &str) -> Vec<String> {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let values = answer.body["value"].as_array().unwrap();
        values.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    }
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The code of an error.
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }
}

pub(crate) fn request(method: &str, path: &str, body: &Value) -> Request<Body> {
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/v1.0/{path}") };
    let request = Request::builder().method(method).uri(path);
    if body.is_null() {
        return request.body(Body::empty()).unwrap();
    }
    let request = request.header("content-type", "application/json");
    request.body(Body::from(body.to_string())).unwrap()
}

/// A policy that asks everybody but the administrator for a passkey in Authenticator, everywhere.
pub(crate) fn looping(state: &str) -> Value {
    json!({
        "displayName": "CA010 Passkey everywhere", "state": state,
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": { "includeApplications": ["All"] },
            "users": { "includeUsers": ["All"], "excludeUsers": [admin()] },
        },
        "grantControls": {
            "operator": "OR", "builtInControls": [],
            "authenticationStrength": { "id": STRENGTH },
        },
    })
}

pub(crate) const STRENGTH: &str = "22222222-0000-4000-8000-000000000002";

/// A strength that only passkeys in Authenticator satisfy.
pub(crate) fn in_authenticator() -> Value {
    json!({
        "@odata.type": "#microsoft.graph.authenticationStrengthPolicy", "id": STRENGTH,
        "displayName": "Passkey in Authenticator", "policyType": "custom",
        "requirementsSatisfied": "mfa", "allowedCombinations": ["fido2"],
        "combinationConfigurations": [{
            "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
            "id": "33333333-0000-4000-8000-000000000001",
            "appliesToCombinations": ["fido2"],
            "allowedAAGUIDs": [
                "de1e552d-db1d-4423-a619-566b625cdc84", "90a3ccdf-635c-4729-a248-9b709135078f",
            ],
        }],
    })
}

/// A methods policy with passkeys and passes.
pub(crate) fn methods() -> Value {
    let all = json!([{
        "targetType": "group", "id": "all_users", "isRegistrationRequired": false,
    }]);
    json!({
        "@odata.type": "#microsoft.graph.authenticationMethodsPolicy",
        "id": "authenticationMethodsPolicy", "displayName": "Authentication Methods Policy",
        "authenticationMethodConfigurations": [
            {
                "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration",
                "id": "Fido2", "state": "enabled", "isSelfServiceRegistrationAllowed": true,
                "isAttestationEnforced": false, "includeTargets": all,
            },
            {
                "@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration",
                "id": "TemporaryAccessPass", "state": "enabled", "defaultLength": 8,
                "defaultLifetimeInMinutes": 60, "minimumLifetimeInMinutes": 10,
                "maximumLifetimeInMinutes": 480, "isUsableOnce": false, "includeTargets": all,
            },
        ],
    })
}
