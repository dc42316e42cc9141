//! Names, places and encodings of new files.

use crate::source::{Encoding, Sources};

/// The folder of a path with its slash; empty for a path without one.
fn folder(path: &str) -> &str {
    path.rfind('/').and_then(|slash| path.get(..=slash)).unwrap_or_default()
}

/// A path beside another one, named after it with a word behind, and taken by no other file.
pub(super) fn beside(path: &str, word: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let (stem, extension) = parts(path);
    free(path, &format!("{stem}{}{word}", separator(stem)), extension, is_taken)
}

/// A path beside another one, named in the same manner, and taken by no other file.
pub(super) fn called(path: &str, name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let (stem, extension) = parts(path);
    let separator = separator(stem);
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_lower = !stem.chars().any(char::is_uppercase);
    let words: Vec<String> =
        words.map(|word| if is_lower { word.to_lowercase() } else { word.to_owned() }).collect();
    let between = if separator == " - " { " " } else { separator };
    free(path, &words.join(between), extension, is_taken)
}

/// The name of a file, and its extension.
fn parts(path: &str) -> (&str, &str) {
    let file = path.get(folder(path).len()..).unwrap_or_default();
    match file.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => (file, "json"),
    }
}

/// What stands between the words of a name.
fn separator(stem: &str) -> &'static str {
    if stem.contains(" - ") {
        " - "
    } else if stem.contains(' ') {
        " "
    } else if stem.contains('_') && !stem.contains('-') {
        "_"
    } else {
        "-"
    }
}

fn free(path: &str, stem: &str, extension: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let folder = folder(path);
    let separator = separator(stem);
    let named = |number: usize| match number {
        1 => format!("{folder}{stem}.{extension}"),
        _ => format!("{folder}{stem}{separator}{number}.{extension}"),
    };
    let mut number = 1;
    while is_taken(&named(number)) {
        number += 1;
    }
    named(number)
}

impl Sources {
    /// The encoding in which a file of this path is written: its own, or for a new file the one
    /// that most files of its folder have, or else most of all.
    pub fn encoding_of(&self, path: &str) -> Encoding {
        if let Some(file) = self.files().iter().find(|file| file.path == path) {
            return file.encoding;
        }
        let neighbours = self.files().iter().filter(|file| folder(&file.path) == folder(path));
        let most = most_frequent(neighbours.map(|file| file.encoding));
        most.or_else(|| most_frequent(self.files().iter().map(|file| file.encoding)))
            .unwrap_or_default()
    }
}

fn most_frequent(encodings: impl Iterator<Item = Encoding>) -> Option<Encoding> {
    let mut counts: Vec<(Encoding, usize)> = Vec::new();
    for encoding in encodings.filter(|encoding| *encoding != Encoding::Undecodable) {
        match counts.iter_mut().find(|(known, _)| *known == encoding) {
            Some((_, count)) => *count += 1,
            None => counts.push((encoding, 1)),
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(encoding, _)| encoding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    #[test]
    fn a_new_file_is_named_in_the_manner_of_its_neighbour() {
        let free = |path: &str, word| beside(path, word, |_| false);
        assert_eq!(free("p/CA010-passkey.json", "phones"), "p/CA010-passkey-phones.json");
        assert_eq!(free("CA010 - All.json", "phones"), "CA010 - All - phones.json");
        assert_eq!(free("a.b/x y", "phones"), "a.b/x y phones.json");
        assert_eq!(free("004_.json", "phones"), "004__phones.json");
        let taken = beside("a.json", "phones", |path| path == "a-phones.json");
        assert_eq!(taken, "a-phones-2.json");
    }

    #[test]
    fn a_new_file_is_called_what_it_is_in_the_manner_of_its_neighbour() {
        let free = |path: &str| called(path, "MFA (no pass), v2", |_| false);
        assert_eq!(free("s/passkey-only.json"), "s/mfa-no-pass-v2.json");
        assert_eq!(free("s/Passkey_only.json"), "s/MFA_no_pass_v2.json");
        assert_eq!(free("s/S1 - Passkey.json"), "s/MFA no pass v2.json");
    }

    #[test]
    fn a_new_file_has_the_encoding_of_its_folder() {
        let mut sources = Sources::default();
        for (path, encoding) in [
            ("a/1.json", Encoding::Utf8),
            ("b/1.json", Encoding::Utf16Le),
            ("b/2.json", Encoding::Utf16Le),
            ("b/3.json", Encoding::Utf8Bom),
        ] {
            sources.add(SourceFile { path: path.to_owned(), text: String::new(), encoding });
        }
        assert_eq!(sources.encoding_of("b/3.json"), Encoding::Utf8Bom);
        assert_eq!(sources.encoding_of("b/new.json"), Encoding::Utf16Le);
        assert_eq!(sources.encoding_of("a/new.json"), Encoding::Utf8);
        assert_eq!(sources.encoding_of("c/new.json"), Encoding::Utf16Le);
        assert_eq!(Sources::default().encoding_of("x"), Encoding::Utf8);
    }
}
