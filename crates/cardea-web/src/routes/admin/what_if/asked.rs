//! What the address of a What If says, as the request of Graph's `conditionalAccess/evaluate`.

use cardea_check::config::Config;
use cardea_check::whatif::question::Question as Supposed;
use cardea_check::whatif::{Unclear, request};
use cardea_idp::Rows;
use cardea_idp::admin::outlook::{Asked, Counts, Has, Question};
use cardea_idp::snapshot::Snapshot;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::pages::admin::what_if::Question as Typed;
use crate::routes::admin::known::{LOCATIONS, json as parsed};
use crate::routes::admin::policy_form::text;
use crate::web::Broken;

/// An app that is in no tenant, for one that no policy names.
const NO_APP: &str = "00000000-0000-0000-0000-000000000000";

/// What is typed. Names and words are Graph's where Graph has one.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Marks {
    pub person: String,
    app: String,
    action: String,
    platform: String,
    device: String,
    client: String,
    location: String,
    address: String,
    country: String,
    sign_in_risk: String,
    user_risk: String,
    flow: String,
    has: String,
    policies: String,
    pub ask: String,
}

/// A field and what is wrong with it.
pub(super) type Wrong = (&'static str, String);

/// A question, and how Graph is asked the same.
pub(super) struct Posed {
    pub question: Question,
    /// The request of Graph's action.
    pub request: Value,
    /// The named location that its request cannot speak of; empty for none.
    pub untold: String,
}

impl Marks {
    pub(super) fn typed(&self, wrong: Vec<Wrong>) -> Typed {
        Typed {
            person: self.person.clone(),
            app: self.app.clone(),
            action: self.action.clone(),
            platform: self.platform.clone(),
            device: self.device.clone(),
            client: self.client.clone(),
            location: self.location.clone(),
            address: self.address.clone(),
            country: self.country.clone(),
            sign_in_risk: self.sign_in_risk.clone(),
            user_risk: self.user_risk.clone(),
            flow: self.flow.clone(),
            has: self.has.clone(),
            policies: self.policies.clone(),
            wrong,
        }
    }

    /// The question; or what is wrong with it.
    pub(super) async fn posed(
        &self,
        person: &str,
        (snapshot, reader): (&Snapshot, &mut Rows),
    ) -> Result<Result<Posed, Wrong>, Broken> {
        let country = match self.country(snapshot) {
            Ok(country) => country,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let mut conditions = self.conditions(&country);
        let asked = self.request(person, &conditions);
        let read = request::question(&asked, &snapshot.lowered, &Config::default());
        let supposed: Supposed = match read {
            Ok((supposed, _)) => supposed,
            Err(unclear) => return Ok(Err(wrong(&unclear))),
        };
        let (supposed, untold) = match self.location.as_str() {
            "" => (supposed, String::new()),
            id => {
                let Some(place) = place(reader, id).await? else {
                    let text = "There is no such named location any more. Choose another one.";
                    return Ok(Err(("location", text.to_owned())));
                };
                let is_told = place.tell(&mut conditions);
                let inside = supposed.within(id.into(), &snapshot.lowered);
                (inside, if is_told { String::new() } else { place.name })
            }
        };
        Ok(Ok(Posed {
            request: self.request(person, &conditions),
            untold,
            question: Question {
                person: person.to_owned(),
                sign_in: Asked::Supposed(Box::new(supposed)),
                has: match self.has.as_str() {
                    "password" => Has::Password,
                    "pass" => Has::Pass,
                    _ => Has::Registered,
                },
                counts: if self.policies == "all" { Counts::All } else { Counts::Enabled },
            },
        }))
    }

    /// Whether something is supposed that a sign-in here never shows.
    pub(super) fn is_beyond_sight(&self) -> bool {
        let risks = [&self.sign_in_risk, &self.user_risk];
        !self.device.is_empty() || risks.iter().any(|it| !matches!(it.as_str(), "" | "none"))
    }

    /// The country: as typed, else that of the address.
    fn country(&self, snapshot: &Snapshot) -> Result<String, Wrong> {
        let typed = self.country.trim();
        if typed.is_empty() {
            let address = self.address.trim().parse().ok();
            let found = address.and_then(|address| snapshot.countries.of(address));
            return Ok(found.map(|it| it.code).unwrap_or_default());
        }
        if typed.len() != 2 || !typed.bytes().all(|it| it.is_ascii_alphabetic()) {
            return Err(("country", format!("{typed} is no country. Use two letters, as DE.")));
        }
        Ok(typed.to_ascii_uppercase())
    }

    fn conditions(&self, country: &str) -> Map<String, Value> {
        let mut conditions = Map::new();
        let mut put = |name: &str, value: &str| {
            if !value.is_empty() {
                conditions.insert(name.to_owned(), json!(value));
            }
        };
        put("devicePlatform", &self.platform);
        put("clientAppType", if self.client.is_empty() { "browser" } else { &self.client });
        put("ipAddress", self.address.trim());
        put("country", country);
        put("signInRiskLevel", &self.sign_in_risk);
        put("userRiskLevel", &self.user_risk);
        if !self.flow.is_empty() {
            conditions
                .insert("authenticationFlow".to_owned(), json!({ "transferMethod": self.flow }));
        }
        let device = match self.device.as_str() {
            "registered" => json!({ "isCompliant": false, "trustType": "Workplace" }),
            "compliant" => json!({ "isCompliant": true, "trustType": "AzureAD" }),
            "joined" => json!({ "isCompliant": false, "trustType": "ServerAD" }),
            "compliantAndJoined" => json!({ "isCompliant": true, "trustType": "ServerAD" }),
            _ => return conditions,
        };
        conditions.insert("deviceInfo".to_owned(), device);
        conditions
    }

    fn request(&self, person: &str, conditions: &Map<String, Value>) -> Value {
        let context = match (self.action.as_str(), self.app.as_str()) {
            ("", app) => json!({
                "@odata.type": "#microsoft.graph.applicationContext",
                "includeApplications": [if app.is_empty() { NO_APP } else { app }],
            }),
            (action, _) => json!({
                "@odata.type": "#microsoft.graph.userActionContext",
                "userAction": action,
            }),
        };
        json!({
            "signInIdentity": { "@odata.type": "#microsoft.graph.userSignIn", "userId": person },
            "signInContext": context,
            "signInConditions": conditions,
            "appliedPoliciesOnly": false,
        })
    }
}

/// What is not understood, at the field that it is about.
fn wrong(unclear: &Unclear) -> Wrong {
    match unclear {
        Unclear::Address { text, .. } => {
            ("address", format!("{text} is no IP address. It looks like 203.0.113.7."))
        }
        Unclear::Word { word, what, .. } => {
            let field = match what.as_str() {
                "platform" => "platform",
                "client" => "client",
                "flow" => "flow",
                "action" => "action",
                _ => "signInRisk",
            };
            (field, format!("{word} is no {what}. Choose one of the list."))
        }
        Unclear::Json(_)
        | Unclear::Object(_)
        | Unclear::Missing { .. }
        | Unclear::Foreign { .. }
        | Unclear::Kind { .. }
        | Unclear::Value { .. }
        | Unclear::Fact { .. }
        | Unclear::Property(_) => ("person", format!("{unclear}.")),
    }
}

/// A named location, and what a request can say that is in it.
struct Place {
    name: String,
    address: String,
    country: String,
}

impl Place {
    /// Says where it is, unless that is said; whether there is anything to say.
    fn tell(&self, conditions: &mut Map<String, Value>) -> bool {
        let said = [("ipAddress", &self.address), ("country", &self.country)];
        for (name, value) in said.iter().filter(|(_, value)| !value.is_empty()) {
            conditions.insert((*name).to_owned(), json!(value));
        }
        said.iter().any(|(_, value)| !value.is_empty())
    }
}

async fn place(reader: &mut Rows, id: &str) -> Result<Option<Place>, Broken> {
    for kind in LOCATIONS {
        let Some(object) = reader.object(kind, id).await? else { continue };
        let json = parsed(&object);
        let range = text(&json, "/ipRanges/0/cidrAddress");
        return Ok(Some(Place {
            address: range.split('/').next().unwrap_or_default().to_owned(),
            country: text(&json, "/countriesAndRegions/0").to_owned(),
            name: object.name,
        }));
    }
    Ok(None)
}
