//! See [`cardea_fuzz::roster`].
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cardea_fuzz::roster(bytes));

#[cfg(not(fuzzing))]
fn main() {
    cardea_fuzz::replay(cardea_fuzz::roster);
}
