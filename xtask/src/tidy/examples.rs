//! Every example tenant has a page and a row in the index.

use std::collections::BTreeSet;

use super::{File, Problem};

const EXAMPLES: &str = "examples/tenants/";

/// Tenants without a page or without a row.
pub(super) fn problems(files: &[File]) -> Vec<Problem> {
    let index = format!("{EXAMPLES}README.md");
    let rows = files.iter().find(|file| file.path == index).map_or("", |file| file.text.as_str());
    let mut problems = Vec::new();
    for tenant in tenants(files) {
        let page = format!("{EXAMPLES}{tenant}/README.md");
        if !files.iter().any(|file| file.path == page) {
            problems.push(Problem::of(&page, "the tenant has no page"));
        }
        if !rows.contains(&format!("[`{tenant}`]({tenant}/)")) {
            problems.push(Problem::of(&index, format!("has no row for `{tenant}`")));
        }
    }
    problems
}

/// The folders of the tenants.
fn tenants(files: &[File]) -> BTreeSet<&str> {
    let inside = files.iter().filter_map(|file| file.path.strip_prefix(EXAMPLES));
    inside.filter_map(|path| Some(path.split_once('/')?.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, shown};
    use super::*;

    #[test]
    fn a_tenant_has_a_page_and_a_row() {
        let index = ("examples/tenants/README.md", "| [`loop`](loop/) |");
        let page = ("examples/tenants/loop/README.md", "");
        assert_eq!(shown(&problems(&files(&[index, page]))), "");
        let other = ("examples/tenants/split/users.json", "");
        assert_eq!(
            shown(&problems(&files(&[index, other]))),
            "examples/tenants/split/README.md: the tenant has no page\n\
             examples/tenants/README.md: has no row for `split`\n"
        );
    }
}
