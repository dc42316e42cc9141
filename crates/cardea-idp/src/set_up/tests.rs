use super::*;
use crate::first_run::{self, Wish};
use crate::trial::{ADDRESS, now, provisions, store};

async fn new_tenant() -> (tempfile::TempDir, Idp) {
    let (folder, store) = store().await;
    let wish =
        Wish { public_url: ADDRESS, name: "Contoso", domain: "contoso.example", sheet: "sheet" };
    first_run::create(&store, wish, now(), |_| Ok::<(), Failure>(())).await.unwrap();
    (folder, Idp::open(store, provisions(), now()).await.unwrap())
}

#[tokio::test]
async fn a_link_opens_once_and_for_fifteen_minutes() {
    let (_folder, idp) = new_tenant().await;
    let link = link(idp.store(), now()).await.unwrap().unwrap();
    assert!(idp.open_set_up("another", now()).await.unwrap().is_none());
    assert!(idp.open_set_up(link.code.expose(), link.ends).await.unwrap().is_none());
    let last = link.ends - SignedDuration::from_secs(1);
    let handle = idp.open_set_up(link.code.expose(), last).await.unwrap().unwrap();
    assert!(idp.open_set_up(link.code.expose(), last).await.unwrap().is_none());
    let set_up = idp.set_up(&handle, last).await.unwrap().unwrap();
    assert_eq!((set_up.made, set_up.left), (0, 2));
    assert_eq!(set_up.next.unwrap().upn, "admin-1@contoso.example");
    assert_eq!(set_up.sheet.as_deref(), Some("sheet"));
}

#[tokio::test]
async fn nobody_has_a_set_up_who_has_not_opened_the_link() {
    let (_folder, idp) = new_tenant().await;
    let nobody = Secret::presented("nobody");
    assert!(idp.set_up(&nobody, now()).await.unwrap().is_none());
    let link = link(idp.store(), now()).await.unwrap().unwrap();
    let handle = idp.open_set_up(link.code.expose(), now()).await.unwrap().unwrap();
    let later = now() + LIFETIME;
    assert!(idp.set_up(&handle, later).await.unwrap().is_none());
}

#[tokio::test]
async fn an_answer_to_no_question_makes_no_passkey() {
    let (_folder, idp) = new_tenant().await;
    let link = link(idp.store(), now()).await.unwrap().unwrap();
    let handle = idp.open_set_up(link.code.expose(), now()).await.unwrap().unwrap();
    let set_up = idp.set_up(&handle, now()).await.unwrap().unwrap();
    assert!(idp.ask_set_up_passkey(&set_up, now()).await.unwrap().is_some());
    let made = idp.make_set_up_passkey(&set_up, "{}", now()).await.unwrap();
    assert!(matches!(made, Registered::Refused(_)));
    assert_eq!(idp.set_up(&handle, now()).await.unwrap().unwrap().left, 2);
}
