//! `cardea verify`: whether a certificate holds for an input.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use cardea_check::certificate::{certify, claim};
use cardea_check::config::Config;
use cardea_graph::lower::Lowered;
use cardea_policy::evaluate::{Principal, SignIn};
use cardea_policy::filter::Coverage;
use cardea_policy::place::PolicyIndex;
use cardea_tenant::directory::Directory;
use cardea_verify::certificate::Certificate;
use cardea_verify::check::{Reachable, Verified, check};
use cardea_verify::claim::{Claim, Population};
use cardea_verify::protection::Protected;
use sha2::{Digest as _, Sha256};

use crate::arguments::HELP;
use crate::exit::Exit;
use crate::input::shown;
use crate::load::{Loaded, Reading};
use crate::output::Output;
use crate::progress::Progress;

const EXAMPLES: &str = "\
Examples:
  cardea check my-tenant/ --certificate proof.json    write one
  cardea verify proof.json my-tenant/                 believe nothing of it

Exit codes:
  0 it holds   1 it does not hold   2 could not run";

/// Checks a certificate without searching for anything
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    /// The certificate
    #[arg(value_name = "FILE")]
    certificate: PathBuf,
    /// The exports that it is about: files, folders, or `-`
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

/// Verifies.
///
/// # Errors
/// The certificate or the input cannot be read.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let name = shown(&arguments.certificate);
    let bytes =
        fs::read(&arguments.certificate).with_context(|| format!("cannot read `{name}`"))?;
    let certificate: Certificate =
        serde_json::from_slice(&bytes).with_context(|| format!("`{name}` is no certificate"))?;
    let progress = Progress::start("reading");
    let Loaded { lowered, config, .. } = Loaded::of(&arguments.paths, &arguments.reading)?;
    progress.turn_to("verifying");
    let config = config.resolved(&lowered.names);
    let input = fingerprint(&lowered, &config, &arguments.reading);
    let claim = claim(&lowered.tenant, &config);
    let verified = check(&certificate, &input, &lowered.tenant, &claim);
    drop(progress);
    let (text, exit) = match &verified {
        Ok(verified) => (words(&name, verified, &claim, &lowered), Exit::Proved),
        Err(refusal) => (format!("not verified: {name}: {refusal}\n"), Exit::Refuted),
    };
    output.write(&text, None)?;
    Ok(exit)
}

/// The certificate of an input, as text.
///
/// # Errors
/// A proof does not stand up to the checker, which is a defect of Cardea.
pub(crate) fn certificate(lowered: &Lowered, config: &Config, reading: &Reading) -> Result<String> {
    let config = config.clone().resolved(&lowered.names);
    let input = fingerprint(lowered, &config, reading);
    let claim = claim(&lowered.tenant, &config);
    let certificate = certify(&lowered.tenant, &claim, input).context(
        "no certificate is written, because a proof does not stand up to the checker; this is a \
         defect of cardea, please report it",
    )?;
    let mut text = serde_json::to_string_pretty(&certificate)?;
    text.push('\n');
    Ok(text)
}

/// What identifies an input and its settings: SHA-256 over every file as it was decoded, the
/// settings among them, and the arguments that change what is claimed. For files that were not
/// kept whole stands what they say of people.
fn fingerprint(lowered: &Lowered, config: &Config, reading: &Reading) -> String {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    };
    let sources = &lowered.export.sources;
    for file in sources.files() {
        part(format!("{:?}", file.encoding).as_bytes());
        part(file.text.as_bytes());
    }
    if sources.whole_files().count() < sources.files().len() {
        people(&lowered.tenant.directory, &mut part);
    }
    part(format!("{:?} {}", reading.as_if_enabled, config.memberships).as_bytes());
    let digest = hash.finalize();
    digest.iter().fold(String::from("sha256:"), |text, byte| text + &format!("{byte:02x}"))
}

/// Everything that a directory says.
fn people(directory: &Directory, part: &mut impl FnMut(&[u8])) {
    for group in &directory.groups {
        part(format!("{group:?}").as_bytes());
    }
    let mut groups = Vec::new();
    for person in directory.people() {
        part(directory.id(person).as_bytes());
        part(directory.name(person).as_bytes());
        groups.clear();
        groups.extend(directory.direct_groups(person).iter().flat_map(|it| it.0.to_le_bytes()));
        part(&groups);
        let (roles, guest) = (directory.direct_roles(person), directory.guest(person));
        part(format!("{roles:?} {guest:?} {:?}", directory.registered(person)).as_bytes());
    }
}

fn words(name: &str, verified: &Verified, claim: &Claim, lowered: &Lowered) -> String {
    let mut text = format!("verified: {name} is about this input, and holds\n");
    let mut line = |it: &str| text.extend([it, "\n"]);
    let populations = claim.populations.iter().flat_map(|it| claim.goals.iter().map(move |_| it));
    for (population, reachable) in populations.zip(&verified.sign_in) {
        line(&format!("{}: {}", whose(population), reach(reachable, lowered)));
    }
    match &verified.protection {
        Some(protected) => line(&protection(protected)),
        None => line("of sign-ins that nothing asks anything of, nothing is said"),
    }
    if let Some(combined) = verified.sign_in.iter().find_map(|it| it.combined) {
        line(&format!(
            "nobody was looked at with more than {combined} of the memberships that the input \
             leaves open"
        ));
    }
    text
}

fn reach(reachable: &Reachable, lowered: &Lowered) -> String {
    let Reachable { goal, reached, stuck, refused_by, .. } = reachable;
    let all = kinds(reached.len() + stuck.len());
    if reached.is_empty() && stuck.is_empty() {
        return format!("there is nobody who could reach {goal}");
    }
    if stuck.is_empty() {
        return format!("everybody reaches {goal} ({all})");
    }
    let policies: Vec<String> = refused_by.iter().map(|it| policy(*it, lowered)).collect();
    let because = if policies.is_empty() {
        String::from("for want of a first factor or of anything to register with")
    } else {
        format!("because of {}", policies.join(", "))
    };
    format!("{} of {all} never reach {goal}, {because}", stuck.len())
}

/// A population, with the platforms of its devices.
fn whose(population: &Population) -> String {
    let devices = population.actor.devices.iter().flat_map(|device| &device.claims);
    let devices: Vec<&str> = devices.map(|platform| platform.text()).collect();
    format!("{} with {}", population.name, devices.join(" and "))
}

fn kinds(number: usize) -> String {
    if number == 1 { "1 kind of people".to_owned() } else { format!("{number} kinds of people") }
}

fn policy(policy: PolicyIndex, lowered: &Lowered) -> String {
    let found = lowered.tenant.policies.get(policy.position());
    let name = found.map(|it| it.name.as_str()).filter(|name| !name.is_empty());
    name.map_or_else(|| format!("policy {}", policy.position() + 1), |name| format!("`{name}`"))
}

fn protection(protected: &Protected) -> String {
    match protected {
        Protected::Everything { memberships, coverage } => {
            let mut text =
                String::from("every sign-in to a resource is blocked or asked for something");
            if let Some(bound) = memberships {
                let _ = write!(text, ", by people with at most {bound} memberships");
            }
            if *coverage == Coverage::Partial {
                text.push_str(", as far as conditions were told apart: there are too many");
            }
            text
        }
        Protected::Not(open) => {
            let number = match open.len() {
                1 => "1 sign-in meets".to_owned(),
                more => format!("{more} sign-ins meet"),
            };
            let first = open.first().map(sign_in).unwrap_or_default();
            format!("{number} no policy that asks anything: {first}")
        }
    }
}

fn sign_in(sign_in: &SignIn) -> String {
    let who = match &sign_in.principal {
        Principal::Person(person) if person.user.is_none() && person.groups.is_empty() => {
            "somebody"
        }
        Principal::Person(_) => "somebody of those who are excluded",
        Principal::Workload(_) => "a workload",
        Principal::Agent(_) => "an agent",
    };
    let app = sign_in.request.audiences.first().map_or("nothing", |it| it.app.as_str());
    format!("{who} to `{app}` with {} on {}", sign_in.client.text(), sign_in.platform.text())
}
