//! Who has the admin center open.
//!
//! There is no session of its own: the browser's session is judged anew at each request, for what
//! the admin center is to policies, so a policy that is turned on shuts it at the next click.

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::target::Request;
use cardea_policy::id::AppId;
use cardea_policy::well_known;
use cardea_tenant::journey::gate::Passage;
use jiff::Timestamp;

use super::caller::Caller;
use crate::authorize::Browser;
use crate::decision::{Case, Next};
use crate::failure::Failure;
use crate::grant::Flow;
use crate::idp::Idp;
use crate::sign_in::{accepted_by, shown_in};
use crate::snapshot::Snapshot;
use crate::subject::Subject;

/// Somebody who has the admin center open.
#[derive(Clone, Debug)]
pub struct AtDesk {
    /// Who, and what they may do.
    pub caller: Caller,
    /// Their user principal name.
    pub name: String,
}

/// What the admin center is to policies: the portal, and the management behind it, as Entra's is.
pub(crate) fn request(snapshot: &Snapshot) -> Request {
    let apps = [well_known::AZURE_PORTAL, well_known::AZURE_MANAGEMENT];
    let audiences = apps.map(|app| snapshot.tenant().resource(&AppId::new(app)));
    Request { audiences: Vec::from(audiences), ..Request::default() }
}

impl Idp {
    /// Who has the admin center open in a browser: whoever is signed in there with what policies ask
    /// for now. `None` where somebody has to sign in, or to show more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn at_desk(
        &self,
        browser: &Browser<'_>,
        now: Timestamp,
    ) -> Result<Option<AtDesk>, Failure> {
        let Some(session) = self.session(browser, now).await? else { return Ok(None) };
        let snapshot = self.snapshot().await?;
        let mut reader = self.store().read().await?;
        let subject = Subject::load(&snapshot, &mut reader, &session.person).await?;
        let accepted = accepted_by(&mut reader, &session.person).await?;
        drop(reader);
        let Some(subject) = subject else { return Ok(None) };
        let (request, shown) = (request(&snapshot), shown_in(&session)?);
        let flow = Flow::Ordinary.in_policies();
        let case = Case {
            snapshot: &snapshot,
            subject: &subject,
            place: &browser.visitor.at(&snapshot, ClientApp::Browser, flow),
            request: &request,
            passage: Passage::Plain,
            shown: &shown,
            accepted: &accepted,
            now,
        };
        let name = subject.row.upn.as_str().to_owned();
        let is_open = case.next() == Next::Granted;
        Ok(is_open.then(|| AtDesk { caller: Caller::person(&subject), name }))
    }
}
