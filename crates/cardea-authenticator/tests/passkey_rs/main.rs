//! passkey-rs beside Cardea: the same passkeys in two programs, and its types and framing as those of a client.
//!
//! Its client takes no authenticator but its own, so what is shared is the vault: either program makes passkeys in it, and
//! the other signs in with them. A relying party checks every step.

#![expect(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests may fail")]

mod export;
mod framing;
mod party;
mod programs;
mod store;

use cardea_authenticator::Algorithm;
use party::Party;
use programs::{Cardea, PasskeyRs, Program};
use store::Shared;

/// The algorithms that both know.
const SHARED: [Algorithm; 2] = [Algorithm::Es256, Algorithm::EdDsa];

/// Makes a passkey in the first program and signs in with it in all, each time with an input for `prf`.
fn made_in_the_first_and_used_in_all(algorithm: Algorithm, programs: &mut [Box<dyn Program>]) {
    let party = Party::default();
    let stored = party.register(&mut *programs[0], algorithm);
    let mut derived = |input: &[u8]| -> Vec<Vec<u8>> {
        programs.iter_mut().map(|it| party.sign_in(&mut **it, &stored, input)).collect()
    };
    let secrets = derived(b"an input");
    assert_eq!(secrets[0].len(), 32);
    assert_eq!(secrets[0], secrets[1], "both derive the same from an input");
    let others = derived(b"another");
    assert_eq!(others[0], others[1]);
    assert_ne!(others, secrets);
}

#[test]
fn a_passkey_that_passkey_rs_has_made_is_used_by_authenticator() {
    for algorithm in SHARED {
        let folder = tempfile::TempDir::new().unwrap();
        let shared = Shared::in_folder(&folder);
        let programs: &mut [Box<dyn Program>] =
            &mut [Box::new(PasskeyRs::on(&shared)), Box::new(Cardea::on(&shared))];
        made_in_the_first_and_used_in_all(algorithm, programs);
    }
}

#[test]
fn a_passkey_that_authenticator_has_made_is_used_by_passkey_rs() {
    for algorithm in SHARED {
        let folder = tempfile::TempDir::new().unwrap();
        let shared = Shared::in_folder(&folder);
        let programs: &mut [Box<dyn Program>] =
            &mut [Box::new(Cardea::on(&shared)), Box::new(PasskeyRs::on(&shared))];
        made_in_the_first_and_used_in_all(algorithm, programs);
    }
}

#[test]
fn where_the_vault_has_no_passkey_neither_finds_one() {
    let folder = tempfile::TempDir::new().unwrap();
    let shared = Shared::in_folder(&folder);
    let request = Party::default().request(b"an input").0;
    assert_eq!(PasskeyRs::on(&shared).get(&request), Err("CredentialNotFound".to_owned()));
    let refused = Cardea::on(&shared).get(&request).unwrap_err();
    assert!(refused.contains("NoPasskey"), "{refused}");
}
