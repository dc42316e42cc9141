//! Every page that people see, in every look.

use cardea_web::assets;
use cardea_web::pages::samples::{self, Filling};

use crate::browser::{Browser, Scripts, Trust};
use crate::place::Place;
use crate::prepared::Prepared;

/// The samples and what they load, by their paths, for as long as the test lasts.
fn pages() -> Vec<(&'static str, &'static str)> {
    let kept = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let samples = samples::all(Filling::Plain).unwrap().into_iter();
    let mut pages: Vec<_> =
        samples.map(|it| (kept(format!("/{}", it.name)), kept(it.html.text))).collect();
    // The page that hands an answer on would be gone at once.
    let assets = assets::ALL.iter().filter(|it| it.name != assets::FORM_POST.name);
    pages.extend(assets.map(|it| (kept(it.path()), std::str::from_utf8(it.bytes).unwrap())));
    pages
}

#[tokio::test]
async fn no_page_has_a_fault_in_any_look() {
    let Some(prepared) = Prepared::find() else { return };
    let pages = pages();
    let place = Place::plain(&pages);
    let browser = Browser::start(Trust::Nobody, Scripts::On).await;
    let mut faults = Vec::new();
    let shown = pages.iter().filter(|(path, _)| !path.starts_with("/assets/"));
    for (path, _) in shown {
        browser.open(&place.at(path)).await.unwrap_or_else(|error| panic!("{path}: {error}"));
        let name = format!("sample{}", path.replace('/', "-"));
        let found = browser.faults(&prepared, &name).await;
        faults.extend(found.into_iter().map(|fault| format!("{path}: {fault}")));
    }
    assert_eq!(faults, [""; 0], "{}", faults.join("\n"));
}
