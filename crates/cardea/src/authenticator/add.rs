//! `cardea authenticator add`: signs in to a tenant as the app on a phone does, and makes a passkey there.

mod added;
mod registering;

use anyhow::{Context as _, Result, bail};
use cardea_authenticator::Platform;
use cardea_authenticator::vault::Vault;
use cardea_web::authenticator::{Person, Register};
use clap::ValueEnum;

use self::added::Added;
use super::passkeys::{self, Chosen, Kept, Keys};
use super::place::Where;
use super::profiles;
use super::secrets::{PinFrom, Source};
use super::sign_in::{Ended, Granted, Showing, Shown, Wall, prove_again, refused, sign_in};
use super::tenant::{Reach, Tenant};
use super::wall;
use crate::arguments::HELP;
use crate::exit::Exit;
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea authenticator add kim@contoso.example --tenant https://id.contoso.example --platform android
  cardea authenticator add kim@contoso.example --tenant https://id.contoso.example --platform ios \\
      --profile work --device-name \"Kim's phone\"
  cardea authenticator add kim@contoso.example --profile personal --from work
  cardea authenticator add kim@contoso.example --tenant https://id.contoso.example --platform android \\
      --pass-file pass --pin-file pin --json";

/// Adds a passkey for an account of a tenant, as Authenticator on a phone does
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(super) struct Arguments {
    /// The account, as it signs in
    #[arg(value_name = "USER")]
    user: String,
    /// The address of the tenant; with --from, that of the account's passkey there
    #[arg(long, value_name = "URL", required_unless_present = "from")]
    tenant: Option<String>,
    /// The profile that gets the passkey, and the only one from which it can be used
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The platform as which this installation appears; with --from, as for the passkey there
    #[arg(long, value_name = "NAME")]
    platform: Option<Kind>,
    /// What the device is called on the account's pages
    #[arg(long, value_name = "NAME")]
    device_name: Option<String>,
    /// Sign in with a passkey of this profile
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    pin: PinFrom,
    #[command(flatten)]
    reach: Reach,
    /// Print what came of it as JSON
    #[arg(long)]
    json: bool,
}

/// A platform. Values have no comments of their own: clap would print them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    Desktop,
    Android,
    Ios,
}

impl From<Kind> for Platform {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Desktop => Self::Desktop,
            Kind::Android => Self::Android,
            Kind::Ios => Self::Ios,
        }
    }
}

/// Adds a passkey.
///
/// # Errors
/// The tenant cannot be reached or refuses, or the passkey cannot be made.
pub(super) fn run(arguments: &Arguments, place: &Where, output: &Output) -> Result<Exit> {
    if arguments.from.is_none() {
        on_phone(arguments.platform.map(Platform::from))?;
    }
    let mut vault = place.open()?;
    let profile = destination(&vault, arguments.profile.as_deref())?;
    let (mut from, mut beside) = (None, None);
    if let Some(name) = &arguments.from {
        let chosen = Chosen::new(&mut vault, Some(name), arguments.pin.source())?;
        let kept = passkeys::kept(&chosen.open(&mut vault)?);
        beside = passkeys::at_tenant(kept, &arguments.user, arguments.tenant.as_deref());
        from = Some(chosen);
    }
    let beside = beside.as_ref();
    let tenant = arguments.tenant.as_deref().or(beside.and_then(|it| it.address.as_deref()));
    let tenant = tenant.context("there is no telling which tenant\nhelp: name it with --tenant")?;
    let platform = arguments.platform.map(Platform::from).or(beside.map(|it| it.platform));
    let roots = arguments.reach.roots(beside.and_then(|it| it.roots.as_deref()))?;
    let wanted = Wanted {
        user: &arguments.user,
        tenant,
        profile: &profile,
        platform: on_phone(platform)?,
        device_name: arguments.device_name.as_deref(),
        from: from.as_ref(),
        beside,
        showing: Showing::Arguments(&arguments.shown),
        pin: arguments.pin.source(),
        roots: roots.as_deref(),
    };
    match wanted.add(&mut vault, place)? {
        Came::Added(added) => {
            output.write(&if arguments.json { added.json()? } else { added.told() }, None)?;
            Ok(Exit::Proved)
        }
        Came::Wall(wall) => wall::shown(&wall, arguments.json, output),
    }
}

/// The phone as which this installation appears.
fn on_phone(platform: Option<Platform>) -> Result<Platform> {
    platform.filter(|it| *it != Platform::Desktop).context(
        "in the app, passkeys are added on phones\n\
         help: say which one this is with --platform android or --platform ios, or add a passkey of this \
         computer on Security info, with the browser's extension (`cardea authenticator install-extension`)",
    )
}

/// A passkey that is wanted.
pub(super) struct Wanted<'a> {
    pub(super) user: &'a str,
    pub(super) tenant: &'a str,
    /// The profile that gets it, which is made where it is not there.
    pub(super) profile: &'a str,
    pub(super) platform: Platform,
    pub(super) device_name: Option<&'a str>,
    /// A profile whose passkey signs in.
    pub(super) from: Option<&'a Chosen>,
    /// The passkey of the account in that profile, which is on the same device.
    pub(super) beside: Option<&'a Kept>,
    pub(super) showing: Showing<'a>,
    pub(super) pin: Source<'a>,
    /// Certificates to believe besides the system's, in PEM.
    pub(super) roots: Option<&'a str>,
}

/// What came of it.
pub(super) enum Came {
    /// It was added.
    Added(Added),
    /// The tenant lets nobody in.
    Wall(Wall),
}

impl Wanted<'_> {
    /// Signs in and adds it.
    ///
    /// # Errors
    /// The tenant cannot be reached or refuses, or the passkey cannot be made.
    pub(super) fn add(&self, vault: &mut Vault, place: &Where) -> Result<Came> {
        let mut tenant = Tenant::at(self.tenant, self.platform, self.roots)?;
        let page = tenant.page()?;
        let mut keys = Keys {
            vault,
            chosen: self.from,
            page: page.clone(),
            account: self.user,
            platform: self.platform,
            showing: self.showing,
        };
        match admitted(&mut tenant, self.user, &mut keys, place)? {
            Admitted::Yes(person) => {
                Ok(Came::Added(self.register(&tenant, vault, (&page, &person))?))
            }
            Admitted::No(wall) => Ok(Came::Wall(wall)),
        }
    }
}

/// The profile that gets the passkey; it may have to be made.
fn destination(vault: &Vault, name: Option<&str>) -> Result<String> {
    match name {
        Some(name) => Ok(name.to_owned()),
        None if vault.profiles().is_empty() => Ok(profiles::FIRST.to_owned()),
        None => profiles::meant(vault, None),
    }
}

enum Admitted {
    Yes(Person),
    No(Wall),
}

/// Signs in until a passkey can be registered.
fn admitted(
    tenant: &mut Tenant,
    user: &str,
    keys: &mut Keys<'_>,
    place: &Where,
) -> Result<Admitted> {
    let before = wall::remembered(place, &tenant.address())?;
    let state = tenant.begin(user, before)?.map_err(|problem| refused(&problem))?;
    let mut ended = sign_in(tenant, state, keys)?;
    for _ in 0..3 {
        match ended {
            Ended::Granted(Granted { person, register: Register::Open, ways: _ }) => {
                wall::forget(place)?;
                return Ok(Admitted::Yes(person));
            }
            Ended::Granted(Granted { person: _, register: Register::ProveAgain, ways }) => {
                ended = prove_again(tenant, &ways, keys)?;
            }
            Ended::Granted(Granted { person: _, register: Register::Shut, ways: _ }) => bail!(
                "you are signed in, but no passkey can be added from here\n\
                 help: call the help desk; a policy says from where sign-in methods are added"
            ),
            Ended::Wall(wall) => {
                wall::remember(place, tenant)?;
                return Ok(Admitted::No(wall));
            }
            Ended::Leftover => bail!(
                "the tenant does not know the passkey of profile {}\n\
                 help: `cardea authenticator mend` removes it; sign in with something else",
                keys.chosen.map_or("", |it| it.profile.as_str())
            ),
        }
    }
    bail!("the tenant asks on and on for the same; tell its administrators")
}
