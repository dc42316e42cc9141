use cardea_store::{
    Account, MemberKind, Membership, Object, Persistence, Person, PersonKind, SecretHash, Session,
    SignIn, SignInFilter, StoredPerson, Tenant, Transaction, Upn,
};

use crate::both::{Fixture, at, audited};

pub(crate) fn person(id: &str, upn: &str) -> Person {
    Person {
        id: id.to_owned(),
        upn: Upn::parse(upn).unwrap(),
        display_name: format!("{id} of the tests"),
        account: Account::Enabled,
        kind: PersonKind::Member,
        json: "{\"unknown\":1}".to_owned(),
        changed: at(0),
        sessions_valid_from: None,
    }
}

/// Keeps people with these ids.
pub(crate) async fn put_people(transaction: &mut Transaction, ids: &[&str]) {
    let audited = audited(transaction).await;
    for id in ids {
        let person = person(id, &format!("{id}@example.com"));
        assert_eq!(transaction.put_person(&audited, &person).await.unwrap(), StoredPerson::Stored);
    }
}

fn object(kind: &str, id: &str, position: i64) -> Object {
    Object {
        kind: kind.to_owned(),
        id: id.to_owned(),
        name: format!("{kind} {id}"),
        position,
        json: format!("{{ \"id\" : \"{id}\", \"verbatim\":  1.0 }}"),
        changed: at(1),
    }
}

pub(crate) async fn tenant_objects_and_memberships_come_back_as_they_were(fixture: &Fixture) {
    let store = fixture.open().await;
    let text = |text: &str| text.to_owned();
    let tenant = Tenant {
        id: text("t"),
        display_name: text("Tenant «Ünïcode»"),
        default_domain: text("example.com"),
        help_desk: text("call 42"),
        public_url: text("https://login.example.com"),
        settings: text("{}"),
    };
    let policies =
        [object("conditionalAccessPolicy", "b", 1), object("conditionalAccessPolicy", "a", 2)];
    let group = object("group", "a", 0);
    let mut transaction = store.write().await.unwrap();
    let audited = audited(&mut transaction).await;
    transaction.put_tenant(&audited, &tenant).await.unwrap();
    for object in policies.iter().chain([&group]) {
        transaction.put_object(&audited, object).await.unwrap();
    }
    let members = [(text("g2"), MemberKind::Group), (text("p1"), MemberKind::Person)];
    transaction.set_members(&audited, "g1", &members).await.unwrap();
    transaction.set_members(&audited, "g1", &members).await.unwrap();
    transaction.commit().await.unwrap();

    let mut snapshot = fixture.open().await.read().await.unwrap();
    assert_eq!(snapshot.tenant().await.unwrap(), Some(tenant));
    assert_eq!(snapshot.objects("conditionalAccessPolicy").await.unwrap(), policies);
    assert_eq!(snapshot.all_objects().await.unwrap().len(), 3);
    assert_eq!(snapshot.object("group", "a").await.unwrap(), Some(group));
    assert_eq!(snapshot.object("group", "b").await.unwrap(), None);
    let in_g1 = snapshot.members("g1").await.unwrap();
    assert_eq!(in_g1, snapshot.memberships().await.unwrap());
    let kinds: Vec<_> = in_g1.iter().map(|member| (member.member.as_str(), member.kind)).collect();
    assert_eq!(kinds, [("g2", MemberKind::Group), ("p1", MemberKind::Person)]);
    assert_eq!(snapshot.groups_of("p1").await.unwrap().len(), 1);
}

pub(crate) async fn a_name_is_one_persons_in_every_spelling(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    let audited = audited(&mut transaction).await;
    let mut put = async |id: &str, upn: &str| {
        transaction.put_person(&audited, &person(id, upn)).await.unwrap()
    };
    assert_eq!(put("1", "Ada.Lovelace@Example.com").await, StoredPerson::Stored);
    assert_eq!(put("2", "ada.lovelace@example.com").await, StoredPerson::NameTaken);
    assert_eq!(put("2", "\u{FF21}da.Lovelace@example.com").await, StoredPerson::NameTaken);
    assert_eq!(put("2", "grace@example.com").await, StoredPerson::Stored);
    assert_eq!(put("2", "ADA.lovelace@example.com").await, StoredPerson::NameTaken);
    assert_eq!(put("2", "grace.hopper@example.com").await, StoredPerson::Stored);
    assert_eq!(put("1", "ADA.lovelace@example.com").await, StoredPerson::Stored);
    transaction.commit().await.unwrap();

    let mut snapshot = store.read().await.unwrap();
    let typed = Upn::parse(" aDA.Lovelace@EXAMPLE.com ").unwrap();
    let found = snapshot.person_by_upn(&typed).await.unwrap().unwrap();
    assert_eq!((found.id.as_str(), found.upn.as_str()), ("1", "ADA.lovelace@example.com"));
    let ids: Vec<_> = snapshot.people("1", 10).await.unwrap().into_iter().map(|it| it.id).collect();
    assert_eq!(ids, ["2"]);
}

pub(crate) async fn changes_of_the_directory_raise_the_revision(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut last = store.read().await.unwrap().revision().await.unwrap();
    let mut transaction = store.write().await.unwrap();
    put_people(&mut transaction, &["1"]).await;
    transaction.commit().await.unwrap();
    let mut raised = async |what: &str| {
        let now = store.read().await.unwrap().revision().await.unwrap();
        assert!(now > last, "{what}");
        last = now;
    };
    raised("a person").await;
    let mut transaction = store.write().await.unwrap();
    let record = audited(&mut transaction).await;
    transaction.put_object(&record, &object("group", "g", 0)).await.unwrap();
    transaction.commit().await.unwrap();
    raised("an object").await;
    let mut transaction = store.write().await.unwrap();
    let record = audited(&mut transaction).await;
    let membership =
        Membership { group: "g".to_owned(), member: "1".to_owned(), kind: MemberKind::Person };
    transaction.add_member(&record, &membership).await.unwrap();
    transaction.commit().await.unwrap();
    raised("a membership").await;
    let before = store.read().await.unwrap().revision().await.unwrap();
    let mut transaction = store.write().await.unwrap();
    audited(&mut transaction).await;
    transaction.commit().await.unwrap();
    assert_eq!(
        store.read().await.unwrap().revision().await.unwrap(),
        before,
        "a record alone does not"
    );
}

pub(crate) async fn a_person_goes_with_all_that_is_theirs(fixture: &Fixture) {
    let store = fixture.open().await;
    let session = Session {
        hash: SecretHash::of(b"session"),
        person: "1".to_owned(),
        created: at(0),
        last_seen: at(0),
        ends: at(100),
        persistence: Persistence::Browser,
        state: "{}".to_owned(),
    };
    let mut transaction = store.write().await.unwrap();
    put_people(&mut transaction, &["1", "2"]).await;
    transaction.create_session(&session).await.unwrap();
    let audited = audited(&mut transaction).await;
    transaction.set_members(&audited, "g", &[("1".to_owned(), MemberKind::Person)]).await.unwrap();
    transaction.delete_person(&audited, "1").await.unwrap();
    transaction.commit().await.unwrap();
    let mut snapshot = store.read().await.unwrap();
    assert!(snapshot.person("1").await.unwrap().is_none());
    assert!(snapshot.person("2").await.unwrap().is_some());
    assert!(snapshot.session(&session.hash, at(1)).await.unwrap().is_none());
    assert!(snapshot.memberships().await.unwrap().is_empty());
}

pub(crate) async fn a_transaction_that_is_dropped_changes_nothing(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut kept = store.write().await.unwrap();
    put_people(&mut kept, &["1"]).await;
    kept.commit().await.unwrap();
    let mut dropped = store.write().await.unwrap();
    put_people(&mut dropped, &["2"]).await;
    assert!(dropped.person("2").await.unwrap().is_some(), "it sees itself");
    drop(dropped);
    let mut next = store.write().await.unwrap();
    put_people(&mut next, &["3"]).await;
    next.commit().await.unwrap();
    let people = store.read().await.unwrap().people("", 10).await.unwrap();
    let ids: Vec<_> = people.into_iter().map(|person| person.id).collect();
    assert_eq!(ids, ["1", "3"]);
}

pub(crate) async fn a_snapshot_is_of_one_moment(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut before = store.read().await.unwrap();
    assert!(before.person("1").await.unwrap().is_none());
    let mut transaction = store.write().await.unwrap();
    put_people(&mut transaction, &["1"]).await;
    transaction.commit().await.unwrap();
    assert!(before.person("1").await.unwrap().is_none(), "the old one stays as it was");
    assert!(store.read().await.unwrap().person("1").await.unwrap().is_some(), "a new one sees it");
}

pub(crate) async fn sign_ins_are_found_by_what_they_are_about(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    for (id, person, app, correlation) in [
        ("1", Some("ada"), Some("mail"), "x"),
        ("2", None, Some("mail"), "x"),
        ("3", Some("ada"), None, "y"),
    ] {
        let sign_in = SignIn {
            id: id.to_owned(),
            created: at(0),
            correlation: correlation.to_owned(),
            person: person.map(ToOwned::to_owned),
            app: app.map(ToOwned::to_owned),
            json: "{}".to_owned(),
        };
        transaction.add_sign_in(&sign_in).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let mut snapshot = store.read().await.unwrap();
    let mut found = async |filter: SignInFilter| -> String {
        let records = snapshot.sign_ins(&filter, 10).await.unwrap();
        records.into_iter().map(|record| record.id).collect()
    };
    let text = |text: &str| Some(text.to_owned());
    let all = SignInFilter::default;
    assert_eq!(found(all()).await, "321");
    assert_eq!(found(SignInFilter { person: text("ada"), ..all() }).await, "31");
    assert_eq!(found(SignInFilter { app: text("mail"), person: text("ada"), ..all() }).await, "1");
    assert_eq!(found(SignInFilter { correlation: text("x"), ..all() }).await, "21");
    assert_eq!(found(SignInFilter { before: Some((at(0), "3".to_owned())), ..all() }).await, "21");
    assert_eq!(found(SignInFilter { from: Some(at(1)), ..all() }).await, "");
    assert_eq!(snapshot.sign_in("2").await.unwrap().unwrap().correlation, "x");
}

pub(crate) async fn people_are_listed_and_found_by_what_they_are_called(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    let audited = audited(&mut transaction).await;
    let named = [
        ("1", "zoe@example.com", "Zoe Ärmel"),
        ("2", "adam@example.com", "bo ODD_NAME"),
        ("3", "odd@example.com", "Adam Berg"),
        ("4", "x@example.com", "100% Bo"),
    ];
    for (id, upn, name) in named {
        let person = Person { display_name: name.to_owned(), ..person(id, upn) };
        transaction.put_person(&audited, &person).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let mut reader = store.read().await.unwrap();
    let mut ids = async |words: &str, page| {
        let found = reader.people_by_name(words, page).await.unwrap();
        let all = reader.people_by_name(words, (0, 100)).await.unwrap().len();
        let count = reader.count_people(words).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), all, "{words}");
        found.into_iter().map(|it| it.id).collect::<Vec<_>>().concat()
    };
    assert_eq!(ids("", (0, 100)).await, "4321", "capital letters make no difference");
    assert_eq!(ids("", (1, 2)).await, "32");
    assert_eq!(ids("ä", (0, 100)).await, "1");
    assert_eq!(ids(" BO ", (0, 100)).await, "42", "anywhere in a name");
    assert_eq!(ids("odd", (0, 100)).await, "32", "at the beginning of a name to sign in with");
    assert_eq!(ids("dd@", (0, 100)).await, "");
    assert_eq!(ids("odd_n", (0, 100)).await, "2", "signs of a pattern stand for themselves");
    assert_eq!(ids("0%", (0, 100)).await, "4");
    assert_eq!(ids("\\", (0, 100)).await, "");
    let mut transaction = store.write().await.unwrap();
    let audited = crate::both::audited(&mut transaction).await;
    let renamed = Person { display_name: "Zed".to_owned(), ..person("3", "odd@example.com") };
    transaction.put_person(&audited, &renamed).await.unwrap();
    transaction.commit().await.unwrap();
    let first = store.read().await.unwrap().people_by_name("zed", (0, 1)).await.unwrap();
    assert_eq!(first[0].id, "3", "a new name is found at once");
}
