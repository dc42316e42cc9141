//! Where a sign-in stands.

use std::collections::BTreeSet;
use std::sync::Arc;

use cardea_oidc::client::Platform;
use cardea_oidc::error::Error;
use cardea_oidc::secret::Secret;
use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::target::Request;
use cardea_policy::id::{AppId, TermsId};
use cardea_policy::well_known;
use cardea_store as store;
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::methods::{MethodKind, MethodState};
use jiff::Timestamp;
use serde::Deserialize;

use super::{Accepted, AccountChoice, Purpose, SignIn, decode, hash};
use crate::admin;
use crate::campaign::Invitation;
use crate::decision::{Case, Next, Way};
use crate::failure::Failure;
use crate::idp::Idp;
use crate::registration::Enrolment;
use crate::request;
use crate::snapshot::Snapshot;
use crate::subject::Subject;
use crate::visitor::{Place, Visitor};

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The person is to say which account is meant: the browser is signed in with one.
    Account,
    /// The name is not known.
    Name,
    /// The name was typed and nothing is proved: these ways are offered, whoever it may be.
    First(BTreeSet<Way>),
    /// The person is known; this is what the policies say.
    Known(Next),
    /// Everything is granted, and a registration campaign has an invitation before the end.
    Invited(Invitation),
}

/// A sign-in as one request sees it.
#[derive(Debug)]
pub struct Progress {
    /// What the database keeps.
    pub sign_in: SignIn,
    /// The tenant.
    pub snapshot: Arc<Snapshot>,
    /// The person, where there is one and something was proved.
    pub subject: Option<Subject>,
    /// From where the request comes.
    pub place: Place,
    /// What is asked for.
    pub request: Request,
    /// What happens next.
    pub stage: Stage,
    pub(crate) hash: store::SecretHash,
    pub(crate) version: u32,
    pub(crate) accepted: Accepted,
    pub(crate) now: Timestamp,
}

impl Idp {
    /// Where the sign-in with this handle stands; `None` where there is none, or no more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn progress(
        &self,
        handle: &Secret,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<Option<Progress>, Failure> {
        let mut store = self.store().read().await?;
        let snapshot = self.snapshot_at(&mut store).await?;
        let hash = hash(handle);
        let Some(kept) = store.interaction(&hash, now).await? else { return Ok(None) };
        let sign_in = decode(&kept.state)?;
        if !is_alive(&mut store, &sign_in, now).await? {
            return Ok(None);
        }
        let Ok((request, place)) = asked(&snapshot, &sign_in, visitor) else { return Ok(None) };
        let proved = sign_in.person.as_ref().filter(|_| !sign_in.shown.is_empty());
        let subject = match proved {
            Some(person) => Subject::load(&snapshot, &mut store, person).await?,
            None => None,
        };
        let accepted = match &subject {
            Some(subject) => accepted_by(&mut store, &subject.row.id).await?,
            None => Accepted::new(),
        };
        let mut progress = Progress {
            stage: Stage::Name,
            version: kept.version,
            sign_in,
            snapshot,
            subject,
            place,
            request,
            hash,
            accepted,
            now,
        };
        progress.stage = progress.next();
        if progress.campaign().is_some()
            && let Some(subject) = &progress.subject
        {
            let snoozed = store.snoozed(&subject.row.id).await?;
            if let Some(invitation) = progress.invitation(snoozed) {
                progress.stage = Stage::Invited(invitation);
            }
        }
        Ok(Some(progress))
    }
}

impl Progress {
    /// The case to judge, once somebody is known.
    pub fn case(&self) -> Option<Case<'_>> {
        Some(Case {
            snapshot: &self.snapshot,
            subject: self.subject.as_ref()?,
            place: &self.place,
            request: &self.request,
            passage: self.passage(),
            shown: &self.sign_in.shown,
            accepted: &self.accepted,
            now: self.now,
        })
    }

    /// How the demands of what is asked for are read.
    pub(crate) fn passage(&self) -> Passage {
        match self.sign_in.purpose {
            Purpose::Authenticator => Passage::AuthenticatorSignIn,
            Purpose::Application { .. }
            | Purpose::SecurityInfo
            | Purpose::Activity
            | Purpose::Admin { .. }
            | Purpose::Device => Passage::Plain,
        }
    }

    /// Whether the browser has no session yet of what was shown.
    pub fn needs_session(&self) -> bool {
        self.sign_in.session.is_none()
    }

    /// Whether something was shown in this very sign-in, and not only in the session before.
    pub(crate) fn shows_anew(&self) -> bool {
        self.sign_in.shown.iter().any(|shown| shown.at >= self.sign_in.began)
    }

    fn next(&self) -> Stage {
        if self.sign_in.account == AccountChoice::Due {
            return Stage::Account;
        }
        match (self.case(), &self.sign_in.typed, &self.sign_in.person) {
            (Some(case), _, _) => Stage::Known(case.next()),
            // Whoever is named and shows nothing that is known is treated like nobody.
            (None, Some(_), _) | (None, None, Some(_)) => Stage::First(offered(&self.snapshot)),
            (None, None, None) => Stage::Name,
        }
    }

    /// Whether the ways that are offered now were offered to anybody.
    pub fn allows(&self, way: Way) -> bool {
        match &self.stage {
            // The name page offers passkeys by itself.
            Stage::Name => way == Way::Passkey,
            Stage::First(ways) | Stage::Known(Next::Show(ways)) => ways.contains(&way),
            // Whoever is about to add a passkey is asked again where what was shown is not fresh enough.
            Stage::Known(Next::Granted) => match self.enrolment() {
                Enrolment::ProveAgain(ways) => ways.contains(&way),
                Enrolment::Open(_) | Enrolment::Shut => false,
            },
            Stage::Account
            | Stage::Invited(_)
            | Stage::Known(Next::Register(_) | Next::Accept(_) | Next::Shut(_)) => false,
        }
    }
}

/// Whether the sign-in still counts. What a browser holds of one is judged by its cookie too, which a
/// sign-out takes away; Authenticator holds nothing else, so its sign-in ends with the session of it.
async fn is_alive(
    store: &mut store::Snapshot,
    sign_in: &SignIn,
    now: Timestamp,
) -> Result<bool, Failure> {
    let (Purpose::Authenticator, Some(session)) = (&sign_in.purpose, &sign_in.session) else {
        return Ok(true);
    };
    let Some(hash) = store::SecretHash::from_hex(session) else { return Ok(false) };
    let found = store.session(&hash, now).await?;
    Ok(matches!(found, Some((_, store::SessionStanding::Live))))
}

/// The ways that are offered before anything is proved. They depend on the tenant alone, so that
/// they say nothing about the name that was typed.
fn offered(snapshot: &Snapshot) -> BTreeSet<Way> {
    let enabled = |kind: MethodKind| {
        let methods = snapshot.tenant().methods.as_ref();
        methods.is_none_or(|methods| {
            let configuration = methods.configurations.get(&kind);
            configuration.is_none_or(|found| found.state == MethodState::Enabled)
        })
    };
    let mut ways = BTreeSet::from([Way::Password]);
    if enabled(MethodKind::Fido2) {
        ways.insert(Way::Passkey);
    }
    if enabled(MethodKind::TemporaryAccessPass) {
        ways.insert(Way::Pass);
    }
    ways
}

/// What a sign-in asks of policies, and from where.
fn asked(
    snapshot: &Snapshot,
    sign_in: &SignIn,
    visitor: &Visitor,
) -> Result<(Request, Place), Error> {
    let at = |client, flow| visitor.at(snapshot, client, flow);
    match &sign_in.purpose {
        Purpose::Application { request } => {
            let address = &request.address;
            let client = snapshot.clients.get(address.client());
            let client =
                client.ok_or_else(|| Error::new(cardea_oidc::code::Code::UNKNOWN_CLIENT))?;
            let asked = request::of(snapshot, client, &request.scopes, &request.claims)?;
            Ok((asked, at(client_app(address.platform()), Flow::Ordinary)))
        }
        Purpose::SecurityInfo => {
            let legs = snapshot.channels.security_info.first();
            let asked = legs.map(|leg| leg.request.clone()).unwrap_or_default();
            Ok((asked, at(ClientApp::Browser, Flow::Ordinary)))
        }
        Purpose::Activity => {
            let page = snapshot.tenant().resource(&AppId::new(well_known::MY_SIGN_INS));
            Ok((Request::resource(page), at(ClientApp::Browser, Flow::Ordinary)))
        }
        Purpose::Admin { .. } => {
            Ok((admin::session::request(snapshot), at(ClientApp::Browser, Flow::Ordinary)))
        }
        Purpose::Authenticator => {
            // The first leg is the app's own sign-in, the second one registers.
            let legs = snapshot.channels.authenticator.first();
            let asked = legs.map(|leg| leg.request.clone()).unwrap_or_default();
            Ok((asked, at(ClientApp::MobileAppsAndDesktopClients, Flow::Ordinary)))
        }
        Purpose::Device => {
            let directory = snapshot.tenant().resource(&well_known::windows_azure_ad());
            Ok((Request::resource(directory), at(ClientApp::Browser, Flow::DeviceCode)))
        }
    }
}

/// The kind of client that policies see behind an address.
pub(crate) fn client_app(platform: Platform) -> ClientApp {
    match platform {
        Platform::Web | Platform::Spa => ClientApp::Browser,
        Platform::Native => ClientApp::MobileAppsAndDesktopClients,
    }
}

/// The kind under which acceptances of terms are kept.
pub(crate) const ACCEPTANCE: &str = "agreementAcceptance";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Acceptance {
    agreement_id: String,
    user_id: String,
}

/// Terms that a person accepted.
pub(crate) async fn accepted_by(
    store: &mut store::Snapshot,
    person: &str,
) -> Result<Accepted, Failure> {
    let mut accepted = Accepted::new();
    for object in store.objects(ACCEPTANCE).await? {
        let found: Acceptance = serde_json::from_str(&object.json)
            .map_err(Failure::unreadable("an acceptance of terms"))?;
        if found.user_id == person {
            accepted.insert(TermsId::new(&found.agreement_id));
        }
    }
    Ok(accepted)
}
