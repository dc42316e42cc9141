use cardea_check::fix::Effort;

use super::*;
use crate::gate;
use crate::idp::Idp;
use crate::trial::{ADDRESS, now, provisions, store};

fn wish() -> Wish<'static> {
    Wish { public_url: ADDRESS, name: "Contoso", domain: "contoso.example", sheet: "data/sheet" }
}

/// Makes the tenant; the sheet.
async fn made(store: &Store, wish: Wish<'_>) -> Result<String, Failure> {
    let mut sheet = String::new();
    let keep = |text: &str| {
        sheet.push_str(text);
        Ok::<(), Failure>(())
    };
    create(store, wish, now(), keep).await?;
    Ok(sheet)
}

#[tokio::test]
async fn a_sheet_that_cannot_be_kept_is_of_no_tenant() {
    let (_folder, store) = store().await;
    let full = |_: &str| Err(Failure::Hashing);
    assert!(matches!(create(&store, wish(), now(), full).await, Err(Failure::Hashing)));
    let mut reader = store.read().await.unwrap();
    assert!(reader.tenant().await.unwrap().is_none());
    assert!(reader.people("", 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_new_tenant_has_administrators_without_methods_and_a_sheet_for_emergencies() {
    let (_folder, store) = store().await;
    let sheet = made(&store, wish()).await.unwrap();
    for upn in ["emergency-1@contoso.example", "emergency-2@contoso.example"] {
        assert!(sheet.contains(upn), "{upn}");
    }
    assert_eq!(sheet.matches("\nPassword  ").count(), 2);
    let idp = Idp::open(store.clone(), provisions(), now()).await.unwrap();
    let snapshot = idp.snapshot().await.unwrap();
    assert!(snapshot.tenant().policies.is_empty());
    let mut reader = store.read().await.unwrap();
    let people = reader.people("", 10).await.unwrap();
    assert_eq!(people.len(), 4);
    for person in people {
        let has = reader.password(&person.id).await.unwrap().is_some();
        assert_eq!(has, person.upn.key().starts_with("emergency-"), "{person:?}");
        assert_eq!(reader.totps(&person.id).await.unwrap().len(), usize::from(has));
    }
}

#[tokio::test]
async fn a_new_tenant_has_administrators_who_can_change_policies_and_a_way_in_for_emergencies() {
    let (_folder, store) = store().await;
    made(&store, wish()).await.unwrap();
    let proof =
        gate::Proof::of(&mut store.read().await.unwrap(), (Effort::NONE, now())).await.unwrap();
    let about = ["last-admin", "powerless-break-glass", "missing-break-glass"];
    let found = proof.report.findings.iter().find(|finding| about.contains(&finding.rule));
    assert!(found.is_none(), "{found:?}");
}

#[tokio::test]
async fn a_second_tenant_cannot_take_the_place_of_the_first() {
    let (_folder, store) = store().await;
    made(&store, wish()).await.unwrap();
    let keep = |_: &str| -> Result<(), Failure> { panic!("there is a tenant already") };
    let again = create(&store, wish(), now(), keep).await;
    assert!(matches!(again, Err(Failure::TenantExists)));
    assert_eq!(store.read().await.unwrap().people("", 10).await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_domain_that_no_name_can_have_is_refused() {
    let (_folder, store) = store().await;
    assert!(made(&store, Wish { domain: "con toso", ..wish() }).await.is_err());
    assert!(store.read().await.unwrap().tenant().await.unwrap().is_none());
}
