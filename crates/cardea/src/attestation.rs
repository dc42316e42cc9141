//! `cardea attestation`: certificates of installations of Authenticator.

use anyhow::{Result, bail};
use cardea_idp::attestation::{Certificate, Revoked};
use cardea_idp::{Idp, Provisions, Trust};
use serde_json::{Value, json};

use crate::arguments::HELP;
use crate::clock;
use crate::exit::Exit;
use crate::folder::{Folder, Where, waiting};
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea attestation list                        who has certificates, and until when
  cardea attestation list --json                 for a script
  cardea attestation revoke 4f0c2b…              after a phone was lost; says what it made";

/// Lists and revokes certificates of the Authenticator app
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(List),
    Revoke(Revoke),
}

/// Lists the certificates that were issued, the latest first
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
struct List {
    /// Print them as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

/// Revokes a certificate: no passkey is registered with it any more
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
struct Revoke {
    /// Its serial number, as `cardea attestation list` shows it
    #[arg(value_name = "SERIAL")]
    serial: String,
    /// Print what came of it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

/// Lists or revokes.
///
/// # Errors
/// There is no tenant, or no such certificate.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let text = match &arguments.command {
        Command::List(arguments) => waiting(list(arguments))?,
        Command::Revoke(arguments) => waiting(revoke(arguments))?,
    };
    output.write(&text, None)?;
    Ok(Exit::Proved)
}

async fn tenant(place: &Where) -> Result<Idp> {
    let data = Folder::existing(place)?;
    let store = data.store_of(place).await?;
    let key = data.sealing_key(place.key_file.as_deref())?;
    let provisions = Provisions::new(&key, Trust::nobody(), 1);
    Ok(Idp::open(store, provisions, clock::timestamp()).await?)
}

async fn list(arguments: &List) -> Result<String> {
    let certificates = tenant(&arguments.place).await?.certificates().await?;
    if arguments.json {
        let list: Vec<Value> = certificates.iter().map(in_json).collect();
        return Ok(serde_json::to_string_pretty(&json!({ "certificates": list }))? + "\n");
    }
    if certificates.is_empty() {
        return Ok(
            "No certificate was issued yet. The Authenticator app asks for one when somebody \
                   signs in there with a pass or a passkey.\n"
                .to_owned(),
        );
    }
    let head =
        "SERIAL                            PLATFORM  ISSUED      ENDS        STATE    PERSON\n";
    Ok(certificates.iter().fold(head.to_owned(), |text, certificate| text + &line(certificate)))
}

fn line(certificate: &Certificate) -> String {
    let Certificate { record, person } = certificate;
    let day = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let state = if record.revoked.is_some() { "revoked" } else { "valid" };
    let (issued, ends) = (day(record.issued), day(record.ends));
    let (serial, platform) = (&record.serial, &record.platform);
    format!("{serial:<32}  {platform:<8}  {issued}  {ends}  {state:<7}  {person}\n")
}

fn in_json(certificate: &Certificate) -> Value {
    let Certificate { record, person } = certificate;
    json!({
        "serial": record.serial, "upn": person, "platform": record.platform,
        "issued": record.issued.to_string(), "ends": record.ends.to_string(),
        "revoked": record.revoked.map(|at| at.to_string()),
    })
}

async fn revoke(arguments: &Revoke) -> Result<String> {
    let serial = arguments.serial.trim().to_ascii_lowercase();
    let idp = tenant(&arguments.place).await?;
    let Revoked::Done { passkeys } = idp.revoke_certificate(&serial, clock::timestamp()).await?
    else {
        bail!(
            "there is no certificate `{serial}`; `cardea attestation list` shows those that there are"
        )
    };
    if arguments.json {
        let list: Vec<Value> = passkeys
            .iter()
            .map(|(person, name)| json!({ "upn": person, "passkey": name }))
            .collect();
        let value = json!({ "serial": serial, "passkeys": list });
        return Ok(serde_json::to_string_pretty(&value)? + "\n");
    }
    let told = "Revoked. No passkey is registered with it any more.\n".to_owned();
    if passkeys.is_empty() {
        return Ok(told + "None was.\n");
    }
    let before = told
        + "These were registered with it and go on working. Whoever lost the device removes theirs on \
           Security info:\n";
    Ok(passkeys.iter().fold(before, |text, (person, name)| text + &format!("  {person}  {name}\n")))
}
