//! The app that somebody signs in with, as the app controls see it.
//!
//! Source: Entra, *Conditional Access: Grant* (the lists of apps). Entra compares the app's own
//! identity, which nobody exports: it is an argument where somebody knows it.

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::control::Control;

use super::actor::Form;

/// The app that somebody signs in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum App {
    /// Whichever the organisation gives its people: one that the controls know.
    #[default]
    Given,
    /// Microsoft Edge: a browser, and yet an app that the controls know.
    Edge,
    /// Another one.
    Named(Lists),
}

/// The lists that an app is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lists {
    /// Approved client apps, and apps with protection.
    Both,
    /// Approved client apps only.
    Approved,
    /// Apps with protection only.
    Protected,
    /// None of them, as Authenticator and an organisation's own apps.
    Neither,
}

/// The apps of the lists, by the names that people use, as of 2026.
const LISTED: [(&str, Lists); 44] = [
    ("Adobe Acrobat Reader", Lists::Protected),
    ("Authenticator", Lists::Neither),
    ("Azure Information Protection", Lists::Approved),
    ("Cortana", Lists::Both),
    ("Dynamics 365", Lists::Both),
    ("Dynamics 365 Sales", Lists::Protected),
    ("Excel", Lists::Both),
    ("iAnnotate", Lists::Protected),
    ("Invoicing", Lists::Approved),
    ("Kaizala", Lists::Approved),
    ("Launcher", Lists::Both),
    ("Lists", Lists::Both),
    ("Loop", Lists::Protected),
    ("Microsoft 365 Admin", Lists::Approved),
    ("MultiLine", Lists::Protected),
    ("Nine Mail", Lists::Protected),
    ("Notate", Lists::Protected),
    ("Office", Lists::Both),
    ("OneDrive", Lists::Both),
    ("OneNote", Lists::Both),
    ("Outlook", Lists::Both),
    ("Planner", Lists::Both),
    ("Power Apps", Lists::Both),
    ("Power Automate", Lists::Both),
    ("Power BI", Lists::Both),
    ("PowerPoint", Lists::Both),
    ("Provectus Secure Contacts", Lists::Protected),
    ("Safari", Lists::Neither),
    ("Chrome", Lists::Neither),
    ("SharePoint", Lists::Both),
    ("Skype", Lists::Approved),
    ("Skype for Business", Lists::Approved),
    ("Stream", Lists::Both),
    ("Teams", Lists::Both),
    ("To Do", Lists::Both),
    ("Visio", Lists::Approved),
    ("Viva Engage", Lists::Protected),
    ("Whiteboard", Lists::Both),
    ("Windows App", Lists::Protected),
    ("Word", Lists::Both),
    ("Yammer", Lists::Approved),
    ("Company Portal", Lists::Neither),
    ("Firefox", Lists::Neither),
    ("Mail", Lists::Neither),
];

impl App {
    /// The app with this name, without regard to case and to "Microsoft" before it. An app that is on
    /// no list has no protection.
    pub fn named(name: &str) -> Self {
        let name = name.trim();
        let bare = match name.split_at_checked("Microsoft ".len()) {
            Some((maker, rest)) if maker.eq_ignore_ascii_case("Microsoft ") => rest,
            Some(_) | None => name,
        };
        if bare.eq_ignore_ascii_case("Edge") {
            return Self::Edge;
        }
        let mut listed = LISTED.iter();
        let found = listed.find(|(known, _)| {
            known.eq_ignore_ascii_case(name) || known.eq_ignore_ascii_case(bare)
        });
        Self::Named(found.map_or(Lists::Neither, |(_, lists)| *lists))
    }

    /// Whether a control on apps is met in this app: on phones only, and of browsers by Edge only.
    /// Other controls are not.
    pub fn meets(self, control: &Control, client: ClientApp, form: Form) -> bool {
        let app = client == ClientApp::MobileAppsAndDesktopClients;
        let listed = match self {
            Self::Given => app,
            Self::Edge => app || client == ClientApp::Browser,
            Self::Named(lists) => app && lists.have(control),
        };
        form == Form::Phone && listed && is_about_apps(control)
    }
}

impl Lists {
    fn have(self, control: &Control) -> bool {
        match self {
            Self::Both => is_about_apps(control),
            Self::Approved => *control == Control::ApprovedApplication,
            Self::Protected => *control == Control::CompliantApplication,
            Self::Neither => false,
        }
    }
}

/// Whether the control looks at the app.
fn is_about_apps(control: &Control) -> bool {
    match control {
        Control::ApprovedApplication | Control::CompliantApplication => true,
        Control::Mfa
        | Control::Strength(_)
        | Control::CompliantDevice
        | Control::DomainJoinedDevice
        | Control::PasswordChange
        | Control::RiskRemediation
        | Control::Terms(_)
        | Control::Custom(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: ClientApp = ClientApp::MobileAppsAndDesktopClients;

    #[test]
    fn app_protection_is_met_in_apps_of_the_list_on_phones() {
        let protected = |name, client, form| {
            App::named(name).meets(&Control::CompliantApplication, client, form)
        };
        assert!(protected("Outlook", APP, Form::Phone));
        assert!(protected("microsoft teams", APP, Form::Phone));
        assert!(!protected("Outlook", APP, Form::Computer));
        assert!(!protected("Visio", APP, Form::Phone));
        assert!(!protected("Authenticator", APP, Form::Phone));
        assert!(!protected("our own app", APP, Form::Phone));
        assert!(protected("Edge", ClientApp::Browser, Form::Phone));
        assert!(!protected("Safari", ClientApp::Browser, Form::Phone));
    }

    #[test]
    fn approved_apps_have_a_list_of_their_own() {
        let approved =
            |name| App::named(name).meets(&Control::ApprovedApplication, APP, Form::Phone);
        assert!(approved("Visio"));
        assert!(!approved("Loop"));
    }

    #[test]
    fn an_app_that_is_not_named_is_one_that_people_are_given() {
        let met =
            |client| App::default().meets(&Control::CompliantApplication, client, Form::Phone);
        assert!(met(APP));
        assert!(!met(ClientApp::Browser));
        assert!(!App::default().meets(&Control::Mfa, APP, Form::Phone));
    }
}
