//! See [`cardea_fuzz::scim_filter`].
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cardea_fuzz::scim_filter(bytes));

#[cfg(not(fuzzing))]
fn main() {
    cardea_fuzz::replay(cardea_fuzz::scim_filter);
}
