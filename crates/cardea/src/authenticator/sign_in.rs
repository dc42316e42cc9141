//! Signing in to a tenant: showing what it asks for until it is content, or until there is a wall.

use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use cardea_authenticator::client::{ClientError, RequestOptions};
use cardea_web::authenticator::{
    self as wire, Code, Hidden, Person, Problem, Register, ShowCode, ShowPass, ShowPasskey,
    ShowPassword, State, Way,
};
use clap::ValueEnum;
use serde_json::Value;

use super::secrets::{PassFrom, Source, in_file};
use super::tenant::{Outcome, Tenant};
use super::terminal;

/// How often something is shown before it is given up. No journey of a tenant is that long.
const LONGEST: usize = 12;

/// What a person shows on the way in, where it is not a passkey.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Shown {
    /// What to sign in with, where there is a choice
    #[arg(long, value_name = "WAY")]
    pub(super) with: Option<With>,
    #[command(flatten)]
    pub(super) pass: PassFrom,
    /// Read the password from the first line of a file, as --pin-file does
    #[arg(long, value_name = "FILE")]
    pub(super) password_file: Option<PathBuf>,
    /// Read the code from the first line of a file, as --pin-file does
    #[arg(long, value_name = "FILE")]
    pub(super) code_file: Option<PathBuf>,
}

/// Something to sign in with. Values have no comments of their own: clap would print them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum With {
    Passkey,
    Pass,
    Password,
    Code,
}

impl From<With> for Way {
    fn from(with: With) -> Self {
        match with {
            With::Passkey => Self::Passkey,
            With::Pass => Self::Pass,
            With::Password => Self::Password,
            With::Code => Self::Code,
        }
    }
}

/// Where a sign-in has ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// The person is signed in.
    Granted(Granted),
    /// Nothing leads on from here; these are the tenant's words.
    Wall(Wall),
    /// The tenant does not know the passkey that was shown.
    Leftover,
}

/// A person who is signed in.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) person: Person,
    pub(super) register: Register,
    /// What to show once more before a passkey is registered.
    pub(super) ways: Vec<Way>,
}

/// A wall, in the tenant's words.
#[derive(Debug)]
pub(super) struct Wall {
    title: String,
    text: String,
    next: Vec<String>,
    correlation_id: Option<String>,
    state: State,
}

/// What there is to show.
pub(super) trait Means {
    /// The answer of a passkey to a tenant's options; nothing where there is none here.
    ///
    /// # Errors
    /// The passkey cannot be used.
    fn passkey(&mut self, options: &RequestOptions) -> Result<Option<Value>>;

    /// Whether there may be a passkey here at all.
    fn has_passkey(&self) -> bool;

    /// What else is shown, and where it comes from.
    fn showing(&self) -> Showing<'_>;
}

/// What is shown that is no passkey.
#[derive(Clone, Copy, Debug)]
pub(super) enum Showing<'a> {
    /// Nothing: a passkey or nothing.
    Nothing,
    /// What arguments of a command say.
    Arguments(&'a Shown),
    /// A Temporary Access Pass.
    Pass(&'a Hidden),
}

impl<'a> Showing<'a> {
    /// The way that is asked for, if it is possible.
    fn way(self, possible: &[Way]) -> Option<Way> {
        let shown = match self {
            Self::Nothing => return None,
            Self::Pass(_) => return Some(Way::Pass).filter(|way| possible.contains(way)),
            Self::Arguments(shown) => shown,
        };
        let given = [
            shown.with.map(Way::from),
            (shown.pass.source() != Source::Keyboard).then_some(Way::Pass),
            shown.password_file.as_ref().map(|_| Way::Password),
            shown.code_file.as_ref().map(|_| Way::Code),
        ];
        given.into_iter().flatten().find(|way| possible.contains(way))
    }

    /// Where the secret of a way comes from.
    fn source(self, way: Way) -> Source<'a> {
        match (self, way) {
            (Self::Pass(pass), Way::Pass) => Source::Given(pass.expose()),
            (Self::Arguments(shown), Way::Pass) => shown.pass.source(),
            (Self::Arguments(shown), Way::Password) => in_file(shown.password_file.as_ref()),
            (Self::Arguments(shown), Way::Code) => in_file(shown.code_file.as_ref()),
            (Self::Nothing | Self::Pass(_) | Self::Arguments(_), _) => Source::Keyboard,
        }
    }
}

/// Signs in.
///
/// # Errors
/// The tenant cannot be reached or refuses what was shown.
pub(super) fn sign_in(tenant: &Tenant, state: State, means: &mut dyn Means) -> Result<Ended> {
    let mut state = state;
    for _ in 0..LONGEST {
        let ways = match settled(&state) {
            Settled::Ended(ended) => return Ok(ended),
            Settled::Show(ways) => ways,
        };
        state = match show(tenant, &ways, means)? {
            Ok(state) => state,
            Err(problem) if problem.code == Code::UnknownCredential => return Ok(Ended::Leftover),
            Err(problem) => return Err(refused(&problem)),
        };
    }
    bail!("the tenant asks on and on; tell its administrators")
}

/// Shows one of the ways once more, before a passkey is registered.
///
/// # Errors
/// As for [`sign_in`].
pub(super) fn prove_again(tenant: &Tenant, ways: &[Way], means: &mut dyn Means) -> Result<Ended> {
    match show(tenant, ways, means)? {
        Ok(state) => sign_in(tenant, state, means),
        Err(problem) if problem.code == Code::UnknownCredential => Ok(Ended::Leftover),
        Err(problem) => Err(refused(&problem)),
    }
}

/// A refusal of the tenant as an error of a command.
pub(super) fn refused(problem: &Problem) -> anyhow::Error {
    anyhow!("{}", terminal::lines(&problem.message))
}

enum Settled {
    Show(Vec<Way>),
    Ended(Ended),
}

fn settled(state: &State) -> Settled {
    let wall = |title: &str, text: &str, next: &[String], correlation_id| {
        Settled::Ended(Ended::Wall(Wall {
            title: title.to_owned(),
            text: text.to_owned(),
            next: next.to_vec(),
            correlation_id,
            state: state.clone(),
        }))
    };
    match state {
        State::Show { ways } => Settled::Show(ways.clone()),
        State::Granted { person, register, ways } => Settled::Ended(Ended::Granted(Granted {
            person: person.clone(),
            register: *register,
            ways: ways.clone(),
        })),
        State::Terms { title, text, next } => wall(title, text, next, None),
        State::Register { title, text, next, laps: _, correlation_id }
        | State::Shut { code: _, title, text, next, laps: _, correlation_id } => {
            wall(title, text, next, Some(correlation_id.clone()))
        }
    }
}

fn show(tenant: &Tenant, ways: &[Way], means: &mut dyn Means) -> Result<Outcome<State>> {
    match chosen(ways, means)? {
        Way::Passkey => {
            let options = match tenant.post(wire::PASSKEY_OPTIONS, &serde_json::json!({}))? {
                Ok(options) => options,
                Err(problem) => return Ok(Err(problem)),
            };
            let Some(credential) = means.passkey(&options)? else { return Err(no_passkey(ways)) };
            tenant.post(wire::SHOW_PASSKEY, &ShowPasskey { credential })
        }
        Way::Pass => {
            let pass = hidden(means, Way::Pass, ("Temporary Access Pass: ", "--pass-file"))?;
            tenant.post(wire::SHOW_PASS, &ShowPass { pass })
        }
        Way::Password => {
            let password = hidden(means, Way::Password, ("Password: ", "--password-file"))?;
            tenant.post(wire::SHOW_PASSWORD, &ShowPassword { password })
        }
        Way::Code => {
            let question = "Code of your authenticator app: ";
            let code = hidden(means, Way::Code, (question, "--code-file"))?;
            tenant.post(wire::SHOW_CODE, &ShowCode { code })
        }
    }
}

fn hidden(means: &dyn Means, way: Way, (question, option): (&str, &str)) -> Result<Hidden> {
    let secret = means.showing().source(way).read(question, option)?;
    Ok(Hidden::new(secret.as_str()))
}

/// The way that is taken: the one that was asked for, the one for which a file was given, the only one that is
/// possible, or the one that the person chooses.
fn chosen(ways: &[Way], means: &dyn Means) -> Result<Way> {
    let possible: Vec<Way> =
        ways.iter().copied().filter(|way| *way != Way::Passkey || means.has_passkey()).collect();
    if let Some(way) = means.showing().way(&possible) {
        return Ok(way);
    }
    match possible.as_slice() {
        [] => Err(no_passkey(ways)),
        [only] => Ok(*only),
        [Way::Passkey, ..] => Ok(Way::Passkey),
        several => {
            let list = terminal::numbered(several.iter().map(|way| word(*way)));
            let answer = terminal::asked(&format!("Sign in with:\n{list}Number: "));
            let number = answer.and_then(|it| it.trim().parse::<usize>().ok());
            let way = number.and_then(|it| several.get(it.checked_sub(1)?));
            way.copied().ok_or_else(|| {
                let words: Vec<&str> = several.iter().map(|it| option(*it)).collect();
                anyhow!(
                    "it is not clear what to sign in with\nhelp: say --with {}",
                    words.join(", or --with ")
                )
            })
        }
    }
}

fn no_passkey(ways: &[Way]) -> anyhow::Error {
    match ways {
        [Way::Passkey] => anyhow!(
            "signing in takes a passkey, and there is none here\n\
             help: ask the help desk for a Temporary Access Pass, or use the passkey of another profile"
        ),
        _ => anyhow!("nothing that you could show was asked for\nhelp: call the help desk"),
    }
}

const fn word(way: Way) -> &'static str {
    match way {
        Way::Passkey => "a passkey",
        Way::Pass => "a Temporary Access Pass",
        Way::Password => "your password",
        Way::Code => "a code of your authenticator app",
    }
}

const fn option(way: Way) -> &'static str {
    match way {
        Way::Passkey => "passkey",
        Way::Pass => "pass",
        Way::Password => "password",
        Way::Code => "code",
    }
}

impl Wall {
    /// The tenant's words, for a person.
    pub(super) fn told(&self) -> String {
        format!("error: {}", self.words())
    }

    /// The same within another message.
    pub(super) fn words(&self) -> String {
        let mut text = format!("{}\n  {}\n", plain(&self.title), plain(&self.text));
        text += &terminal::numbered(self.next.iter().map(|it| plain(it)));
        if let Some(id) = &self.correlation_id {
            text.extend(["  For the help desk: ", &plain(id), "\n"]);
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// The same for a script.
    pub(super) fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(&self.state)? + "\n")
    }
}

fn plain(text: &str) -> String {
    terminal::lines(text)
}

/// A ceremony that gave nothing, as an error of a command.
pub(super) fn failed(error: ClientError) -> anyhow::Error {
    if error == ClientError::GivenUp {
        return anyhow!("the PIN is wrong, and nothing was done\nhelp: try again");
    }
    error.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing {
        passkey: bool,
        shown: Shown,
    }

    impl Means for Nothing {
        fn passkey(&mut self, _: &RequestOptions) -> Result<Option<Value>> {
            Ok(None)
        }

        fn has_passkey(&self) -> bool {
            self.passkey
        }

        fn showing(&self) -> Showing<'_> {
            Showing::Arguments(&self.shown)
        }
    }

    fn means(passkey: bool, with: Option<With>) -> Nothing {
        let pass = PassFrom { pass_file: None, pass_fd: None };
        Nothing { passkey, shown: Shown { with, pass, password_file: None, code_file: None } }
    }

    #[test]
    fn what_is_asked_for_is_taken_and_else_a_passkey_or_the_only_way() {
        let all = [Way::Pass, Way::Password, Way::Passkey];
        assert_eq!(chosen(&all, &means(true, Some(With::Password))).unwrap(), Way::Password);
        assert_eq!(chosen(&[Way::Passkey, Way::Pass], &means(true, None)).unwrap(), Way::Passkey);
        assert_eq!(chosen(&[Way::Passkey, Way::Pass], &means(false, None)).unwrap(), Way::Pass);
        let none = chosen(&[Way::Passkey], &means(false, None)).unwrap_err().to_string();
        assert!(none.contains("Temporary Access Pass"), "{none}");
        let mut given = means(false, None);
        given.shown.pass.pass_fd = Some(3);
        assert_eq!(chosen(&all, &given).unwrap(), Way::Pass);
    }

    #[test]
    fn a_wall_is_told_in_the_tenants_words() {
        let state = State::Shut {
            code: 53003,
            title: "You've been here before".into(),
            text: "Trying again won't help.".into(),
            next: vec!["Ask the help desk for a pass.".into()],
            laps: 2,
            correlation_id: "0000".into(),
        };
        let Settled::Ended(Ended::Wall(wall)) = settled(&state) else { panic!("a wall") };
        assert_eq!(
            wall.told(),
            "error: You've been here before\n  Trying again won't help.\n  \
             1  Ask the help desk for a pass.\n  For the help desk: 0000"
        );
        assert!(wall.json().unwrap().contains("\"stage\": \"shut\""));
    }
}
