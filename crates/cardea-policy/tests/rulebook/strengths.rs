//! What the built-in strengths accept, and how combinations are met.

use std::collections::BTreeSet;

use cardea_policy::control::Control;
use cardea_policy::id::Aaguid;
use cardea_policy::lattice::Lattice;
use cardea_policy::place::StrengthIndex;
use cardea_policy::satisfy::{Evidence, Strengths, any_of};
use cardea_policy::strength::{CertificateRule, Combination, Mode, PasskeyRule, Strength};

/// Somebody with these methods; the passkey is of a model.
struct Holds {
    modes: BTreeSet<Mode>,
    model: Option<Aaguid>,
}

impl Lattice for Holds {
    type Truth = bool;

    fn top(&self) -> bool {
        true
    }
    fn bottom(&self) -> bool {
        false
    }
    fn meet(&self, left: &bool, right: &bool) -> bool {
        *left && *right
    }
    fn join(&self, left: &bool, right: &bool) -> bool {
        *left || *right
    }
}

impl Evidence for Holds {
    fn method(&self, mode: Mode) -> bool {
        assert!(mode != Mode::Fido2, "a passkey is asked for with its rule");
        self.modes.contains(&mode)
    }
    fn passkey(&self, rule: &PasskeyRule) -> bool {
        self.modes.contains(&Mode::Fido2) && rule.accepts(self.model)
    }
    fn certificate(&self, mode: Mode, rule: &CertificateRule) -> bool {
        self.modes.contains(&mode) && rule.issuers.is_empty()
    }
    fn control(&self, _: &Control) -> bool {
        false
    }
    fn unknown_strength(&self, _: &Strength) -> bool {
        false
    }
}

fn holds(names: &str) -> Holds {
    let modes = names.split_whitespace().map(|name| Mode::from_name(name).expect(name));
    Holds { modes: modes.collect(), model: None }
}

/// Which built-in strengths the methods satisfy: multifactor, passwordless, phishing-resistant.
#[track_caller]
fn check(table: &str) {
    let strengths = Strengths::new(Strength::built_in().into());
    for line in table.lines().map(str::trim) {
        let (names, expected) = line.split_once("=>").expect("methods => strengths");
        let shown = holds(names);
        let meets = |at| strengths.control(&shown, &Control::Strength(StrengthIndex::at(at)));
        let found: String = ["M", "P", "R"]
            .into_iter()
            .enumerate()
            .filter(|(at, _)| meets(*at))
            .map(|(_, name)| name)
            .collect();
        let mfa = strengths.control(&shown, &Control::Mfa);
        assert_eq!(mfa, found.contains('M'), "the mfa control is the multifactor strength: {line}");
        assert_eq!(mfa, strengths.multifactor(&shown), "{line}");
        assert_eq!(found, expected.trim(), "{line}");
    }
}

#[test]
fn single_methods_satisfy_these_strengths() {
    check(
        "password =>
         voice =>
         hardwareOath =>
         softwareOath =>
         sms =>
         fido2 => MPR
         windowsHelloForBusiness => MPR
         microsoftAuthenticatorPush =>
         deviceBasedPush => MP
         temporaryAccessPassOneTime => M
         temporaryAccessPassMultiUse => M
         email =>
         x509CertificateSingleFactor =>
         x509CertificateMultiFactor => MPR
         federatedSingleFactor =>
         federatedMultiFactor => M
         qrCodePin =>",
    );
}

#[test]
fn a_password_and_a_second_method_are_multifactor() {
    check(
        "password voice => M
         password hardwareOath => M
         password softwareOath => M
         password sms => M
         password microsoftAuthenticatorPush => M
         password x509CertificateSingleFactor => M
         password email =>
         password qrCodePin =>
         password federatedSingleFactor =>
         sms voice =>
         microsoftAuthenticatorPush softwareOath =>",
    );
}

#[test]
fn a_federated_sign_in_and_a_second_method_are_multifactor() {
    check(
        "federatedSingleFactor voice => M
         federatedSingleFactor hardwareOath => M
         federatedSingleFactor softwareOath => M
         federatedSingleFactor sms => M
         federatedSingleFactor microsoftAuthenticatorPush => M
         federatedSingleFactor x509CertificateSingleFactor =>
         federatedSingleFactor email =>",
    );
}

#[test]
fn a_stronger_built_in_strength_implies_the_weaker_ones() {
    let [multifactor, passwordless, resistant] = Strength::built_in();
    let within = |strong: &Strength, weak: &Strength| {
        strong.combinations.iter().all(|it| weak.combinations.contains(it))
    };
    assert!(within(&resistant, &passwordless) && within(&passwordless, &multifactor));
    assert!(!within(&passwordless, &resistant) && !within(&multifactor, &passwordless));
    assert!(multifactor.is_multifactor() && resistant.is_multifactor());
}

fn custom(combinations: Vec<Combination>) -> Strength {
    Strength { combinations, ..Strength::built_in()[0].clone() }
}

#[test]
fn a_strength_is_multifactor_only_if_every_combination_is() {
    let of = |modes: &[&[Mode]]| custom(modes.iter().map(|it| Combination::of(it)).collect());
    assert!(of(&[&[Mode::Fido2]]).is_multifactor());
    assert!(of(&[&[Mode::Password, Mode::Sms, Mode::Email]]).is_multifactor());
    assert!(!of(&[&[Mode::Password]]).is_multifactor());
    assert!(!of(&[&[Mode::Fido2], &[Mode::Email]]).is_multifactor());
}

#[test]
fn a_strength_lists_the_modes_of_its_combinations() {
    let strength = custom(vec![Combination::of(&[Mode::Password, Mode::Sms])]);
    assert!(strength.lists(Mode::Sms) && strength.lists(Mode::Password));
    assert!(!strength.lists(Mode::Voice));
}

#[test]
fn a_combination_needs_all_of_its_methods_and_a_strength_any_combination() {
    let combinations = [
        Combination::of(&[Mode::Password, Mode::Sms]),
        Combination::of(&[Mode::Email, Mode::Voice]),
    ];
    let met = |names| any_of(&holds(names), &combinations);
    assert!(met("password sms") && met("email voice"));
    assert!(!met("password voice") && !met("password") && !met(""));
    assert!(!any_of(&holds("password"), &[]), "no combination accepts nothing");
}

#[test]
fn a_passkey_rule_accepts_the_models_that_it_lists() {
    let android = Aaguid::AUTHENTICATOR_ANDROID;
    let only = PasskeyRule::Only([android].into());
    assert!(only.accepts(Some(android)));
    assert!(!only.accepts(Some(Aaguid::AUTHENTICATOR_IOS)) && !only.accepts(None));
    assert!(PasskeyRule::Any.accepts(None) && PasskeyRule::Any.accepts(Some(android)));
    let narrowed = Combination { passkeys: only, ..Combination::of(&[Mode::Fido2]) };
    let shown = |model| Holds { model, ..holds("fido2") };
    assert!(any_of(&shown(Some(android)), std::slice::from_ref(&narrowed)));
    assert!(!any_of(&shown(None), &[narrowed]));
}

#[test]
fn certificates_are_asked_for_with_their_rule() {
    let mut narrowed = Combination::of(&[Mode::X509CertificateMultiFactor]);
    assert!(any_of(&holds("x509CertificateMultiFactor"), std::slice::from_ref(&narrowed)));
    narrowed.certificates.issuers.insert("a1b2".to_owned());
    assert!(!any_of(&holds("x509CertificateMultiFactor"), &[narrowed]));
}

#[test]
fn modes_are_read_by_the_name_that_graph_gives_them() {
    for mode in Mode::ALL {
        assert_eq!(Mode::from_name(mode.name()), Some(mode));
        assert_eq!(Mode::from_name(&format!(" {} ", mode.name().to_uppercase())), Some(mode));
        assert!(!mode.text().is_empty());
    }
    assert_eq!(Mode::from_name("carrier pigeon"), None);
}

#[test]
fn what_a_control_accepts_is_known_for_mfa_and_strengths_only() {
    let strengths = Strengths::new(Strength::built_in().into());
    let count = |control| strengths.combinations(&control).map(<[_]>::len);
    assert_eq!(count(Control::Mfa), Some(19));
    assert_eq!(count(Control::Strength(StrengthIndex::at(2))), Some(3));
    assert_eq!(count(Control::Strength(StrengthIndex::at(9))), Some(0));
    assert_eq!(count(Control::CompliantDevice), None);
    assert_eq!(strengths.list().len(), 3);
}
