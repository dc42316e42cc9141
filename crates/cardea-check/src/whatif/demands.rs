//! What policies demand, in words.

use cardea_policy::control::{Control, Grant, Operator};
use cardea_policy::strength::Strength;

/// What a grant demands; its strengths are found in this list.
pub fn words(grant: &Grant, strengths: &[Strength]) -> String {
    match grant {
        Grant::Block => "block".to_owned(),
        Grant::Require { operator, controls } => {
            let words: Vec<&str> = controls.iter().map(|it| control(it, strengths)).collect();
            words.join(match operator {
                Operator::And => " and ",
                Operator::Or => " or ",
            })
        }
    }
}

/// What a control is called: strengths by their own name.
fn control<'s>(control: &Control, strengths: &'s [Strength]) -> &'s str {
    match control {
        Control::Strength(at) => {
            let strength = strengths.get(at.position());
            strength.map_or(control.text(), |strength| strength.name.as_str())
        }
        Control::Mfa
        | Control::CompliantDevice
        | Control::DomainJoinedDevice
        | Control::ApprovedApplication
        | Control::CompliantApplication
        | Control::PasswordChange
        | Control::RiskRemediation
        | Control::Terms(_)
        | Control::Custom(_) => control.text(),
    }
}
