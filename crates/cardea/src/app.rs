//! `cardea app`: registers applications of a running tenant, so that programs can use its API.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};
use cardea_idp::admin::edit::{Edit, Edits};
use cardea_idp::admin::permission::Permission;
use cardea_idp::admin::{change, secret, shape};
use cardea_idp::gate::{self, Change, Outcome, Proposal};
use serde_json::{Value, json};

use crate::arguments::HELP;
use crate::clock;
use crate::exit::Exit;
use crate::folder::{Folder, Where, waiting};
use crate::output::Output;
use crate::proposed;

const EXAMPLES: &str = "\
Examples:
  cardea app add \"Nightly export\" --application Policy.Read.All --secret
  cardea app add \"Policy tool\" --delegated Policy.ReadWrite.ConditionalAccess --redirect http://localhost
  cardea app permissions                     what there is to ask for

What an app is registered with is all that it can ever ask for; where it acts for a person, that person's
roles must allow it, too.";

/// Graph, by its client id.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// Registers applications, so that programs can use Graph's API
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(Add),
    /// Lists the permissions that an application can be registered with
    Permissions,
}

/// Registers an application; its secret is shown this once
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
struct Add {
    /// What people call it
    #[arg(value_name = "NAME")]
    name: String,
    /// A permission where it acts for itself; as often as needed
    #[arg(long, value_name = "PERMISSION")]
    application: Vec<String>,
    /// A permission where it acts for a person; as often as needed
    #[arg(long, value_name = "PERMISSION")]
    delegated: Vec<String>,
    /// An address that people come back to after signing in; as often as needed
    #[arg(long, value_name = "URI")]
    redirect: Vec<String>,
    /// Give it a secret
    #[arg(long)]
    secret: bool,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

/// Registers.
///
/// # Errors
/// The application cannot be registered.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    match &arguments.command {
        Command::Add(arguments) => add(arguments, output),
        Command::Permissions => {
            output.write(&permissions(), None)?;
            Ok(Exit::Proved)
        }
    }
}

fn permissions() -> String {
    let mut text =
        String::from("PERMISSION                                   FOR PEOPLE  FOR ITSELF\n");
    for it in cardea_idp::admin::permission::ALL {
        let yes = |id: Option<&str>| if id.is_some() { "yes" } else { "-" };
        let (people, own) = (yes(it.delegated), yes(it.application));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:<44} {people:<11} {own}", it.name);
    }
    text
}

fn add(arguments: &Add, output: &Output) -> Result<Exit> {
    let now = clock::timestamp();
    let client = uuid::Uuid::new_v4().to_string();
    let body = body(arguments, &client)?;
    let application = shape::created(change::APPLICATION, body, now)??;
    let mut edits = Edits::one(Edit::Put(application.clone()), "Add application");
    let mut made = None;
    if arguments.secret {
        let (secret, with) = secret::added(&application, ("cardea app add", None), now)??;
        edits.edits = with.edits.into_iter().collect();
        made = Some(secret);
    }
    let proposal = Proposal { change: Change::Edits(&edits), accepted: &[], actor: "cardea app" };
    let data = Folder::existing(&arguments.place)?;
    let (outcome, tenant) = waiting(async {
        let store = data.store_of(&arguments.place).await?;
        let outcome = Box::pin(gate::admit(&store, &proposal, now)).await?;
        let tenant = store.read().await?.tenant().await?.context("there is no tenant")?;
        Ok((outcome, tenant.id))
    })?;
    if !matches!(outcome, Outcome::Done { .. }) {
        return proposed::show(&outcome, "the application", output);
    }
    let text = made.as_ref().map(|made| made.text.as_str());
    output.write(&told(arguments, (&tenant, &client), text)?, None)?;
    Ok(Exit::Proved)
}

fn told(arguments: &Add, (tenant, client): (&str, &str), secret: Option<&str>) -> Result<String> {
    if arguments.json {
        let value = json!({ "tenantId": tenant, "appId": client, "secretText": secret });
        return Ok(serde_json::to_string_pretty(&value)? + "\n");
    }
    let secret = secret.map(|secret| format!("secret     {secret}   it is shown this once\n"));
    Ok(format!("tenant id  {tenant}\nclient id  {client}\n{}", secret.unwrap_or_default()))
}

fn body(arguments: &Add, client: &str) -> Result<shape::Json> {
    let mut access = Vec::new();
    for name in &arguments.application {
        let id = named(name)?.application;
        let id = id.with_context(|| format!("`{name}` is for acting for a person only"))?;
        access.push(json!({ "id": id, "type": "Role" }));
    }
    for name in &arguments.delegated {
        let id = named(name)?.delegated;
        let id = id.with_context(|| format!("`{name}` is for acting for itself only"))?;
        access.push(json!({ "id": id, "type": "Scope" }));
    }
    let body = json!({
        "displayName": arguments.name, "appId": client,
        "publicClient": { "redirectUris": arguments.redirect },
        "isFallbackPublicClient": !arguments.secret,
        "requiredResourceAccess": [{ "resourceAppId": GRAPH, "resourceAccess": access }],
    });
    match body {
        Value::Object(body) => Ok(body),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            bail!("the application is no object")
        }
    }
}

fn named(name: &str) -> Result<&'static Permission> {
    Permission::named(name).with_context(|| {
        format!("there is no permission `{name}`; `cardea app permissions` lists them")
    })
}
