use cardea_store::{
    Change, Claim, Decided, Decision, Interaction, Issued, KeyState, NewDeviceCode, OneTime,
    OneTimeKind, Persistence, Poll, Put, RefreshToken, Replaced, Rotation, SecretHash, Session,
    SessionStanding, SigningKey, Store, Taken, TokenStanding, Transaction,
};
use zeroize::Zeroizing;

use crate::both::{Fixture, at, audited};
use crate::directory::put_people;

pub(crate) fn hash(text: &str) -> SecretHash {
    SecretHash::of(text.as_bytes())
}

pub(crate) fn code(text: &str) -> OneTime {
    OneTime {
        kind: OneTimeKind::AuthorizationCode,
        hash: hash(text),
        payload: format!("payload of {text}"),
        ends: at(60),
    }
}

pub(crate) fn token(text: &str, session: Option<&str>) -> RefreshToken {
    RefreshToken {
        hash: hash(text),
        family: "family".to_owned(),
        client: "client".to_owned(),
        person: "1".to_owned(),
        session: session.map(hash),
        payload: "{}".to_owned(),
        issued: at(0),
        ends: at(1000),
    }
}

/// Keeps a token that there is nothing to say against.
pub(crate) async fn issue(transaction: &mut Transaction, token: &RefreshToken) {
    assert_eq!(transaction.issue_refresh_token(token, at(0)).await.unwrap(), Issued::Kept);
}

pub(crate) fn session(text: &str) -> Session {
    Session {
        hash: hash(text),
        person: "1".to_owned(),
        created: at(0),
        last_seen: at(0),
        ends: at(1000),
        persistence: Persistence::Persistent,
        state: "{}".to_owned(),
    }
}

async fn with_person(fixture: &Fixture) -> Store {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    put_people(&mut transaction, &["1"]).await;
    transaction.commit().await.unwrap();
    store
}

pub(crate) async fn a_one_time_value_is_taken_once(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    assert_eq!(transaction.put_one_time(&code("a")).await.unwrap(), Put::Stored);
    assert_eq!(transaction.put_one_time(&code("a")).await.unwrap(), Put::Exists);
    assert_eq!(transaction.put_one_time(&code("b")).await.unwrap(), Put::Stored);
    let mut take = async |kind, text: &str, seconds| {
        transaction.take_one_time(kind, &hash(text), at(seconds)).await.unwrap()
    };
    let kind = OneTimeKind::AuthorizationCode;
    assert_eq!(take(OneTimeKind::Challenge, "a", 1).await, Taken::Unknown, "another kind");
    assert_eq!(take(kind, "a", 59).await, Taken::Now("payload of a".to_owned()));
    assert_eq!(take(kind, "a", 59).await, Taken::Before("payload of a".to_owned()));
    assert_eq!(
        take(kind, "a", 99).await,
        Taken::Before("payload of a".to_owned()),
        "also when it is over"
    );
    assert_eq!(take(kind, "b", 60).await, Taken::Expired);
    assert_eq!(take(kind, "c", 1).await, Taken::Unknown);
}

pub(crate) async fn a_refresh_token_used_twice_voids_its_family(fixture: &Fixture) {
    let store = with_person(fixture).await;
    let mut transaction = store.write().await.unwrap();
    issue(&mut transaction, &token("1", None)).await;
    let other = RefreshToken { family: "other".to_owned(), ..token("o", None) };
    issue(&mut transaction, &other).await;
    let mut rotate = async |old: &str, new: &str, seconds| {
        transaction.rotate_refresh_token(&hash(old), &token(new, None), at(seconds)).await.unwrap()
    };
    assert_eq!(rotate("1", "2", 1).await, Rotation::Rotated(token("1", None)));
    assert_eq!(rotate("2", "3", 2).await, Rotation::Rotated(token("2", None)));
    assert_eq!(rotate("1", "x", 3).await, Rotation::Reused(token("1", None)));
    assert_eq!(rotate("3", "y", 4).await, Rotation::Revoked, "the living one of the family");
    assert_eq!(rotate("?", "y", 4).await, Rotation::Unknown);
    assert_eq!(rotate("o", "p", 1000).await, Rotation::Expired);
    assert_eq!(rotate("o", "p", 999).await, Rotation::Rotated(other), "another family lives on");
    let unknown = transaction.refresh_token(&hash("x"), at(4)).await.unwrap();
    assert_eq!(unknown, None, "no successor is kept of a refusal");
}

pub(crate) async fn signing_out_everywhere_voids_sessions_and_tokens(fixture: &Fixture) {
    let store = with_person(fixture).await;
    let mut transaction = store.write().await.unwrap();
    transaction.create_session(&session("a")).await.unwrap();
    transaction.create_session(&session("b")).await.unwrap();
    issue(&mut transaction, &token("t", Some("a"))).await;
    issue(&mut transaction, &token("u", None)).await;

    transaction.revoke_session(&hash("a"), at(5)).await.unwrap();
    let standing =
        transaction.session(&hash("a"), at(6)).await.unwrap().map(|(_, standing)| standing);
    assert_eq!(standing, Some(SessionStanding::Revoked));
    let token_standing = transaction.refresh_token(&hash("t"), at(6)).await.unwrap().map(|it| it.1);
    assert_eq!(token_standing, Some(TokenStanding::Revoked));
    assert_eq!(transaction.sessions_of("1", at(6)).await.unwrap(), [session("b")]);
    let ended =
        transaction.session(&hash("b"), at(1000)).await.unwrap().map(|(_, standing)| standing);
    assert_eq!(ended, Some(SessionStanding::Ended));

    let audited = audited(&mut transaction).await;
    transaction.revoke_sessions_of(&audited, "1", at(10)).await.unwrap();
    assert!(transaction.sessions_of("1", at(11)).await.unwrap().is_empty());
    let token_standing =
        transaction.refresh_token(&hash("u"), at(11)).await.unwrap().map(|it| it.1);
    assert_eq!(token_standing, Some(TokenStanding::Revoked));
    // What was begun before and is written after, as by another transaction, is void too.
    transaction.create_session(&session("late")).await.unwrap();
    assert!(transaction.sessions_of("1", at(11)).await.unwrap().is_empty());
    let fresh = Session { created: at(10), ..session("fresh") };
    transaction.create_session(&fresh).await.unwrap();
    assert_eq!(transaction.sessions_of("1", at(11)).await.unwrap(), [fresh]);
}

pub(crate) async fn no_token_outlives_the_session_that_it_is_granted_in(fixture: &Fixture) {
    let store = with_person(fixture).await;
    let mut transaction = store.write().await.unwrap();
    transaction.create_session(&session("a")).await.unwrap();
    issue(&mut transaction, &token("before", Some("a"))).await;
    transaction.revoke_session(&hash("a"), at(0)).await.unwrap();
    for (text, session) in [("signed out", "a"), ("never there", "b")] {
        let issued =
            transaction.issue_refresh_token(&token(text, Some(session)), at(0)).await.unwrap();
        assert_eq!(issued, Issued::SignedOut, "{text}");
        assert_eq!(transaction.refresh_token(&hash(text), at(0)).await.unwrap(), None);
    }
    // What came of no session stands on the proof alone.
    let audited = audited(&mut transaction).await;
    transaction.revoke_sessions_of(&audited, "1", at(10)).await.unwrap();
    for (proved, issued) in [(9, Issued::SignedOut), (10, Issued::Kept)] {
        let token = RefreshToken { issued: at(11), ..token(&format!("{proved}"), None) };
        assert_eq!(transaction.issue_refresh_token(&token, at(proved)).await.unwrap(), issued);
    }
    transaction.commit().await.unwrap();
    // Many redeem codes of a session that is signed out at the same moment: no token is left that works.
    for round in 0..8 {
        let name = format!("round {round}");
        let mut transaction = store.write().await.unwrap();
        let session = Session { created: at(20), ..session(&name) };
        transaction.create_session(&session).await.unwrap();
        transaction.commit().await.unwrap();
        let tasks: Vec<_> = (0..8)
            .map(|task| {
                let (store, name) = (store.clone(), name.clone());
                tokio::spawn(async move {
                    let mut transaction = store.write().await.unwrap();
                    if task == 4 {
                        transaction.revoke_session(&hash(&name), at(20)).await.unwrap();
                    } else {
                        let token = token(&format!("{name}, {task}"), Some(&name));
                        let token = RefreshToken { issued: at(20), ..token };
                        let _ = transaction.issue_refresh_token(&token, at(0)).await.unwrap();
                    }
                    transaction.commit().await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let mut snapshot = store.read().await.unwrap();
        for task in 0..8 {
            let token = hash(&format!("{name}, {task}"));
            let standing = snapshot.refresh_token(&token, at(21)).await.unwrap().map(|it| it.1);
            assert_ne!(standing, Some(TokenStanding::Live), "{name}, {task}");
        }
    }
}

pub(crate) async fn a_session_has_a_new_id_after_a_step_up(fixture: &Fixture) {
    let store = with_person(fixture).await;
    let mut transaction = store.write().await.unwrap();
    transaction.create_session(&session("old")).await.unwrap();
    issue(&mut transaction, &token("t", Some("old"))).await;
    let kind = OneTimeKind::AuthorizationCode;
    for text in ["tied", "free"] {
        transaction.put_one_time(&code(text)).await.unwrap();
    }
    let tied = hash("tied");
    transaction.tie_one_time((kind, &tied), &hash("old")).await.unwrap();
    assert_eq!(transaction.session_of_one_time(kind, &tied).await.unwrap(), Some(hash("old")));
    assert_eq!(transaction.renew_session(&hash("old"), &hash("new")).await.unwrap(), Change::Done);
    assert_eq!(transaction.renew_session(&hash("old"), &hash("x")).await.unwrap(), Change::Absent);
    assert_eq!(transaction.session(&hash("old"), at(1)).await.unwrap(), None);
    assert_eq!(transaction.session_of_one_time(kind, &tied).await.unwrap(), Some(hash("new")));
    let free = transaction.session_of_one_time(kind, &hash("free")).await.unwrap();
    assert_eq!(free, None);
    transaction.touch_session(&hash("new"), "{\"more\":1}", at(7)).await.unwrap();
    transaction.touch_session(&hash("new"), "{\"more\":2}", at(3)).await.unwrap();
    let (kept, _) = transaction.session(&hash("new"), at(8)).await.unwrap().unwrap();
    assert_eq!((kept.state.as_str(), kept.last_seen), ("{\"more\":2}", at(7)));
    transaction.revoke_session(&hash("new"), at(9)).await.unwrap();
    let standing = transaction.refresh_token(&hash("t"), at(9)).await.unwrap().map(|it| it.1);
    assert_eq!(standing, Some(TokenStanding::Revoked), "its tokens followed it");
}

pub(crate) async fn of_two_requests_of_one_sign_in_one_takes_it_on(fixture: &Fixture) {
    let store = fixture.open().await;
    let interaction = Interaction {
        hash: hash("i"),
        version: 0,
        state: "start".to_owned(),
        created: at(0),
        ends: at(600),
    };
    let mut transaction = store.write().await.unwrap();
    transaction.create_interaction(&interaction).await.unwrap();
    let first = transaction.replace_interaction(&hash("i"), 0, "passkey").await.unwrap();
    assert_eq!(first, Replaced::Done { version: 1 });
    assert_eq!(
        transaction.replace_interaction(&hash("i"), 0, "password").await.unwrap(),
        Replaced::Stale
    );
    let kept = transaction.interaction(&hash("i"), at(599)).await.unwrap().unwrap();
    assert_eq!(kept, Interaction { version: 1, state: "passkey".to_owned(), ..interaction });
    assert_eq!(transaction.interaction(&hash("i"), at(600)).await.unwrap(), None, "it is given up");
    assert_eq!(transaction.end_interaction(&hash("i"), 0).await.unwrap(), Change::Absent);
    assert_eq!(transaction.end_interaction(&hash("i"), 1).await.unwrap(), Change::Done);
    assert_eq!(transaction.end_interaction(&hash("i"), 1).await.unwrap(), Change::Absent);
}

pub(crate) fn device(text: &str) -> NewDeviceCode {
    NewDeviceCode {
        hash: hash(text),
        user_code: format!("USER{text}"),
        client: "client".to_owned(),
        payload: "asked".to_owned(),
        created: at(0),
        ends: at(900),
        interval: 5,
    }
}

pub(crate) async fn a_device_code_is_decided_by_who_typed_it_first(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    assert_eq!(transaction.put_device_code(&device("a")).await.unwrap(), Put::Stored);
    assert_eq!(transaction.put_device_code(&device("a")).await.unwrap(), Put::Exists);
    let (mine, theirs) = (hash("my session"), hash("their session"));
    let approve = Decision::Approve { payload: "granted" };

    let early = transaction.decide_device_code(&hash("a"), &mine, approve, at(1)).await.unwrap();
    assert_eq!(early, Decided::Refused, "nobody typed it");
    assert_eq!(transaction.claim_device_code("USERx", &mine, at(1)).await.unwrap(), Claim::Unknown);
    let claimed = transaction.claim_device_code("USERa", &mine, at(1)).await.unwrap();
    assert!(
        matches!(&claimed, Claim::Claimed(code) if code.claimed_by == Some(mine)),
        "{claimed:?}"
    );
    assert_eq!(transaction.claim_device_code("USERa", &theirs, at(2)).await.unwrap(), Claim::Taken);
    let again = transaction.claim_device_code("USERa", &mine, at(2)).await.unwrap();
    assert!(matches!(again, Claim::Claimed(_)), "the page may be loaded again");
    for decision in [approve, Decision::Deny] {
        let foreign =
            transaction.decide_device_code(&hash("a"), &theirs, decision, at(3)).await.unwrap();
        assert_eq!(foreign, Decided::Refused);
    }
    assert_eq!(transaction.redeem_device_code(&hash("a"), at(3)).await.unwrap(), Poll::Pending);
    let done = transaction.decide_device_code(&hash("a"), &mine, approve, at(3)).await.unwrap();
    assert_eq!(done, Decided::Done);
    let twice =
        transaction.decide_device_code(&hash("a"), &mine, Decision::Deny, at(3)).await.unwrap();
    assert_eq!(twice, Decided::Refused);
    let redeemed = transaction.redeem_device_code(&hash("a"), at(4)).await.unwrap();
    assert!(matches!(&redeemed, Poll::Approved(code) if code.payload == "granted"), "{redeemed:?}");
    assert_eq!(transaction.redeem_device_code(&hash("a"), at(4)).await.unwrap(), Poll::Redeemed);

    transaction.put_device_code(&device("b")).await.unwrap();
    transaction.claim_device_code("USERb", &mine, at(1)).await.unwrap();
    transaction.decide_device_code(&hash("b"), &mine, Decision::Deny, at(1)).await.unwrap();
    assert_eq!(transaction.poll_device_code(&hash("b"), at(2)).await.unwrap(), Poll::Denied);
}

pub(crate) async fn a_device_that_asks_too_early_has_to_wait_longer(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    transaction.put_device_code(&device("a")).await.unwrap();
    let mut poll =
        async |seconds| transaction.poll_device_code(&hash("a"), at(seconds)).await.unwrap();
    assert_eq!(poll(0).await, Poll::Pending);
    assert_eq!(poll(5).await, Poll::Pending);
    assert_eq!(poll(9).await, Poll::SlowDown { interval: 10 });
    assert_eq!(poll(18).await, Poll::SlowDown { interval: 15 });
    assert_eq!(poll(33).await, Poll::Pending);
    assert_eq!(poll(20).await, Poll::Pending, "a clock that goes back is not the device's fault");
    assert_eq!(poll(900).await, Poll::Expired);
}

pub(crate) async fn a_raised_epoch_voids_what_is_out(fixture: &Fixture) {
    let store = with_person(fixture).await;
    let mut transaction = store.write().await.unwrap();
    transaction.put_one_time(&code("a")).await.unwrap();
    transaction.put_device_code(&device("a")).await.unwrap();
    issue(&mut transaction, &token("t", None)).await;
    let audited = audited(&mut transaction).await;
    transaction.raise_epoch(&audited).await.unwrap();
    assert_eq!(transaction.epoch().await.unwrap(), 2);
    let taken =
        transaction.take_one_time(OneTimeKind::AuthorizationCode, &hash("a"), at(1)).await.unwrap();
    assert_eq!(taken, Taken::Unknown);
    assert_eq!(transaction.poll_device_code(&hash("a"), at(1)).await.unwrap(), Poll::Unknown);
    let rotated =
        transaction.rotate_refresh_token(&hash("t"), &token("u", None), at(1)).await.unwrap();
    assert_eq!(rotated, Rotation::Revoked);
    transaction.put_one_time(&code("b")).await.unwrap();
    let fresh =
        transaction.take_one_time(OneTimeKind::AuthorizationCode, &hash("b"), at(1)).await.unwrap();
    assert_eq!(fresh, Taken::Now("payload of b".to_owned()));
}

pub(crate) async fn cleanup_removes_what_is_over_and_nothing_else(fixture: &Fixture) {
    let day = 86_400;
    let store = with_person(fixture).await;
    let mut transaction = store.write().await.unwrap();
    for number in 0..1100 {
        transaction.put_one_time(&code(&number.to_string())).await.unwrap();
    }
    transaction.create_session(&session("over")).await.unwrap();
    let living = Session { ends: at(3 * day), ..session("living") };
    transaction.create_session(&living).await.unwrap();
    issue(&mut transaction, &token("t", None)).await;
    transaction.put_device_code(&device("d")).await.unwrap();
    transaction.commit().await.unwrap();

    assert_eq!(store.cleanup(at(day)).await.unwrap().rows, 0, "reuse can be told for a day");
    assert_eq!(store.cleanup(at(day + 2000)).await.unwrap().rows, 1100 + 3);
    assert_eq!(store.cleanup(at(day + 2000)).await.unwrap().rows, 0);
    let mut snapshot = store.read().await.unwrap();
    assert!(snapshot.session(&hash("living"), at(0)).await.unwrap().is_some());
    assert!(snapshot.session(&hash("over"), at(0)).await.unwrap().is_none());
    assert!(snapshot.person("1").await.unwrap().is_some());
}

fn signing_key(kid: &str, state: KeyState) -> SigningKey {
    SigningKey {
        kid: kid.to_owned(),
        algorithm: "RS256".to_owned(),
        pkcs8: Zeroizing::new(format!("private {kid}").into_bytes()),
        state,
        created: at(0),
        retires: None,
    }
}

pub(crate) async fn one_key_of_an_algorithm_signs(fixture: &Fixture) {
    let store = fixture.open().await;
    let mut transaction = store.write().await.unwrap();
    let audited = audited(&mut transaction).await;
    let mut add =
        async |kid, state| transaction.add_signing_key(&audited, &signing_key(kid, state)).await;
    assert_eq!(add("a", KeyState::Active).await.unwrap(), Put::Stored);
    assert_eq!(add("b", KeyState::Active).await.unwrap(), Put::Exists);
    assert_eq!(add("c", KeyState::Next).await.unwrap(), Put::Stored);
    assert_eq!(transaction.promote_signing_key(&audited, "c", at(50)).await.unwrap(), Change::Done);
    assert_eq!(
        transaction.promote_signing_key(&audited, "c", at(60)).await.unwrap(),
        Change::Absent
    );
    let keys = transaction.signing_keys().await.unwrap();
    let states: Vec<_> =
        keys.iter().map(|key| (key.kid.as_str(), key.state, key.retires)).collect();
    assert_eq!(states, [("a", KeyState::Retiring, Some(at(50))), ("c", KeyState::Active, None)]);
    assert_eq!(keys[1].pkcs8.as_slice(), b"private c");
    assert_eq!(transaction.retire_signing_keys(&audited, at(49)).await.unwrap(), 0);
    assert_eq!(transaction.retire_signing_keys(&audited, at(50)).await.unwrap(), 1);
}
