//! `cardea serve`: the tenant in operation.

mod counting;
pub(crate) mod first;
mod listen;
mod logs;
mod settings;
mod tls;
mod upkeep;

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use cardea_idp::countries::Countries;
use cardea_idp::demo::{self, Site};
use cardea_idp::{Idp, Provisions, Trust};
use cardea_store::Store;

use crate::clock;
use crate::exit::Exit;
use crate::folder::Folder;
use crate::output::Output;

pub(crate) use settings::Arguments;
use settings::Settings;
use tls::Security;

/// Serves until it is told to stop.
///
/// # Errors
/// The settings cannot be used, or the tenant cannot be taken into operation.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let settings = Settings::of(arguments)?;
    let traces = logs::start(&settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(serve(&settings, output));
    traces.finish();
    served?;
    Ok(Exit::Proved)
}

async fn serve(settings: &Settings, output: &Output) -> Result<()> {
    // Before anybody can believe that it runs, so that it is never cut off.
    let stop = listen::Stop::watch()?;
    let data = Folder::create(&settings.data)?;
    let turn = data.turn()?;
    let listener = listen::bind(settings)?;
    let security = tls::security(settings, &data)?;
    let store = data.store(settings.database.as_deref(), settings.key_file.as_deref()).await?;
    let idp = Box::pin(opened(settings, (&data, &store), (&security, output))).await?;
    let idp = Arc::new(idp);
    upkeep::start(Arc::clone(&idp));
    let recorder = counting::start()?;
    let web = cardea_web::Web::new(
        Arc::clone(&idp),
        cardea_web::Settings {
            public_url: settings.public_url.clone(),
            trusted_proxies: settings.trusted_proxies.clone(),
            clock: jiff::Timestamp::now,
            metrics: Some(Box::new(move || recorder.render())),
        },
    );
    say_where(settings, (&data, &security), output);
    first::remind(&data, output);
    first::invite((&data, &store), &settings.address(), output).await?;
    drop(turn);
    output
        .say("Ready. If every administrator is locked out: stop the server, run `cardea recover`.");
    let api = cardea_api::Api::new(
        Arc::clone(&idp),
        cardea_api::Settings {
            public_url: settings.public_url.clone(),
            clock: jiff::Timestamp::now,
        },
    );
    let answers = (cardea_web::router(web, cardea_api::routes(api)), listen::PATIENCE);
    listen::until_stopped((listener, stop), security, answers).await
}

/// The tenant of the folder; on the first start it is made.
///
/// What a first start writes, in this order: the authority, the sealing key, the database without a tenant, the
/// file that tells the tenant's secrets, the tenant with everything in it, the link. It may die after each of
/// them, and the next start goes on from there.
async fn opened(
    settings: &Settings,
    (data, store): (&Folder, &Store),
    (security, output): (&Security, &Output),
) -> Result<Idp> {
    let now = clock::timestamp();
    let key = data.sealing_key(settings.key_file.as_deref())?;
    let provisions = Provisions::new(&key, trust(settings)?, settings.hashers);
    let provisions = provisions.with_countries(countries(settings)?);
    let known = store.read().await?.tenant().await?;
    match known {
        Some(tenant) => {
            first::same_address(store, &tenant, settings).await?;
            first::tell_address(data, &settings.address())?;
            if settings.demo && !data.path(first::GUIDE).exists() {
                bail!(
                    "there is a tenant already, and no `{}` that says who is in it\n\
                     help: leave out --demo, or make the demo in an empty folder and an empty database",
                    data.path(first::GUIDE).display()
                );
            }
            Ok(Idp::open(store.clone(), provisions, now).await?)
        }
        None if settings.demo => {
            output.say(&format!("No tenant in {}. Making the demo.", data.shown()));
            let public_url = settings.address();
            let site = Site { public_url: &public_url, ca_certificate: security.authority() };
            let guide = first::Told { data, name: first::GUIDE };
            let made = demo::create(store, (site, provisions), now, |text| guide.keep(text)).await;
            guide.of(made)
        }
        None => Box::pin(first::run(settings, (data, store), (provisions, output))).await,
    }
}

/// Roots of attestation, if a file of them is given; without, no passkey proves its model.
fn trust(settings: &Settings) -> Result<Trust> {
    let Some(path) = &settings.attestation_roots else { return Ok(Trust::nobody()) };
    let shown = path.display();
    let bundle = std::fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
    Trust::from_pem(&bundle).with_context(|| format!("`{shown}` cannot be used"))
}

/// Where addresses are, if a database of that is given.
fn countries(settings: &Settings) -> Result<Countries> {
    let Some(path) = &settings.countries else { return Ok(Countries::unknown()) };
    let shown = path.display();
    let database = std::fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
    Countries::read(database).with_context(|| format!("`{shown}` cannot be used"))
}

fn say_where(settings: &Settings, (data, security): (&Folder, &Security), output: &Output) {
    output.say(&format!("  address     {}", settings.address()));
    if settings.demo {
        let guide = data.path(first::GUIDE);
        output.say(&format!(
            "  people      {}   who to be, with their secrets (mode 0600)",
            guide.display()
        ));
    }
    if let Some(path) = security.authority() {
        output.say(&format!("  to trust    {}", tls::command(path)));
    }
}
