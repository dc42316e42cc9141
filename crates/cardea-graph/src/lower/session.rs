//! What a policy does to the session.

use super::ledger::Fields;
use cardea_policy::control::{
    Factors, Interval, OtherSessionControl, PersistentBrowser, Session, SignInFrequency,
};
use cardea_policy::place::Field;

/// `sessionControls`.
pub(super) fn session(fields: &mut Fields<'_, '_>) -> Session {
    fields.object("sessionControls", Field::SessionControls, read).unwrap_or_default()
}

fn read(fields: &mut Fields<'_, '_>) -> Session {
    let sign_in_frequency = fields.object("signInFrequency", Field::SignInFrequency, frequency);
    let persistent_browser =
        fields.object("persistentBrowser", Field::PersistentBrowser, |fields| {
            const KNOWN: [(&str, PersistentBrowser); 2] =
                [("always", PersistentBrowser::Always), ("never", PersistentBrowser::Never)];
            let mode = fields.choice("mode", &KNOWN);
            mode.filter(|_| is_enabled(fields))
        });
    Session {
        sign_in_frequency: sign_in_frequency.flatten(),
        persistent_browser: persistent_browser.flatten(),
        other: others(fields),
    }
}

fn is_enabled(fields: &mut Fields<'_, '_>) -> bool {
    fields.flag("isEnabled").unwrap_or(true)
}

fn frequency(fields: &mut Fields<'_, '_>) -> Option<SignInFrequency> {
    const FACTORS: [(&str, Factors); 2] = [
        ("primaryAndSecondaryAuthentication", Factors::PrimaryAndSecondary),
        ("secondaryAuthentication", Factors::Secondary),
    ];
    let enabled = is_enabled(fields);
    let value = fields.number("value");
    let unit = fields.choice("type", &[("hours", 1_u32), ("days", 24)]);
    let every_time =
        fields.choice("frequencyInterval", &[("timeBased", false), ("everyTime", true)]);
    let factors = fields.choice("authenticationType", &FACTORS).unwrap_or_default();
    if !enabled {
        return None;
    }
    let interval = match (every_time, value, unit) {
        (Some(true), _, _) => Interval::EveryTime,
        (_, Some(value), Some(hours)) => Interval::Hours(value.saturating_mul(hours)),
        _ => {
            let head = fields.value().head();
            let message = "the sign-in frequency has no value, or no unit";
            let help = "give it a `value` and a `type` of `hours` or `days`";
            fields.ledger().not_understood(head, Field::SignInFrequency, message, Some(help));
            return None;
        }
    };
    Some(SignInFrequency { interval, factors })
}

/// A control that only counts by being there: its name, and the fields that say how it works.
type Other = (&'static str, OtherSessionControl, &'static [&'static str]);

const OTHERS: [Other; 6] = [
    ("applicationEnforcedRestrictions", OtherSessionControl::ApplicationEnforcedRestrictions, &[]),
    ("cloudAppSecurity", OtherSessionControl::CloudAppSecurity, &["cloudAppSecurityType"]),
    ("secureSignInSession", OtherSessionControl::SecureSignInSession, &[]),
    ("continuousAccessEvaluation", OtherSessionControl::ContinuousAccessEvaluation, &["mode"]),
    (
        "globalSecureAccessFilteringProfile",
        OtherSessionControl::GlobalSecureAccessFilteringProfile,
        &["profileId"],
    ),
    ("networkAccessSecurity", OtherSessionControl::NetworkAccessSecurity, &["policyId"]),
];

fn others(fields: &mut Fields<'_, '_>) -> Vec<OtherSessionControl> {
    let mut others = Vec::new();
    for (name, control, details) in OTHERS {
        let enabled = fields.object(name, Field::SessionControls, |fields| {
            fields.ignore(details);
            is_enabled(fields)
        });
        others.extend(enabled.unwrap_or(false).then_some(control));
    }
    if fields.flag("disableResilienceDefaults").unwrap_or(false) {
        others.push(OtherSessionControl::DisableResilienceDefaults);
    }
    others
}
