use super::*;
use crate::export::{self, File};
use crate::trial::{example, fill, import, now, store};

/// What a tenant of this import gives back.
async fn exported(import: &Import) -> Vec<File> {
    let (_folder, store) = store().await;
    fill(&store, import).await;
    export::files(&mut store.read().await.unwrap()).await.unwrap()
}

fn of(files: &[File]) -> Import {
    let exports = files.iter().filter(|file| file.path.rsplit('.').next() == Some("json"));
    let mut again = import(exports.map(|file| (file.path.as_str(), file.text.as_str())));
    let settings = files.iter().find(|file| file.path == "cardea.toml");
    again.settings = settings.map(|file| file.text.clone());
    again
}

#[track_caller]
fn same(left: &[File], right: &[File]) {
    for (left, right) in left.iter().zip(right) {
        assert_eq!(left, right);
    }
    assert_eq!(left.len(), right.len());
}

#[tokio::test]
async fn what_a_tenant_gives_back_makes_the_same_tenant_again() {
    for name in ["demo", "loop"] {
        let files = example(name);
        let first = import(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let once = exported(&first).await;
        let twice = exported(&of(&once)).await;
        assert!(!once.is_empty());
        same(&once, &twice);
    }
}

#[tokio::test]
async fn every_object_of_the_demo_comes_back_with_all_its_fields() {
    let files = example("demo");
    let first = import(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    assert_eq!(first.notes, Vec::<String>::new());
    let back = exported(&first).await;
    let mut there: Vec<serde_json::Value> = back.iter().flat_map(|it| objects(&it.text)).collect();
    for object in files.iter().flat_map(|(_, text)| objects(text)) {
        let at = there.iter().position(|found| found["id"] == object["id"]).unwrap();
        let (mut found, mut object) = (there.swap_remove(at), object);
        let members = |value: &mut serde_json::Value| {
            let members = value.as_object_mut().unwrap().remove("members");
            let members = members.into_iter().flat_map(|it| it.as_array().unwrap().clone());
            let mut ids: Vec<String> = members.map(|it| it["id"].to_string()).collect();
            ids.sort();
            ids
        };
        assert_eq!(members(&mut found), members(&mut object));
        assert_eq!(found, object);
    }
    assert!(there.is_empty(), "{there:?}");
}

fn objects(text: &str) -> Vec<serde_json::Value> {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return Vec::new() };
    match value.get("value") {
        Some(list) => list.as_array().unwrap().clone(),
        None => vec![value],
    }
}

const KIM: &str =
    r#"{"id":"k","userPrincipalName":"kim@contoso.example","displayName":"Kim","x":1}"#;

#[tokio::test]
async fn the_last_of_two_with_the_same_id_counts_and_that_is_said() {
    let again = KIM.replace("Kim", "Kimberly");
    let import = import([("a.json", KIM), ("b.json", &again)]);
    assert_eq!(import.notes, ["user `Kimberly` comes twice; the last one counts"]);
    assert_eq!(import.people().len(), 1);
    assert_eq!(import.people()[0].display_name, "Kimberly");
}

#[tokio::test]
async fn whoever_has_a_name_that_cannot_be_one_is_kept_and_named() {
    let odd = KIM.replace("kim@", "k i m@").replace("\"k\"", "\"o\"");
    let import = import([("a.json", KIM), ("b.json", odd.as_str())]);
    assert_eq!(import.people().len(), 1);
    assert_eq!(import.notes.len(), 1);
    let files = exported(&import).await;
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["user/0001.json", "user/Kim.o.json"]);
    same(&files, &exported(&of(&files)).await);
}

#[tokio::test]
async fn two_whose_names_are_the_same_are_both_kept_and_one_signs_in() {
    let other = KIM.replace("kim@", "KIM@").replace("\"k\"", "\"l\"");
    let import = import([("a.json", KIM), ("b.json", other.as_str())]);
    let (_folder, store) = store().await;
    fill(&store, &import).await;
    let mut reader = store.read().await.unwrap();
    assert_eq!(reader.people("", 10).await.unwrap().len(), 1);
    assert_eq!(reader.objects(USER).await.unwrap().len(), 1);
}

#[tokio::test]
async fn members_are_what_the_export_says_they_are_and_stay_where_it_says_nothing() {
    let group = r##"{"id":"g","displayName":"G","groupTypes":[],"members":[{"id":"k"},
        {"@odata.type":"#microsoft.graph.device","id":"d"}]}"##;
    let (_folder, store) = store().await;
    fill(&store, &import([("a.json", KIM), ("g.json", group)])).await;
    let kinds = async || {
        let members = store.read().await.unwrap().members("g").await.unwrap();
        members.into_iter().map(|it| (it.member, it.kind)).collect::<Vec<_>>()
    };
    let both = [(String::from("d"), MemberKind::Other), (String::from("k"), MemberKind::Person)];
    assert_eq!(kinds().await, both);
    let silent = r#"{"id":"g","displayName":"Other name","groupTypes":[]}"#;
    let silent = import([("g.json", silent)]);
    let mut transaction = store.write().await.unwrap();
    let entry = cardea_store::AuditEntry {
        actor: String::from("test"),
        action: String::from("Import objects"),
        target: String::from("tenant"),
        json: String::from("{}"),
    };
    let audited = transaction.audit(now(), &entry).await.unwrap();
    silent.apply(&mut transaction, &audited).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(kinds().await, both);
}

#[test]
fn what_is_not_understood_is_named_with_its_place() {
    let import = import([("odd.json", r#"[{"colour":"blue"}]"#), ("broken.json", "{")]);
    assert_eq!(import.notes.len(), 2);
    assert!(import.notes[0].starts_with("odd.json:1:"), "{:?}", import.notes);
    assert!(import.is_empty());
}
