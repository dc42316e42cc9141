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

/// Looks at every fourth page, so that the pages are spread over tests that run side by side.
async fn look_at_every_fourth(first: usize) {
    let Some(prepared) = Prepared::find() else { return };
    let pages = pages();
    let place = Place::plain(&pages);
    let browser = Browser::start(Trust::Nobody, Scripts::On).await;
    let mut faults = Vec::new();
    let shown = pages.iter().filter(|(path, _)| !path.starts_with("/assets/"));
    for (path, _) in shown.skip(first).step_by(4) {
        browser.open(&place.at(path)).await.unwrap_or_else(|error| panic!("{path}: {error}"));
        let name = format!("sample{}", path.replace('/', "-"));
        let found = browser.faults(&prepared, &name).await;
        faults.extend(found.into_iter().map(|fault| format!("{path}: {fault}")));
    }
    assert_eq!(faults, [""; 0], "{}", faults.join("\n"));
}

#[tokio::test]
async fn no_first_of_four_pages_has_a_fault_in_any_look() {
    look_at_every_fourth(0).await;
}

#[tokio::test]
async fn no_second_of_four_pages_has_a_fault_in_any_look() {
    look_at_every_fourth(1).await;
}

#[tokio::test]
async fn no_third_of_four_pages_has_a_fault_in_any_look() {
    look_at_every_fourth(2).await;
}

#[tokio::test]
async fn no_fourth_of_four_pages_has_a_fault_in_any_look() {
    look_at_every_fourth(3).await;
}
