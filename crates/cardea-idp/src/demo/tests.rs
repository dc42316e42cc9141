#![expect(
    clippy::wildcard_enum_match_arm,
    clippy::redundant_closure_for_method_calls,
    clippy::unused_async,
    reason = "a test names the one answer that it expects, and a method is not general enough for a case"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::target::Request;
use cardea_policy::id::{AppId, ContextId};
use cardea_store::{SecretHash, Upn};
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::journey::means::PasskeyHome;
use cardea_tenant::journey::prompt::Offer;
use tempfile::TempDir;

use super::*;
use crate::countries::Countries;
use crate::countries::tests::database;
use crate::decision::{Case, Next, Registrable, Way, registrable};
use crate::shown::{Method, Shown};
use crate::snapshot::Snapshot;
use crate::subject::Subject;
use crate::trial::{ADDRESS, now, provisions, store};
use crate::visitor::{Place, Visitor};

const COMPUTER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)";
/// The trusted network *This computer*.
const INSIDE: &str = "127.0.0.1";
/// In no named location.
const OUTSIDE: &str = "::1";
/// In a country in which nobody of the demo works.
const ABROAD: &str = "203.0.113.7";
/// In one of those in which they do.
const AT_HOME: &str = "198.51.100.7";
const PASS: &[Way] = &[Way::Pass];
const PASSWORD: &[Way] = &[Way::Password];
const BOTH: &[Way] = &[Way::Password, Way::Code];

struct Stage {
    _folder: TempDir,
    idp: Idp,
    guide: serde_json::Value,
    snapshot: Arc<Snapshot>,
}

/// Somebody of the demo somewhere.
struct Visit<'a> {
    stage: &'a Stage,
    subject: Subject,
    place: Place,
    request: Request,
    passage: Passage,
    shown: Vec<Shown>,
}

impl Stage {
    async fn new() -> Self {
        let (folder, store) = store().await;
        let site = Site { public_url: ADDRESS, ca_certificate: Some("ca.pem") };
        let mut text = String::new();
        let keep = |told: &str| {
            text.push_str(told);
            Ok::<(), Failure>(())
        };
        let networks = [("203.0.113.0/24", "BR"), ("198.51.100.0/24", "IE")];
        let countries = Countries::read(database("GeoLite2-Country", &networks)).unwrap();
        let provisions = provisions().with_countries(countries);
        let idp = create(&store, (site, provisions), now(), keep).await.unwrap();
        let guide = serde_json::from_str(&text).unwrap();
        let snapshot = idp.snapshot().await.unwrap();
        Self { _folder: folder, idp, guide, snapshot }
    }

    /// Somebody who opens an app, with what they have shown, on a computer inside.
    async fn visit(&self, name: &str, app: &str, ways: &[Way]) -> Visit<'_> {
        let upn = Upn::parse(&format!("{name}@fernmoorwater.example")).unwrap();
        let mut reader = self.idp.store().read().await.unwrap();
        let row = reader.person_by_upn(&upn).await.unwrap().unwrap();
        let subject = Subject::of(&self.snapshot, &mut reader, row).await.unwrap().unwrap();
        let tenant = self.snapshot.tenant();
        let request =
            match self.guide["apps"].as_array().unwrap().iter().find(|it| it["name"] == app) {
                Some(known) => {
                    let id = AppId::new(known["client_id"].as_str().unwrap());
                    Request::resource(tenant.resource(&id))
                }
                None => self.snapshot.channels.security_info[0].request.clone(),
            };
        let shown = ways.iter().map(|way| shown(&subject, *way)).collect();
        let (place, passage) = (self.place(INSIDE, COMPUTER), Passage::Plain);
        Visit { stage: self, subject, place, request, passage, shown }
    }

    fn place(&self, address: &str, user_agent: &str) -> Place {
        let address = Some(address.parse().unwrap());
        let visitor = Visitor { address, user_agent: user_agent.to_owned() };
        visitor.at(&self.snapshot, ClientApp::Browser, Flow::Ordinary)
    }
}

fn shown(subject: &Subject, way: Way) -> Shown {
    let holdings = &subject.holdings;
    let method = match way {
        Way::Password => Method::Password,
        Way::Code => Method::Code { id: holdings.apps[0].id.clone() },
        Way::Pass => {
            let pass = &holdings.pass.as_ref().unwrap().issued;
            Method::Pass { id: pass.id.clone(), ends: pass.ends }
        }
        Way::Passkey => panic!("nobody has one yet"),
    };
    Shown { method, at: now() }
}

impl Visit<'_> {
    fn from(mut self, address: &str, user_agent: &str) -> Self {
        self.place = self.stage.place(address, user_agent);
        self
    }

    /// In Authenticator itself, in place of a browser.
    fn in_authenticator(mut self, user_agent: &str) -> Self {
        let visitor = Visitor { address: INSIDE.parse().ok(), user_agent: user_agent.to_owned() };
        let client = ClientApp::MobileAppsAndDesktopClients;
        self.place = visitor.at(&self.stage.snapshot, client, Flow::Ordinary);
        let leg = &self.stage.snapshot.channels.authenticator[0];
        (self.request, self.passage) = (leg.request.clone(), leg.passage);
        self
    }

    fn with_device_code(mut self) -> Self {
        self.place.flow = Flow::DeviceCode;
        self
    }

    fn with_context(mut self, context: &str) -> Self {
        self.request.contexts.insert(ContextId::new(context));
        self
    }

    fn case<T>(&self, ask: impl FnOnce(&Case<'_>) -> T) -> T {
        let Self { stage, subject, place, request, passage, shown } = self;
        ask(&Case {
            snapshot: &stage.snapshot,
            subject,
            place,
            request,
            passage: *passage,
            shown,
            accepted: &BTreeSet::new(),
            now: now(),
        })
    }

    #[track_caller]
    fn is_in(&self) {
        assert_eq!(self.case(|case| case.next()), Next::Granted);
    }

    #[track_caller]
    fn is_shut_out(&self) {
        let next = self.case(|case| case.next());
        assert!(matches!(next, Next::Shut(_)), "{next:?}");
    }

    #[track_caller]
    fn is_sent_to_make(&self, what: Registrable) {
        match self.case(|case| case.next()) {
            Next::Register(offers) => assert!(offers.contains(&what), "{offers:?}"),
            other => panic!("{other:?}"),
        }
    }

    /// The homes of the passkeys that Authenticator can make here.
    fn makes(&self) -> BTreeSet<PasskeyHome> {
        let Offer::Now(methods) = self.case(|case| case.authenticator()) else {
            return BTreeSet::new();
        };
        let passkeys = self.stage.snapshot.book.means.passkeys();
        let made = passkeys.filter(|(index, _)| methods.contains(index));
        made.map(|(_, passkey)| passkey.home).collect()
    }

    /// What Security info offers to make.
    #[track_caller]
    fn offers(&self) -> BTreeSet<Registrable> {
        match self.case(|case| case.security_info()) {
            Offer::Now(methods) => registrable(&self.stage.snapshot.book.means, &methods),
            other => panic!("{other:?}"),
        }
    }
}

/// One test, because it takes a while to make the demo.
#[tokio::test]
async fn everybody_in_the_demo_meets_what_it_says_of_them() {
    let stage = Stage::new().await;
    the_demo_has_all_its_people_and_says_who_to_be(&stage).await;
    the_apps_of_the_demo_are_clients_that_can_prove_themselves(&stage).await;
    a_second_demo_cannot_take_the_place_of_the_first(&stage).await;
    newcomers_get_in_with_a_pass_and_make_a_passkey(&stage).await;
    a_password_alone_leads_to_an_app_for_codes_inside_and_nowhere_outside(&stage).await;
    password_and_code_open_everyday_apps_and_inside_also_security_info(&stage).await;
    approving_a_payment_asks_for_more_than_opening_payments(&stage).await;
    people_in_the_loop_get_in_with_nothing_that_they_have(&stage).await;
    the_split_lets_the_pass_in_on_phones_and_asks_computers_for_a_passkey(&stage).await;
    the_filter_asks_for_a_passkey_in_tagged_apps_only(&stage).await;
    the_exempt_get_in_on_a_phone_from_a_trusted_network_and_others_on_a_computer(&stage).await;
    whoever_may_have_passkeys_only_is_sent_to_make_one(&stage).await;
    guests_and_people_at_shared_desks_make_an_app_for_codes_and_no_passkey(&stage).await;
    guests_manage_their_ways_in_from_our_countries_only(&stage).await;
    device_codes_work_for_their_group_and_nobody_else(&stage).await;
    authenticator_looks_up_and_writes_under_the_policies_for_it(&stage).await;
}

async fn the_demo_has_all_its_people_and_says_who_to_be(stage: &Stage) {
    let people = import(now());
    let people = people.people();
    assert!(people.len() > 300);
    for person in people.iter().filter(|it| it.account == store::Account::Enabled) {
        assert!(stage.snapshot.person(&person.id).is_some(), "{person:?}");
    }
    let show: Show = toml::from_str(files::PEOPLE_TO_SHOW).unwrap();
    let guide = &stage.guide;
    assert_eq!(guide["base_url"], ADDRESS);
    assert_eq!(guide["tenant_id"], stage.snapshot.row.id);
    assert_eq!(guide["people"].as_array().unwrap().len(), show.people.len());
    assert_eq!(guide["apps"].as_array().unwrap().len(), show.apps.len());
    for (told, shown) in guide["people"].as_array().unwrap().iter().zip(&show.people) {
        assert_eq!(told["upn"], shown.upn.as_str());
        assert_eq!(told["password"].is_string(), shown.password, "{}", shown.upn);
        assert_eq!(told["totp"].is_string(), shown.code, "{}", shown.upn);
        assert_eq!(told["pass"].is_string(), shown.pass != ShownPass::None, "{}", shown.upn);
    }
}

async fn the_apps_of_the_demo_are_clients_that_can_prove_themselves(stage: &Stage) {
    assert_eq!(stage.snapshot.unusable, []);
    for app in stage.guide["apps"].as_array().unwrap() {
        let id = app["client_id"].as_str().unwrap();
        let client = stage.snapshot.clients.values().find(|it| it.id.as_str() == id).unwrap();
        let mut reader = stage.idp.store().read().await.unwrap();
        let secrets = reader.client_secrets(id).await.unwrap();
        assert_eq!(app["client_secret"].is_string(), secrets.len() == 1, "{id}");
        assert_eq!(app["private_key"].is_string(), !client.keys.is_empty(), "{id}");
        assert_eq!(app["certificate"].is_string(), !client.keys.is_empty(), "{id}");
        if let Some(text) = app["client_secret"].as_str() {
            assert_eq!(secrets[0].hash, SecretHash::of(text.as_bytes()));
        }
    }
}

async fn a_second_demo_cannot_take_the_place_of_the_first(stage: &Stage) {
    let site = Site { public_url: ADDRESS, ca_certificate: None };
    let keep = |_: &str| -> Result<(), Failure> { panic!("there is a tenant already") };
    let again = create(stage.idp.store(), (site, provisions()), now(), keep).await;
    assert!(matches!(again, Err(Failure::TenantExists)), "{again:?}");
    let again = Idp::open(stage.idp.store().clone(), provisions(), now()).await.unwrap();
    assert_eq!(again.snapshot().await.unwrap().revision, stage.snapshot.revision);
}

async fn newcomers_get_in_with_a_pass_and_make_a_passkey(stage: &Stage) {
    stage.visit("nikhil.raghunathan", "Crew Rota", PASS).await.from(OUTSIDE, PHONE).is_in();
    for name in ["nikhil.raghunathan", "marguerite.delacourt", "ottoline.marsh"] {
        let visit = stage.visit(name, "Security info", PASS).await.from(OUTSIDE, COMPUTER);
        assert!(visit.offers().contains(&Registrable::Passkey), "{name}");
    }
}

async fn a_password_alone_leads_to_an_app_for_codes_inside_and_nowhere_outside(stage: &Stage) {
    let visit = stage.visit("ceridwen.pascoe", "Crew Rota", PASSWORD).await;
    visit.is_sent_to_make(Registrable::App);
    visit.from(OUTSIDE, COMPUTER).is_shut_out();
}

async fn password_and_code_open_everyday_apps_and_inside_also_security_info(stage: &Stage) {
    for name in ["owain.bevan", "emeka.nwosu", "mateo.arriaga", "cosima.achterkamp.guest"] {
        stage.visit(name, "Crew Rota", BOTH).await.from(OUTSIDE, COMPUTER).is_in();
    }
    let visit = stage.visit("owain.bevan", "Security info", BOTH).await;
    assert!(visit.offers().contains(&Registrable::Passkey));
    visit.from(OUTSIDE, COMPUTER).is_shut_out();
}

async fn approving_a_payment_asks_for_more_than_opening_payments(stage: &Stage) {
    let visit = stage.visit("ibrahim.sesay", "Payments", BOTH).await;
    visit.is_in();
    visit.with_context("c1").is_sent_to_make(Registrable::Passkey);
}

async fn people_in_the_loop_get_in_with_nothing_that_they_have(stage: &Stage) {
    for user_agent in [COMPUTER, PHONE] {
        let visit = stage.visit("tevita.fonoti", "Crew Rota", PASS).await;
        visit.from(INSIDE, user_agent).is_shut_out();
        let visit = stage.visit("saoirse.kinsella", "Crew Rota", BOTH).await;
        visit.from(INSIDE, user_agent).is_shut_out();
    }
}

async fn the_split_lets_the_pass_in_on_phones_and_asks_computers_for_a_passkey(stage: &Stage) {
    let visit = stage.visit("anselm.vogt", "Crew Rota", PASS).await;
    visit.is_sent_to_make(Registrable::Passkey);
    visit.from(OUTSIDE, PHONE).is_in();
    let visit = stage.visit("parisa.golshani", "Crew Rota", BOTH).await;
    visit.is_sent_to_make(Registrable::Passkey);
}

async fn the_filter_asks_for_a_passkey_in_tagged_apps_only(stage: &Stage) {
    stage.visit("ludovica.ferrante", "Crew Rota", BOTH).await.is_in();
    let tagged = stage.visit("ludovica.ferrante", "Water Quality Results", BOTH).await;
    tagged.is_sent_to_make(Registrable::Passkey);
    stage.visit("takumi.arakawa", "Crew Rota", PASS).await.is_in();
    let visit = stage.visit("takumi.arakawa", "Security info", PASS).await;
    assert!(visit.offers().contains(&Registrable::Passkey));
}

async fn the_exempt_get_in_on_a_phone_from_a_trusted_network_and_others_on_a_computer(
    stage: &Stage,
) {
    let visit = stage.visit("bukola.adebisi", "Crew Rota", BOTH).await.from(INSIDE, PHONE);
    visit.is_in();
    visit.from(OUTSIDE, PHONE).is_shut_out();
    stage.visit("rafael.montenegro", "Crew Rota", PASS).await.from(INSIDE, PHONE).is_in();
    let visit = stage.visit("gwenllian.rees", "Crew Rota", BOTH).await;
    visit.is_in();
    visit.from(INSIDE, PHONE).is_shut_out();
}

async fn whoever_may_have_passkeys_only_is_sent_to_make_one(stage: &Stage) {
    let names = [
        "jacinta.barros",
        "freya.lindqvist-okafor",
        "wren.abernathy",
        "idris.vaughan-price",
        "bronagh.tierney",
        "kofi.ansah-boateng",
        "hana.drozdova",
    ];
    for name in names {
        let visit = stage.visit(name, "Crew Rota", PASS).await;
        visit.is_sent_to_make(Registrable::Passkey);
    }
}

async fn guests_and_people_at_shared_desks_make_an_app_for_codes_and_no_passkey(stage: &Stage) {
    let visit = stage.visit("desmond.oyelowo.guest", "Crew Rota", PASSWORD).await;
    visit.is_sent_to_make(Registrable::App);
    let visit = stage.visit("cosima.achterkamp.guest", "Security info", BOTH).await;
    assert!(!visit.offers().contains(&Registrable::Passkey));
    let visit = stage.visit("dilnoza.karimova", "Security info", PASS).await;
    assert_eq!(visit.offers(), BTreeSet::from([Registrable::App]));
}

async fn guests_manage_their_ways_in_from_our_countries_only(stage: &Stage) {
    let guest = async || stage.visit("cosima.achterkamp.guest", "Security info", BOTH).await;
    guest().await.from(AT_HOME, COMPUTER).is_in();
    guest().await.from(OUTSIDE, COMPUTER).is_in();
    guest().await.from(ABROAD, COMPUTER).is_shut_out();
    stage.visit("cosima.achterkamp.guest", "Crew Rota", BOTH).await.from(ABROAD, COMPUTER).is_in();
}

async fn device_codes_work_for_their_group_and_nobody_else(stage: &Stage) {
    for name in ["halvard.nygaard", "zsofia.barta"] {
        let visit = stage.visit(name, "Pump Station Screen", BOTH).await;
        visit.with_device_code().is_in();
    }
    let visit = stage.visit("owain.bevan", "Pump Station Screen", BOTH).await;
    visit.with_device_code().is_shut_out();
}

async fn authenticator_looks_up_and_writes_under_the_policies_for_it(stage: &Stage) {
    let on = async |name: &str, ways: &[Way], platform: &str| {
        let user_agent = format!("Cardea Authenticator/0.1.0 ({platform})");
        stage.visit(name, "Security info", ways).await.in_authenticator(&user_agent)
    };
    on("tevita.fonoti", PASS, "Android").await.is_shut_out();
    on("saoirse.kinsella", BOTH, "iPhone").await.is_shut_out();
    for (platform, home) in
        [("Android", PasskeyHome::AuthenticatorAndroid), ("iPhone", PasskeyHome::AuthenticatorIos)]
    {
        let visit = on("anselm.vogt", PASS, platform).await;
        visit.is_in();
        assert_eq!(visit.makes(), BTreeSet::from([home]));
    }
    let computer = on("takumi.arakawa", PASS, "Linux").await;
    computer.is_in();
    assert_eq!(computer.makes(), BTreeSet::new());
    // Looking up is no use of an app; writing is, and Authenticator is no protected one (FW431).
    let kept_out = on("gwenllian.rees", BOTH, "Android").await;
    kept_out.is_in();
    assert_eq!(kept_out.makes(), BTreeSet::new());
    assert_eq!(on("rafael.montenegro", PASS, "Android").await.makes().len(), 1);
}
