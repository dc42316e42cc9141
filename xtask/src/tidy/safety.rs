//! No package here has unsafe code: each forbids it by itself or by the lints of the workspace.

use super::{File, Problem};

/// Manifests of packages that leave unsafe code to the taste of the author.
pub(super) fn problems(files: &[File]) -> Vec<Problem> {
    let manifests = files.iter().filter(|it| it.path.rsplit('/').next() == Some("Cargo.toml"));
    let packages = manifests.filter(|it| it.text.lines().any(|line| line == "[package]"));
    let loose = packages.filter(|it| !forbids(&it.text));
    loose.map(|it| Problem::of(&it.path, "does not forbid `unsafe_code`")).collect()
}

fn forbids(manifest: &str) -> bool {
    let mut section = "";
    manifest.lines().any(|line| {
        if line.starts_with('[') {
            section = line;
        }
        matches!(
            (section, line),
            ("[lints]", "workspace = true") | ("[lints.rust]", "unsafe_code = \"forbid\"")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, shown};
    use super::*;

    #[test]
    fn a_package_forbids_unsafe_code() {
        let files = files(&[
            ("Cargo.toml", "[workspace]\n"),
            ("a/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n"),
            ("b/Cargo.toml", "[package]\n[lints.rust]\nunsafe_code = \"forbid\"\n"),
            ("c/Cargo.toml", "[package]\n[dependencies]\nworkspace = true\n"),
        ]);
        let text = "c/Cargo.toml: does not forbid `unsafe_code`\n";
        assert_eq!(shown(&problems(&files)), text);
    }
}
