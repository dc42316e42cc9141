//! Where `cardea.toml` is.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::files::is_stdin;
use crate::input::shown;

/// What settings are called.
pub(crate) const NAME: &str = "cardea.toml";

/// The settings for these paths: the nearest `cardea.toml` in each folder or above it.
///
/// # Errors
/// Two paths lead to different settings.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Option<PathBuf>> {
    let mut found: Vec<PathBuf> = Vec::new();
    for settings in paths.iter().filter_map(|path| nearest(path)) {
        let same = |other: &PathBuf| settings.canonicalize().ok() == other.canonicalize().ok();
        if !found.iter().any(same) {
            found.push(settings);
        }
    }
    if let [first, second, ..] = found.as_slice() {
        bail!(
            "the paths have different settings: `{}` and `{}`\n\
             help: say which with --config FILE",
            shown(first),
            shown(second)
        );
    }
    Ok(found.pop())
}

/// The nearest settings at or above a path; standard input belongs to the current folder.
fn nearest(path: &Path) -> Option<PathBuf> {
    let start = if is_stdin(path) { Path::new(".") } else { path };
    // As it was typed first, so that it is shown like that; then upwards from the real place.
    let typed = if start.is_dir() { start } else { start.parent()? };
    let beside = if typed == Path::new(".") { PathBuf::from(NAME) } else { typed.join(NAME) };
    if beside.is_file() {
        return Some(beside);
    }
    let place = start.canonicalize().ok()?;
    place.ancestors().map(|folder| folder.join(NAME)).find(|settings| settings.is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_nearest_settings_count_and_two_of_them_are_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("a/b")).unwrap();
        fs::create_dir_all(at("c")).unwrap();
        fs::write(at(NAME), "").unwrap();
        fs::write(at("c/cardea.toml"), "").unwrap();
        fs::write(at("a/b/x.json"), "{}").unwrap();
        let found = |names: &[&str]| find(&names.iter().map(|name| at(name)).collect::<Vec<_>>());
        let top = at(NAME).canonicalize().unwrap();
        assert_eq!(found(&["a/b/x.json", "a"]).unwrap(), Some(top));
        assert_eq!(found(&["c"]).unwrap(), Some(at("c/cardea.toml")));
        assert!(found(&["a", "c"]).unwrap_err().to_string().contains("--config"));
    }
}
