//! `cardea serve`: the tenant in operation.

pub(crate) mod first;
mod listen;
mod logs;
mod settings;
mod tls;

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use cardea_idp::demo::{self, Site};
use cardea_idp::{Idp, Provisions, Trust};
use cardea_store::Store;
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::clock;
use crate::data::Data;
use crate::exit::Exit;
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
    let data = Data::create(&settings.data)?;
    let listener = listen::bind(settings)?;
    let security = tls::security(settings, &data)?;
    let store = data.store(settings.database.as_deref(), settings.key_file.as_deref()).await?;
    let idp = Arc::new(opened(settings, (&data, &store), (&security, output)).await?);
    let recorder = PrometheusBuilder::new().install_recorder();
    let recorder = recorder.context("metrics cannot be counted")?;
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
    first::invite((&data, &store), &settings.address(), output).await?;
    output
        .say("Ready. If every administrator is locked out: stop the server, run `cardea recover`.");
    listen::until_stopped(listener, security, cardea_web::router(web)).await
}

/// The tenant of the folder; on the first start it is made.
async fn opened(
    settings: &Settings,
    (data, store): (&Data, &Store),
    (security, output): (&Security, &Output),
) -> Result<Idp> {
    let now = clock::timestamp();
    let key = data.sealing_key(settings.key_file.as_deref())?;
    let provisions = Provisions::new(&key, trust(settings)?, settings.hashers);
    let known = store.read().await?.tenant().await?;
    let guide = data.path("demo.json");
    match known {
        Some(tenant) => {
            first::same_address(store, &tenant, &settings.public_url).await?;
            if settings.demo && !guide.exists() {
                bail!(
                    "`{}` holds a tenant, and no demo that was made to its end\n\
                     help: remove the folder to make the demo anew, or leave out --demo",
                    data.shown()
                );
            }
            Ok(Idp::open(store.clone(), provisions, now).await?)
        }
        None if settings.demo => {
            output.say(&format!("No tenant in {}. Making the demo.", data.shown()));
            let public_url = settings.address();
            let site = Site { public_url: &public_url, ca_certificate: security.authority() };
            let (idp, text) = demo::create(store, (site, provisions), now).await?;
            data.keep_secret("demo.json", text.as_bytes())?;
            Ok(idp)
        }
        None => first::run(settings, (data, store), (provisions, output)).await,
    }
}

/// Roots of attestation, if a file of them is given; without, no passkey proves its model.
fn trust(settings: &Settings) -> Result<Trust> {
    let Some(path) = &settings.attestation_roots else { return Ok(Trust::nobody()) };
    let shown = path.display();
    let bundle = std::fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
    Trust::from_pem(&bundle).with_context(|| format!("`{shown}` cannot be used"))
}

fn say_where(settings: &Settings, (data, security): (&Data, &Security), output: &Output) {
    let mut text = format!("  address     {}\n", settings.address());
    if settings.demo {
        text += &format!(
            "  people      {}   who to be, with their secrets (mode 0600)\n",
            data.path("demo.json").display()
        );
    }
    if let Some(path) = security.authority() {
        text += &format!("  to trust    {}\n", tls::command(path));
    }
    output.say(text.trim_end());
}
