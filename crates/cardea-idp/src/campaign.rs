//! The registration campaign: after a complete sign-in, people without a passkey are invited to add
//! one.
//!
//! Source: Entra, *Run a registration campaign*; Graph's
//! `authenticationMethodsRegistrationCampaign`. The invitation follows a sign-in in which somebody
//! has just shown more than one factor. It never stops one: whoever is at the end of their snoozes
//! has to try, and if that fails they skip, which is not counted.
//!
//! A campaign for Authenticator asks after a text message or a call, which this tenant does not
//! verify, so it asks nobody here. Entra asks again on platforms where a person's passkey is not at
//! hand; here one passkey of any kind is enough.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::id::Aaguid;
use cardea_store::{Replaced, Snoozed};
use cardea_tenant::journey::means::MeansIndex;
use cardea_tenant::journey::prompt::Offer;
use cardea_tenant::methods::{
    AfterSnoozes, Attestation, Campaign, CampaignState, KeyRestrictions, MethodKind,
    PasskeyProfile, PasskeyType,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::decision::{Case, Next, Way, way};
use crate::failure::Failure;
use crate::idp::Idp;
use crate::registration::profiles;
use crate::sign_in::{Named, Progress, Purpose, SignIn, Stage, encode};

/// How often people may put it off where that is limited (Entra: three times).
const SNOOZES: u32 = 3;
/// Graph's largest `snoozeDurationInDays`.
const MOST_DAYS: u32 = 14;
/// Models by which a profile with a list of models counts as one for a campaign that is managed:
/// iCloud Keychain, Google Password Manager; those of Authenticator and Windows have names.
const COMMON: [&str; 2] =
    ["fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"];

/// Whether an invitation can be put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Later {
    /// As often as the person likes.
    Always,
    /// So many times more, this one included.
    Times(u32),
    /// No more.
    Never,
}

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Whether it can be put off.
    pub later: Later,
    /// Whether the person tried in this sign-in and could not.
    pub tried: Tried,
}

/// Whether the person tried to register and could not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Not yet.
    No,
    /// They did; now they may skip it, which does not count.
    InVain,
}

/// What a sign-in in progress keeps of an invitation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Invited {
    /// Nothing was asked.
    #[default]
    NotYet,
    /// The person was asked, and it is counted as put off until they answer otherwise.
    Asked {
        /// How it could be put off when it was asked.
        later: Later,
    },
    /// They tried, and it failed.
    Failed {
        /// How it could be put off when it was asked, and so whether a snooze was counted.
        later: Later,
    },
    /// It is over for this sign-in.
    Over,
}

impl Progress {
    /// The invitation that stands before the end of this sign-in, given what the person has put off.
    pub(crate) fn invitation(&self, snoozed: Option<Snoozed>) -> Option<Invitation> {
        let campaign = self.campaign()?;
        let tried = |tried, later| Some(Invitation { later, tried });
        match self.sign_in.invited {
            Invited::Over => None,
            Invited::Asked { later } => tried(Tried::No, later),
            Invited::Failed { later } => tried(Tried::InVain, later),
            Invited::NotYet if snoozed.is_some_and(|it| self.now < it.until) => None,
            Invited::NotYet => tried(Tried::No, later(campaign, snoozed)),
        }
    }

    /// The campaign that has something to ask of the person now: it is meant for them, they have no
    /// passkey, they have just signed in completely without registering anything, and they could
    /// register one here and now.
    pub(crate) fn campaign(&self) -> Option<&Campaign> {
        let subject = self.subject.as_ref()?;
        let campaign = self.snapshot.tenant().methods.as_ref()?.campaign.as_ref()?;
        let asks = matches!(self.sign_in.purpose, Purpose::Application { .. })
            && matches!(self.stage, Stage::Known(Next::Granted) | Stage::Invited(_))
            && self.shows_anew()
            && subject.holdings.passkeys.is_empty()
            && subject.holdings.apps.iter().all(|app| app.created < self.sign_in.began)
            && self.sign_in.invited != Invited::Over
            && is_shown_on(self.place.platform(), self.place.client())
            && self.is_meant(campaign)
            && !self.invited_to().is_empty();
        asks.then_some(campaign)
    }

    /// What is counted when the person is asked: whoever can put it off no more has no snooze left.
    fn snooze(&self, later: Later) -> Count {
        match (later, self.campaign()) {
            (Later::Never, _) | (_, None) => Count::Nothing,
            (Later::Always | Later::Times(_), Some(campaign)) => {
                let until = self.now.saturating_add(snooze(campaign));
                Count::SnoozeUntil(until.unwrap_or(self.now))
            }
        }
    }

    /// Whether the campaign is for the person, and for passkeys. One that is managed chooses passkeys
    /// wherever people may use the common ones (Entra).
    fn is_meant(&self, campaign: &Campaign) -> bool {
        let Some(subject) = &self.subject else { return false };
        let person = &subject.person;
        if campaign.exclude.iter().any(|target| target.contains(person)) {
            return false;
        }
        let mut targets = campaign.include.iter().filter(|target| target.id.contains(person));
        match campaign.state {
            CampaignState::Disabled => false,
            CampaignState::Enabled => targets.any(|target| target.method == MethodKind::Fido2),
            CampaignState::Default => {
                let profiles = profiles(self.snapshot.tenant(), subject);
                targets.next().is_some()
                    && profiles.is_none_or(|all| all.into_iter().any(is_common))
            }
        }
    }

    /// The passkeys that the person could register now. What Security info asks for has to be met, for
    /// a browser: Entra does not invite people whom policies on registering would stop.
    pub(crate) fn invited_to(&self) -> BTreeSet<MeansIndex> {
        let (Some(case), Some(leg)) = (self.case(), self.snapshot.channels.security_info.first())
        else {
            return BTreeSet::new();
        };
        let place = self.place.in_browser();
        let case = Case { place: &place, request: &leg.request, passage: leg.passage, ..case };
        let Offer::Now(methods) = case.security_info() else { return BTreeSet::new() };
        let means = &self.snapshot.book.means;
        methods.into_iter().filter(|index| way(means, *index) == Some(Way::Passkey)).collect()
    }
}

impl Idp {
    /// Notes, with the step that led to the invitation, that the person is asked. It counts as put off
    /// from now on, so that closing the browser is a snooze (Entra). Where there is nothing to ask,
    /// nothing happens.
    ///
    /// # Errors
    /// The database failed.
    pub async fn invite(&self, progress: &Progress) -> Result<Named, Failure> {
        let Stage::Invited(Invitation { later, .. }) = progress.stage else {
            return Ok(Named::Stale);
        };
        if progress.sign_in.invited != Invited::NotYet {
            return Ok(Named::Done);
        }
        self.change_invitation(progress, Invited::Asked { later }, progress.snooze(later)).await
    }

    /// Goes on without a passkey: as a snooze, or, after a try in vain, without one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn put_off(&self, progress: &Progress) -> Result<Named, Failure> {
        let Stage::Invited(invitation) = progress.stage else { return Ok(Named::Stale) };
        let count = match (progress.sign_in.invited, invitation.later) {
            (Invited::Over, _) | (Invited::NotYet | Invited::Asked { .. }, Later::Never) => {
                return Ok(Named::Stale);
            }
            (Invited::NotYet, later) => progress.snooze(later),
            (Invited::Asked { .. }, _) | (Invited::Failed { .. }, Later::Never) => Count::Nothing,
            (Invited::Failed { .. }, Later::Always | Later::Times(_)) => Count::TakeBack,
        };
        self.change_invitation(progress, Invited::Over, count).await
    }

    /// Notes that the person tried to register and could not.
    ///
    /// # Errors
    /// The database failed.
    pub async fn note_failed_try(&self, progress: &Progress) -> Result<Named, Failure> {
        let later = match progress.sign_in.invited {
            Invited::Asked { later } => later,
            Invited::NotYet => Later::Never,
            Invited::Failed { .. } | Invited::Over => return Ok(Named::Stale),
        };
        if !matches!(progress.stage, Stage::Invited(_)) {
            return Ok(Named::Stale);
        }
        self.change_invitation(progress, Invited::Failed { later }, Count::Nothing).await
    }

    /// Keeps where the invitation stands, with what is counted for it, or neither.
    async fn change_invitation(
        &self,
        progress: &Progress,
        invited: Invited,
        count: Count,
    ) -> Result<Named, Failure> {
        let Some(subject) = &progress.subject else { return Ok(Named::Stale) };
        let person = &subject.row.id;
        let state = encode(&SignIn { invited, ..progress.sign_in.clone() })?;
        let mut transaction = self.store().write().await?;
        let replaced =
            transaction.replace_interaction(&progress.hash, progress.version, &state).await?;
        if replaced == Replaced::Stale {
            return Ok(Named::Stale);
        }
        match count {
            Count::Nothing => {}
            Count::SnoozeUntil(until) => transaction.count_snooze(person, until).await?,
            Count::TakeBack => {
                transaction.take_snooze_back(person, progress.now).await?;
            }
        }
        transaction.commit().await?;
        Ok(Named::Done)
    }
}

/// What a step of an invitation adds to the snoozes of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    /// Nothing.
    Nothing,
    /// One more, which lasts until then.
    SnoozeUntil(Timestamp),
    /// The last one does not count.
    TakeBack,
}

fn later(campaign: &Campaign, snoozed: Option<Snoozed>) -> Later {
    let limited =
        campaign.state == CampaignState::Enabled && campaign.after_snoozes == AfterSnoozes::Force;
    let times = snoozed.map_or(0, |snoozed| snoozed.times);
    match SNOOZES.checked_sub(times) {
        _ if !limited => Later::Always,
        None | Some(0) => Later::Never,
        Some(left) => Later::Times(left),
    }
}

/// How long a snooze lasts. A campaign that is managed asks each day (Entra).
fn snooze(campaign: &Campaign) -> SignedDuration {
    let days = match campaign.state {
        CampaignState::Default | CampaignState::Disabled => 1,
        CampaignState::Enabled => campaign.snooze_days.min(MOST_DAYS),
    };
    SignedDuration::from_hours(24 * i64::from(days))
}

/// Where the invitation is shown at all (Entra: never on Linux, and in no app of Android).
fn is_shown_on(platform: Platform, client: ClientApp) -> bool {
    platform != Platform::Linux && (platform != Platform::Android || client == ClientApp::Browser)
}

/// Whether a profile is one for which a campaign that is managed invites.
fn is_common(profile: &PasskeyProfile) -> bool {
    let attested = profile.attestation == Attestation::RegistrationOnly;
    match &profile.restrictions {
        KeyRestrictions::None => true,
        _ if attested && profile.types.contains(&PasskeyType::DeviceBound) => true,
        KeyRestrictions::Block(_) => false,
        KeyRestrictions::Allow(models) => models.iter().any(|model| {
            model.is_windows_hello()
                || model.is_authenticator()
                || COMMON.iter().any(|text| Aaguid::parse(text) == Some(*model))
        }),
    }
}
