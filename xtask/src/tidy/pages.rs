//! Every rule of `cardea check` is a file and has a page of the same name.

use std::collections::BTreeSet;

use super::{File, Problem};

const RULES: &str = "crates/cardea-check/src/rules/";
const PAGES: &str = "crates/cardea-check/rules/";

/// Files beside the rules that hold what several of them share.
const SHARED: [&str; 4] = ["escape", "outside", "people", "stuck"];

/// Rules without a page and pages without a rule.
pub(super) fn problems(files: &[File]) -> Vec<Problem> {
    let rules: BTreeSet<String> =
        stems(files, RULES, ".rs").map(|stem| stem.replace('_', "-")).collect();
    let rules: BTreeSet<String> =
        rules.into_iter().filter(|it| !SHARED.contains(&it.as_str())).collect();
    let pages: BTreeSet<String> = stems(files, PAGES, ".md").map(str::to_owned).collect();
    if rules.is_empty() {
        return Vec::new();
    }
    let bare = rules
        .difference(&pages)
        .map(|it| Problem::of(&format!("{PAGES}{it}.md"), "the rule has no page"));
    let idle = pages
        .difference(&rules)
        .map(|it| Problem::of(&format!("{PAGES}{it}.md"), "the page has no rule"));
    bare.chain(idle).collect()
}

/// The names of the files directly in a folder, without their ending.
fn stems<'a>(files: &'a [File], folder: &'a str, ending: &'a str) -> impl Iterator<Item = &'a str> {
    files
        .iter()
        .filter_map(move |file| file.path.strip_prefix(folder)?.strip_suffix(ending))
        .filter(|stem| !stem.contains('/') && *stem != "README")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, shown};
    use super::*;

    #[test]
    fn a_rule_and_its_page_belong_together() {
        let rule = ("crates/cardea-check/src/rules/dead_pass.rs", "");
        let page = ("crates/cardea-check/rules/dead-pass.md", "");
        let other = ("crates/cardea-check/rules/wide-pass.md", "");
        assert_eq!(shown(&problems(&files(&[rule, page]))), "");
        assert_eq!(
            shown(&problems(&files(&[rule, other]))),
            "crates/cardea-check/rules/dead-pass.md: the rule has no page\n\
             crates/cardea-check/rules/wide-pass.md: the page has no rule\n"
        );
    }
}
