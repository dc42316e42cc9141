//! "Maybe …?" for misspelled names.

/// The known name that a word probably stands for: at most a third of its letters differ.
pub(super) fn nearest<'n>(word: &str, known: &[&'n str]) -> Option<&'n str> {
    const LONGEST: usize = 64;
    if word.len() > LONGEST {
        return None;
    }
    let lower = word.to_lowercase();
    known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), *name))
        .min()
        .filter(|(distance, name)| *distance <= (name.len() / 3).min(3))
        .map(|(_, name)| name)
}
