//! `cardea authenticator sign-in`, `rename` and `remove`: a passkey and the tenant that knows it.

use anyhow::{Context as _, Result, bail};
use cardea_authenticator::client::Page;
use cardea_authenticator::vault::Vault;
use cardea_authenticator::{Note, Platform};
use cardea_web::authenticator::{self as wire, Code, LAST, Passkey, Rename};
use reqwest::Method;
use serde_json::{Value, json};

use super::add::Kind;
use super::ceremony::same;
use super::passkeys::{self, Chosen, Kept, Keys, Which, none_here};
use super::place::Where;
use super::secrets::PinFrom;
use super::sign_in::{Ended, Granted, Showing, Wall, refused, sign_in};
use super::tenant::{Reach, Tenant};
use super::wall;
use crate::arguments::HELP;
use crate::exit::Exit;
use crate::output::Output;

const SIGN_IN_EXAMPLES: &str = "\
Examples:
  cardea authenticator sign-in https://id.contoso.example --profile work
  cardea authenticator sign-in https://id.contoso.example --user kim@contoso.example --platform android";

const RENAME_EXAMPLES: &str = "\
Examples:
  cardea authenticator rename kim@contoso.example \"Kim's phone\" --profile work";

const REMOVE_EXAMPLES: &str = "\
Examples:
  cardea authenticator remove kim@contoso.example --profile work
  cardea authenticator remove kim --at example.org --only-here   a website's, which it still lists";

/// Signs in to a tenant with a passkey, to see whether it works
#[derive(Debug, clap::Args)]
#[command(after_help = SIGN_IN_EXAMPLES, help_template = HELP)]
pub(super) struct SignIn {
    /// The address of the tenant
    #[arg(value_name = "URL")]
    tenant: String,
    /// The account, where the profile has several there
    #[arg(long, value_name = "ACCOUNT")]
    user: Option<String>,
    /// The profile, where there are several
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The platform as which this installation appears; without, the one for which the passkey was made
    #[arg(long, value_name = "NAME")]
    platform: Option<Kind>,
    #[command(flatten)]
    pin: PinFrom,
    #[command(flatten)]
    reach: Reach,
    /// Print what came of it as JSON
    #[arg(long)]
    json: bool,
}

/// Gives a passkey another name, here and at the tenant
#[derive(Debug, clap::Args)]
#[command(after_help = RENAME_EXAMPLES, help_template = HELP)]
pub(super) struct Renaming {
    #[command(flatten)]
    which: Which,
    /// The name
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    reach: Reach,
    /// Print what came of it as JSON
    #[arg(long)]
    json: bool,
}

/// Removes a passkey, here and at the tenant
#[derive(Debug, clap::Args)]
#[command(after_help = REMOVE_EXAMPLES, help_template = HELP)]
pub(super) struct Removing {
    #[command(flatten)]
    which: Which,
    /// Remove it only from this device; the website or the tenant still lists it
    #[arg(long)]
    only_here: bool,
    /// Remove it even if the account has no other way in that works
    #[arg(long)]
    last_way_in: bool,
    #[command(flatten)]
    reach: Reach,
    /// Print what came of it as JSON
    #[arg(long)]
    json: bool,
}

/// Signs in.
///
/// # Errors
/// There is no passkey, or the tenant refuses.
pub(super) fn signed_in(arguments: &SignIn, place: &Where, output: &Output) -> Result<Exit> {
    let mut vault = place.open()?;
    let tenant = |platform, roots: Option<&str>| Tenant::at(&arguments.tenant, platform, roots);
    let page = tenant(Platform::Desktop, None)?.page()?;
    let chosen = Chosen::new(&mut vault, arguments.profile.as_deref(), arguments.pin.source())?;
    let here = passkeys::kept(&chosen.open(&mut vault)?);
    let passkey = of_page(here, &page, arguments.user.as_deref(), &chosen.profile)?;
    let (account, platform) =
        (passkey.account.as_str(), arguments.platform.map_or(passkey.platform, Platform::from));
    let roots = arguments.reach.roots(passkey.roots.as_deref())?;
    let there = tenant(platform, roots.as_deref())?;
    let person = match entered(there, &mut vault, &chosen, (account, platform))? {
        Entered::In(_, granted) => granted.person,
        Entered::Wall(wall) => return wall::shown(&wall, arguments.json, output),
        Entered::Leftover => bail!(leftover(account)),
    };
    // The tenant may have got another certificate since the passkey was made.
    if roots != passkey.roots {
        chosen.open(&mut vault)?.note(&passkey.id, Note { roots, ..passkey.note() })?;
    }
    let text = if arguments.json {
        let value = json!({ "id": person.id, "account": person.user_principal_name });
        serde_json::to_string_pretty(&value)? + "\n"
    } else {
        format!("ok  signed in as {} from profile {}\n", person.user_principal_name, chosen.profile)
    };
    output.write(&text, None)?;
    Ok(Exit::Proved)
}

/// The passkey that a profile has for a tenant.
fn of_page(kept: Vec<Kept>, page: &Page, user: Option<&str>, profile: &str) -> Result<Kept> {
    let fits = |it: &Kept| {
        page.origin.rp_id(Some(&it.rp_id)).is_ok()
            && user.is_none_or(|user| same(user, &it.account))
    };
    let mut fitting: Vec<Kept> = kept.into_iter().filter(fits).collect();
    match (fitting.pop(), fitting.as_slice()) {
        (None, _) => Err(none_here(page, profile)),
        (Some(only), []) => Ok(only),
        (Some(last), others) => {
            let all = others.iter().chain([&last]).map(|it| it.account.as_str());
            bail!(
                "profile {profile} has passkeys of several accounts there\n\
                 help: say which with --user: {}",
                all.collect::<Vec<_>>().join(", ")
            )
        }
    }
}

/// Where a sign-in with a passkey has come to.
pub(super) enum Entered {
    In(Tenant, Granted),
    Wall(Wall),
    Leftover,
}

/// Signs in to a tenant with the passkey of a profile.
///
/// # Errors
/// The tenant cannot be reached or refuses.
pub(super) fn entered(
    mut tenant: Tenant,
    vault: &mut Vault,
    chosen: &Chosen,
    (account, platform): (&str, Platform),
) -> Result<Entered> {
    let page = tenant.page()?;
    let showing = Showing::Nothing;
    let mut keys = Keys { vault, chosen: Some(chosen), page, account, platform, showing };
    let state = tenant.begin(account, None)?.map_err(|problem| refused(&problem))?;
    Ok(match sign_in(&tenant, state, &mut keys)? {
        Ended::Granted(granted) => Entered::In(tenant, granted),
        Ended::Wall(wall) => Entered::Wall(wall),
        Ended::Leftover => Entered::Leftover,
    })
}

/// What to say of a passkey that the tenant does not know.
fn leftover(account: &str) -> String {
    format!(
        "the tenant does not know the passkey of {account} that is here\n\
         help: `cardea authenticator mend` removes it; then add one again"
    )
}

/// Renames.
///
/// # Errors
/// There is no such passkey, or the tenant refuses.
pub(super) fn renamed(arguments: &Renaming, place: &Where, output: &Output) -> Result<Exit> {
    let mut vault = place.open()?;
    let (chosen, kept) = found(&mut vault, &arguments.which)?;
    let changed = rename(&mut vault, (&chosen, &kept), &arguments.name, &arguments.reach)?;
    let value =
        json!({ "account": kept.account, "profile": chosen.profile, "name": arguments.name });
    end(changed, arguments.json.then_some(&value), output)
}

/// Removes.
///
/// # Errors
/// There is no such passkey, or the tenant refuses.
pub(super) fn removed(arguments: &Removing, place: &Where, output: &Output) -> Result<Exit> {
    let mut vault = place.open()?;
    let (chosen, kept) = found(&mut vault, &arguments.which)?;
    let how = match (arguments.only_here, arguments.last_way_in) {
        (true, _) => Removal::OnlyHere,
        (false, true) => Removal::EvenTheLastWayIn,
        (false, false) => Removal::Everywhere,
    };
    let changed = remove(&mut vault, (&chosen, &kept), how, &arguments.reach)?;
    let value = json!({ "account": kept.account, "profile": chosen.profile, "removed": true });
    end(changed, arguments.json.then_some(&value), output)
}

/// What came of a change.
pub(super) enum Changed {
    /// It was made; the text says so.
    Made(String),
    /// The tenant lets nobody in.
    Wall(Wall),
}

/// Says what came of a change: in words, or as `value` for a script.
fn end(changed: Changed, value: Option<&Value>, output: &Output) -> Result<Exit> {
    match (changed, value) {
        (Changed::Made(text), None) => output.write(&format!("ok  {text}\n"), None)?,
        (Changed::Made(_), Some(value)) => {
            output.write(&(serde_json::to_string_pretty(value)? + "\n"), None)?;
        }
        (Changed::Wall(wall), value) => return wall::shown(&wall, value.is_some(), output),
    }
    Ok(Exit::Proved)
}

/// Gives a passkey another name: at its tenant, if it has one, and here.
///
/// # Errors
/// The tenant cannot be reached or refuses.
pub(super) fn rename(
    vault: &mut Vault,
    (chosen, kept): (&Chosen, &Kept),
    name: &str,
    reach: &Reach,
) -> Result<Changed> {
    if let Some(address) = &kept.address {
        let roots = reach.roots(kept.roots.as_deref())?;
        let tenant = Tenant::at(address, kept.platform, roots.as_deref())?;
        match entered(tenant, vault, chosen, (&kept.account, kept.platform))? {
            Entered::In(tenant, _) => {
                let there = at_tenant(&tenant, kept)?.with_context(|| leftover(&kept.account))?;
                let rename = Rename { display_name: name.to_owned() };
                let path = format!("{}/{}", wire::PASSKEYS, there.id);
                let changed = tenant.change(Method::PATCH, &path, &rename)?;
                changed.map_err(|problem| refused(&problem))?;
            }
            Entered::Wall(wall) => return Ok(Changed::Wall(wall)),
            Entered::Leftover => bail!(leftover(&kept.account)),
        }
    }
    let note = Note { name: Some(name.to_owned()), ..kept.note() };
    chosen.open(vault)?.note(&kept.id, note)?;
    Ok(Changed::Made(format!("the passkey of {} is now {name}", kept.account)))
}

/// How much of a passkey is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Removal {
    /// Here and at the tenant.
    Everywhere,
    /// The same, even if the account has no other way in that works.
    EvenTheLastWayIn,
    /// Here; whoever lists it goes on listing it.
    OnlyHere,
}

/// Removes a passkey.
///
/// # Errors
/// The tenant cannot be reached or refuses.
pub(super) fn remove(
    vault: &mut Vault,
    (chosen, kept): (&Chosen, &Kept),
    how: Removal,
    reach: &Reach,
) -> Result<Changed> {
    let there = match (&kept.address, how) {
        (_, Removal::OnlyHere) => "it is still listed there; remove it there as well",
        (None, Removal::Everywhere | Removal::EvenTheLastWayIn) => bail!(
            "{} is a website, and only it can remove its half\n\
             help: remove the passkey there, then here with --only-here",
            kept.rp_id
        ),
        (Some(address), Removal::Everywhere | Removal::EvenTheLastWayIn) => {
            let roots = reach.roots(kept.roots.as_deref())?;
            let tenant = Tenant::at(address, kept.platform, roots.as_deref())?;
            match entered(tenant, vault, chosen, (&kept.account, kept.platform))? {
                Entered::In(tenant, _) => {
                    if let Some(there) = at_tenant(&tenant, kept)? {
                        delete(&tenant, &there, how)?;
                    }
                    "and at the tenant"
                }
                Entered::Leftover => "the tenant did not know it any more",
                Entered::Wall(wall) => return Ok(Changed::Wall(wall)),
            }
        }
    };
    chosen.open(vault)?.remove(&kept.id)?;
    let (account, profile) = (&kept.account, &chosen.profile);
    Ok(Changed::Made(format!(
        "the passkey of {account} was removed from profile {profile}; {there}"
    )))
}

fn found(vault: &mut Vault, which: &Which) -> Result<(Chosen, Kept)> {
    let chosen = Chosen::new(vault, which.profile.as_deref(), which.pin.source())?;
    let kept = passkeys::meant(passkeys::kept(&chosen.open(vault)?), which, &chosen.profile)?;
    Ok((chosen, kept))
}

/// The passkey as the tenant lists it.
fn at_tenant(tenant: &Tenant, kept: &Kept) -> Result<Option<Passkey>> {
    let all = tenant.passkeys()?.map_err(|problem| refused(&problem))?;
    Ok(all.value.into_iter().find(|it| is_one(it, &kept.id)))
}

/// Whether the tenant's passkey is this one.
pub(super) fn is_one(passkey: &Passkey, id: &[u8]) -> bool {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    passkey.credential_id == URL_SAFE_NO_PAD.encode(id)
}

fn delete(tenant: &Tenant, passkey: &Passkey, how: Removal) -> Result<()> {
    let query = match how {
        Removal::EvenTheLastWayIn => format!("?{LAST}"),
        Removal::Everywhere | Removal::OnlyHere => String::new(),
    };
    let path = format!("{}/{}{query}", wire::PASSKEYS, passkey.id);
    match tenant.change(Method::DELETE, &path, &json!({}))? {
        Ok(()) => Ok(()),
        Err(problem) if problem.code == Code::NotFound => Ok(()),
        Err(problem) if problem.code == Code::LastWayIn => Err(refused(&problem).context(
            "it is the last way in that works\n\
                 help: add another one first; if you mean it, use --last-way-in",
        )),
        Err(problem) => Err(refused(&problem)),
    }
}

/// Removes a passkey at the tenant that is not here.
///
/// # Errors
/// The tenant refuses.
pub(super) fn delete_there(tenant: &Tenant, passkey: &Passkey) -> Result<()> {
    delete(tenant, passkey, Removal::Everywhere)
}
