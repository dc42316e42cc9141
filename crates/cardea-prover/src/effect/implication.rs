//! When satisfying one grant satisfies another.

use cardea_policy::control::{Control, Grant};
use cardea_policy::satisfy::Strengths;
use cardea_policy::strength::{CertificateRule, Combination, Mode, Origin, PasskeyRule, Strength};

/// One thing that a grant demands; a grant demands all of its demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// That nobody gets in.
    Block,
    /// Any one of these controls.
    AnyOf(Vec<Control>),
}

impl Demand {
    /// The demands of a grant; none where it has no controls.
    pub fn all(grant: &Grant) -> Vec<Self> {
        let demand = |any: &[Control]| match any {
            [] => Self::Block,
            any => Self::AnyOf(any.to_vec()),
        };
        grant.choices().map(demand).collect()
    }

    /// Whether whoever satisfies `grant` satisfies the demand. Decided control by control: that
    /// two controls together amount to a third is not seen, so that a "no" may be too careful.
    pub fn is_met_by(&self, grant: &Grant, strengths: &Strengths) -> bool {
        Self::all(grant).iter().any(|given| self.follows_from(given, strengths))
    }

    fn follows_from(&self, given: &Self, strengths: &Strengths) -> bool {
        match (given, self) {
            (Self::Block, _) => true,
            (Self::AnyOf(_), Self::Block) => false,
            (Self::AnyOf(given), Self::AnyOf(wanted)) => given
                .iter()
                .all(|given| wanted.iter().any(|wanted| control_implies(strengths, given, wanted))),
        }
    }
}

/// Whether whoever satisfies `strict` satisfies `weak`.
pub fn implies(strengths: &Strengths, strict: &Grant, weak: &Grant) -> bool {
    Demand::all(weak).iter().all(|demand| demand.is_met_by(strict, strengths))
}

/// Whether whoever satisfies one control satisfies the other. Strengths, and the `mfa` control,
/// compare by the combinations they accept; a strength that the input does not define compares
/// with itself only.
fn control_implies(strengths: &Strengths, strict: &Control, weak: &Control) -> bool {
    if strict == weak {
        return true;
    }
    if is_unknown(strengths, strict) || is_unknown(strengths, weak) {
        return false;
    }
    match (strengths.combinations(strict), strengths.combinations(weak)) {
        (Some(strict), Some(weak)) => {
            strict.iter().all(|shown| weak.iter().any(|accepted| satisfies(shown, accepted)))
        }
        (Some(_) | None, None) | (None, Some(_)) => false,
    }
}

fn is_unknown(strengths: &Strengths, control: &Control) -> bool {
    let Control::Strength(index) = control else { return false };
    let strength: Option<&Strength> = strengths.list().get(index.position());
    strength.is_none_or(|strength| strength.origin == Origin::Unknown)
}

/// Whether showing the methods of one combination shows those of the other.
fn satisfies(shown: &Combination, accepted: &Combination) -> bool {
    let certificate = [Mode::X509CertificateSingleFactor, Mode::X509CertificateMultiFactor];
    accepted.modes.is_subset(&shown.modes)
        && (!accepted.modes.contains(&Mode::Fido2)
            || narrower_keys(&shown.passkeys, &accepted.passkeys))
        && (!certificate.iter().any(|mode| accepted.modes.contains(mode))
            || narrower_certificates(&shown.certificates, &accepted.certificates))
}

fn narrower_keys(shown: &PasskeyRule, accepted: &PasskeyRule) -> bool {
    match (shown, accepted) {
        (_, PasskeyRule::Any) => true,
        (PasskeyRule::Any, PasskeyRule::Only(_)) => false,
        (PasskeyRule::Only(shown), PasskeyRule::Only(accepted)) => shown.is_subset(accepted),
    }
}

fn narrower_certificates(shown: &CertificateRule, accepted: &CertificateRule) -> bool {
    let narrower = |shown: &std::collections::BTreeSet<String>,
                    accepted: &std::collections::BTreeSet<String>| {
        accepted.is_empty() || (!shown.is_empty() && shown.is_subset(accepted))
    };
    narrower(&shown.issuers, &accepted.issuers) && narrower(&shown.policies, &accepted.policies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cardea_policy::control::Operator;
    use cardea_policy::id::Aaguid;
    use cardea_policy::place::StrengthIndex;

    const PHISHING_RESISTANT: usize = 2;
    const KEYS_OF_AUTHENTICATOR: usize = 3;
    const UNDEFINED: usize = 4;

    fn strengths() -> Strengths {
        let models = [Aaguid::AUTHENTICATOR_ANDROID, Aaguid::AUTHENTICATOR_IOS];
        let keys = Combination {
            passkeys: PasskeyRule::Only(models.into()),
            ..Combination::of(&[Mode::Fido2])
        };
        let custom = |id: &str, origin, combinations| Strength {
            id: id.into(),
            name: id.into(),
            origin,
            combinations,
        };
        let mut list = Vec::from(Strength::built_in());
        list.push(custom("keys of Authenticator", Origin::Custom, vec![keys]));
        list.push(custom("undefined", Origin::Unknown, Vec::new()));
        Strengths::new(list)
    }

    fn strength(at: usize) -> Control {
        Control::Strength(StrengthIndex::at(at))
    }

    fn require(operator: Operator, controls: &[Control]) -> Grant {
        Grant::Require { operator, controls: controls.to_vec() }
    }

    fn all(controls: &[Control]) -> Grant {
        require(Operator::And, controls)
    }

    fn any(controls: &[Control]) -> Grant {
        require(Operator::Or, controls)
    }

    #[track_caller]
    fn stricter(strict: &Grant, weak: &Grant) {
        assert!(implies(&strengths(), strict, weak));
        assert!(!implies(&strengths(), weak, strict));
    }

    #[test]
    fn a_block_is_the_strictest_grant() {
        stricter(&Grant::Block, &all(&[Control::Mfa, Control::CompliantDevice]));
    }

    #[test]
    fn all_controls_are_stricter_than_one_and_one_is_stricter_than_any() {
        let both = [Control::Mfa, Control::CompliantDevice];
        stricter(&all(&both), &all(&[Control::Mfa]));
        stricter(&all(&[Control::Mfa]), &any(&both));
        stricter(&all(&both), &any(&both));
    }

    #[test]
    fn strengths_compare_by_what_they_accept() {
        stricter(&all(&[strength(PHISHING_RESISTANT)]), &all(&[Control::Mfa]));
        stricter(&all(&[strength(KEYS_OF_AUTHENTICATOR)]), &all(&[strength(PHISHING_RESISTANT)]));
    }

    #[test]
    fn the_mfa_control_and_the_equal_strength_imply_each_other() {
        let (mfa, strength) = (all(&[Control::Mfa]), all(&[strength(0)]));
        assert!(implies(&strengths(), &mfa, &strength));
        assert!(implies(&strengths(), &strength, &mfa));
    }

    #[test]
    fn nothing_is_known_of_an_undefined_strength() {
        let undefined = all(&[strength(UNDEFINED)]);
        assert!(implies(&strengths(), &undefined, &undefined));
        assert!(!implies(&strengths(), &undefined, &all(&[Control::Mfa])));
        assert!(!implies(&strengths(), &all(&[strength(PHISHING_RESISTANT)]), &undefined));
    }

    #[test]
    fn certificates_of_one_issuer_are_stricter_than_any_certificate() {
        let issuer = CertificateRule { issuers: ["ca".into()].into(), policies: [].into() };
        let any = CertificateRule::default();
        assert!(narrower_certificates(&issuer, &any));
        assert!(!narrower_certificates(&any, &issuer));
    }
}
