//! `cardea authenticator list`.

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_authenticator::vault::Vault;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::passkeys::{self, Kept};
use super::place::Where;
use super::profiles;
use super::secrets::{PinFrom, Source, typed};
use super::table;
use crate::arguments::HELP;
use crate::clock;
use crate::exit::Exit;
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea authenticator list                    asks for the PIN of each profile; nothing skips it
  cardea authenticator list --profile work
  cardea authenticator list --profile work --pin-file pin --json";

/// Lists the passkeys
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(super) struct Arguments {
    /// Only this profile
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    #[command(flatten)]
    pin: PinFrom,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

/// What is known of a profile.
struct Shelf {
    profile: String,
    kind: &'static str,
    /// Nothing where its PIN was not given.
    passkeys: Option<Vec<Kept>>,
}

/// Lists.
///
/// # Errors
/// The vault or a profile cannot be opened.
pub(super) fn run(arguments: &Arguments, place: &Where, output: &Output) -> Result<Exit> {
    let mut vault = place.open()?;
    let shelves = shelves(arguments, &mut vault)?;
    let text = if arguments.json { json(&shelves)? } else { table(&shelves) };
    output.write(&text, None)?;
    Ok(Exit::Proved)
}

fn shelves(arguments: &Arguments, vault: &mut Vault) -> Result<Vec<Shelf>> {
    let source = arguments.pin.source();
    let one = arguments.profile.is_some() || source != Source::Keyboard;
    let only = if one { Some(profiles::meant(vault, arguments.profile.as_deref())?) } else { None };
    let mut shelves = Vec::new();
    for summary in vault.profiles() {
        if only.as_ref().is_some_and(|it| *it != summary.name) {
            continue;
        }
        let kind = profiles::kind(summary.binding);
        let pin = if only.is_some() {
            source.read(&format!("PIN of profile {}: ", summary.name), "--pin-file or --pin-fd")?
        } else {
            let question = format!("PIN of profile {}, or nothing to skip it: ", summary.name);
            typed(&question, "--profile and --pin-file")?
        };
        let passkeys = if pin.is_empty() {
            None
        } else {
            Some(passkeys::kept(&vault.unlock(&summary.name, Some(&pin))?.profile))
        };
        shelves.push(Shelf { profile: summary.name, kind, passkeys });
    }
    Ok(shelves)
}

fn table(shelves: &[Shelf]) -> String {
    let now = clock::timestamp();
    let nothing = |shelf: &Shelf, word: &str| {
        [
            shelf.profile.clone(),
            word.to_owned(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ]
    };
    let rows = shelves.iter().flat_map(|shelf| match shelf.passkeys.as_deref() {
        None => vec![nothing(shelf, "(locked)")],
        Some([]) => vec![nothing(shelf, "(none)")],
        Some(passkeys) => passkeys
            .iter()
            .map(|it| {
                [
                    shelf.profile.clone(),
                    it.account.clone(),
                    it.place().to_owned(),
                    shelf.kind.to_owned(),
                    day(Some(it.made), now),
                    day(it.used, now),
                ]
            })
            .collect(),
    });
    if shelves.is_empty() {
        return "There is no profile yet, and no passkey.\n".to_owned();
    }
    table::rendered(["PROFILE", "ACCOUNT", "WEBSITE", "PASSKEY", "ADDED", "LAST USED"], rows)
}

fn json(shelves: &[Shelf]) -> Result<String> {
    let time = |seconds: i64| Timestamp::from_second(seconds).ok().map(|it| it.to_string());
    let passkey = |it: &Kept| {
        json!({
            "account": it.account,
            "rpId": it.rp_id,
            "tenant": it.address,
            "name": it.name,
            "credentialId": URL_SAFE_NO_PAD.encode(&it.id),
            "added": time(it.made),
            "lastUsed": it.used.and_then(time),
        })
    };
    let value: Vec<_> = shelves
        .iter()
        .map(|shelf| {
            let passkeys = shelf.passkeys.as_ref();
            let passkeys: Option<Vec<_>> = passkeys.map(|it| it.iter().map(passkey).collect());
            json!({ "profile": shelf.profile, "kind": shelf.kind, "passkeys": passkeys })
        })
        .collect();
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

/// A day where the reader is.
pub(super) fn day(seconds: Option<i64>, now: Timestamp) -> String {
    let Some(time) = seconds.and_then(|it| Timestamp::from_second(it).ok()) else {
        return "never".to_owned();
    };
    let date = |time: Timestamp| time.to_zoned(TimeZone::system()).date();
    if date(time) == date(now) { "today".to_owned() } else { date(time).to_string() }
}
