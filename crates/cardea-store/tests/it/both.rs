//! Runs each claim on both databases.
//!
//! On SQLite each claim is a test of its own. On PostgreSQL all are one test, because starting a server takes
//! longer than all of them; each has a database of its own there.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use cardea_store::{AuditEntry, Audited, Location, SealingKey, Store, Transaction};
use jiff::{SignedDuration, Timestamp};

use crate::server::Server;

/// An empty database.
pub(crate) struct Fixture {
    pub(crate) location: Location,
    /// Where an SQLite file is, for those who look into its bytes.
    pub(crate) folder: Option<PathBuf>,
    _temporary: Option<tempfile::TempDir>,
}

impl Fixture {
    pub(crate) fn sqlite() -> Self {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let folder = temporary.path().to_path_buf();
        Self {
            location: Location::Sqlite(folder.join("cardea.db")),
            folder: Some(folder),
            _temporary: Some(temporary),
        }
    }

    pub(crate) async fn postgres(server: &Server, database: &'static str) -> Self {
        server.create(database).await;
        Self { location: Location::Postgres(server.url(database)), folder: None, _temporary: None }
    }

    /// Opens the database with the key of all tests.
    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.location, key()).await.expect("the database opens")
    }

    /// Runs a statement behind the store's back.
    pub(crate) async fn tamper(&self, sql: &'static str) {
        match &self.location {
            Location::Sqlite(path) => {
                let file = rusqlite::Connection::open(path).expect("the file opens");
                file.busy_timeout(Duration::from_secs(10)).expect("a time to wait");
                file.execute_batch(sql).expect("the statement runs");
            }
            Location::Postgres(url) => {
                let pool = sqlx::PgPool::connect(url).await.expect("the server answers");
                sqlx::raw_sql(sql).execute(&pool).await.expect("the statement runs");
                pool.close().await;
            }
        }
    }
}

pub(crate) fn key() -> SealingKey {
    SealingKey::from_bytes([7; 32])
}

/// Noon of a day, and so many seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    let noon: Timestamp = "2026-12-01T12:00:00Z".parse().expect("a time");
    noon + SignedDuration::from_secs(seconds)
}

/// An audit record for changes whose record does not matter.
pub(crate) async fn audited(transaction: &mut Transaction) -> Audited {
    let text = |text: &str| text.to_owned();
    let entry = AuditEntry {
        actor: text("tests"),
        action: text("change"),
        target: text("anything"),
        json: text("{}"),
    };
    transaction.audit(at(0), &entry).await.expect("an audit record")
}

/// Runs to the end of a claim on a runtime with two threads.
pub(crate) fn run<T>(claim: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(claim)
}

/// Names claims, and makes tests of them.
macro_rules! claims {
    ($($module:ident::$claim:ident),* $(,)?) => {
        mod on_sqlite {
            $(
                #[test]
                fn $claim() {
                    super::run(async { crate::$module::$claim(&super::Fixture::sqlite()).await });
                }
            )*
        }

        #[test]
        fn everything_holds_on_postgresql_too() {
            run(async {
                let Some(server) = Server::start() else {
                    eprintln!("skipped: PostgreSQL is not installed");
                    return;
                };
                $(
                    eprintln!(stringify!($claim));
                    let fixture = Fixture::postgres(&server, stringify!($claim)).await;
                    crate::$module::$claim(&fixture).await;
                )*
            });
        }
    };
}

claims! {
    attestation::the_authority_that_ends_last_certifies_and_all_are_roots,
    attestation::a_certificate_is_found_by_its_bytes_and_revoked_once,
    audit::the_chain_of_audit_records_shows_tampering,
    audit::the_audit_record_of_another_transaction_is_refused,
    audit::audit_records_come_back_in_pages,
    directory::tenant_objects_and_memberships_come_back_as_they_were,
    directory::people_are_listed_and_found_by_what_they_are_called,
    directory::a_name_is_one_persons_in_every_spelling,
    directory::changes_of_the_directory_raise_the_revision,
    directory::a_person_goes_with_all_that_is_theirs,
    directory::a_transaction_that_is_dropped_changes_nothing,
    directory::a_snapshot_is_of_one_moment,
    directory::sign_ins_are_found_by_what_they_are_about,
    methods::the_eleventh_passkey_is_refused_however_many_come_at_once,
    methods::a_credential_is_one_persons,
    methods::a_passkey_knows_its_device_and_its_certificate,
    methods::two_assertions_never_move_the_counter_twice_from_one_value,
    methods::a_code_of_an_app_works_once,
    methods::a_pass_that_is_usable_once_works_once_in_every_spelling,
    methods::a_pass_that_was_seen_to_be_over_stays_over,
    methods::a_new_pass_takes_the_place_of_the_old_one,
    once::a_one_time_value_is_taken_once,
    once::a_refresh_token_used_twice_voids_its_family,
    once::signing_out_everywhere_voids_sessions_and_tokens,
    once::no_token_outlives_the_session_that_it_is_granted_in,
    once::a_session_has_a_new_id_after_a_step_up,
    once::of_two_requests_of_one_sign_in_one_takes_it_on,
    once::a_device_code_is_decided_by_who_typed_it_first,
    once::a_device_that_asks_too_early_has_to_wait_longer,
    once::a_raised_epoch_voids_what_is_out,
    once::cleanup_removes_what_is_over_and_nothing_else,
    once::one_key_of_an_algorithm_signs,
    races::one_of_many_wins_each_one_time_thing,
    races::parallel_guesses_are_never_more_than_the_limit,
    schema::a_database_of_a_later_version_is_refused,
    schema::a_changed_migration_is_refused,
    schema::another_sealing_key_is_refused,
    schema::a_row_that_cannot_be_read_is_named,
    schema::many_processes_may_open_a_new_database_at_once,
    schema::a_failed_statement_loses_the_transaction,
    secrets::secrets_are_not_in_the_database,
    snooze::snoozes_are_counted_and_survive_a_restart,
    throttle::attempts_beyond_the_limit_are_refused_until_the_lock_is_over,
    throttle::a_clock_that_goes_back_neither_shortens_a_lock_nor_makes_it_last,
    throttle::counts_survive_a_restart,
}
