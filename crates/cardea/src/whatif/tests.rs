//! One sign-in, asked in every way that the command knows, against the evaluation that a server
//! would run and against the gates of the prover.
//!
//! Exports and requests are text on one side and values on the other, so that a word that is read
//! as another one is found too. `CARDEA_LONG=1` asks a hundred times as often.

mod draw;
mod export;

#[path = "../../../cardea-prover/tests/oracle/chance.rs"]
mod chance;

use std::env;

use cardea_check::config::{Config, Held};
use cardea_check::whatif::answer::{Judge, Outcome};
use cardea_check::whatif::question::Question;
use cardea_check::whatif::{graph, request};
use cardea_graph::export::Reader;
use cardea_graph::lower::{Lowered, lower};
use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::risk::Risks;
use cardea_policy::evaluate::{Principal, Reason, SignIn};
use cardea_policy::index::Index;
use cardea_policy::lattice::Plain;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::State;
use cardea_policy::satisfy::Strengths;
use cardea_policy::strength::Mode;
use cardea_prover::reach::fixpoint::{Fixpoint, OneTime, Start};
use cardea_prover::reach::terrain::{Goal, Ground, Reachable, Targets, Terrain};
use cardea_tenant::journey::actor::{Actor, Intent};
use cardea_tenant::journey::app::App;
use cardea_tenant::journey::gate::{Book, Gate, Passage, Session};
use cardea_tenant::journey::means::{Means, MeansIndex};
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::Account;
use clap::Parser as _;
use serde_json::Value;

use self::chance::Chance;
use self::draw::{Asked, Form};
use super::flags::Flags;

/// How many tenants are drawn, and how many sign-ins to each.
const TENANTS: u64 = 500;
const EACH: usize = 10;

#[derive(Debug, clap::Parser)]
struct Line {
    #[command(flatten)]
    flags: Flags,
}

/// What was compared.
#[derive(Debug, Default)]
struct Tally {
    asked: usize,
    applied: usize,
    let_in: usize,
    gates: usize,
}

#[test]
#[expect(clippy::print_stdout, reason = "a test says what it drew")]
fn what_if_answers_as_the_evaluation_and_the_prover_do() {
    let tenants = if env::var_os("CARDEA_LONG").is_some() { 100 * TENANTS } else { TENANTS };
    let mut tally = Tally::default();
    for at in 0..tenants {
        let mut chance = Chance::new(17, at);
        let export = export::export(&mut chance);
        let tenant = Tenant::read(&export);
        let judge = Judge::new(&tenant.lowered, &tenant.config);
        for _ in 0..EACH {
            let asked = draw::asked(&mut chance);
            for form in [Form::Arguments, Form::Request] {
                let compared = tenant.compared(&judge, (&asked, form), &mut tally);
                compared.unwrap_or_else(|why| panic!("tenant {at}: {why}\n{export:#}"));
            }
        }
    }
    println!("{tally:?}");
    let share = |count: usize| 100 * count / tally.asked;
    assert!(share(tally.applied) > 40 && share(tally.gates) > 25, "{tally:?}");
    assert!((20..80).contains(&share(tally.let_in)), "{tally:?}");
}

/// A tenant as the command has it, and as a server would.
struct Tenant {
    lowered: Lowered,
    config: Config,
    book: Book,
}

impl Tenant {
    fn read(export: &Value) -> Self {
        let mut reader = Reader::default();
        reader.add("export.json", export.to_string().into_bytes());
        let lowered = lower(reader.finish());
        assert!(lowered.problems.is_empty(), "{:?}", lowered.problems);
        let config = Config::from_toml("", "2026-01-01").unwrap();
        let tenant = &lowered.tenant;
        let book = Book {
            index: Index::new(tenant.policies.clone(), tenant.settings.clone()),
            strengths: Strengths::new(tenant.strengths.clone()),
            means: Means::of(tenant),
            assumptions: config.assumptions.clone(),
        };
        Self { lowered, config, book }
    }

    fn people(&self) -> draw::People {
        if self.lowered.tenant.directory.is_empty() {
            draw::People::Unknown
        } else {
            draw::People::InTheExport
        }
    }

    /// Whether the command's answer is the one of the evaluation and of the prover.
    fn compared(
        &self,
        judge: &Judge<'_>,
        (asked, form): (&Asked, Form),
        tally: &mut Tally,
    ) -> Result<(), String> {
        let line = Line::try_parse_from(asked.arguments()).map_err(|error| error.to_string())?;
        let (told, question) = match form {
            Form::Arguments => {
                let question = line.flags.question(&self.lowered, &self.config, judge.index());
                (asked.arguments().join(" "), question)
            }
            Form::Request => {
                let text = asked.request().to_string();
                let question = request::read(&text, &self.lowered, &self.config);
                (text, question.map(|(question, _)| question).map_err(Into::into))
            }
        };
        let question = question.map_err(|error| format!("{told}: {error}"))?;
        let has = line.flags.has(&self.lowered, &question).map_err(|error| error.to_string())?;
        let (passage, sign_in) = asked.sign_in(form, &self.lowered.tenant, self.people());
        let scene = Scene { tenant: self, judge, question: &question, has: &has };
        let agree = scene.agrees(&sign_in, passage, tally);
        agree.map_err(|why| format!("{told}, showing {}: {why}", asked.has.join(",")))
    }
}

/// One question, and what is shown.
struct Scene<'t> {
    tenant: &'t Tenant,
    judge: &'t Judge<'t>,
    question: &'t Question,
    has: &'t [Held],
}

impl Scene<'_> {
    fn agrees(&self, sign_in: &SignIn, passage: Passage, tally: &mut Tally) -> Result<(), String> {
        let book = &self.tenant.book;
        if self.question.sign_in() != *sign_in {
            return Err(format!("read as {:?}, not {sign_in:?}", self.question.sign_in()));
        }
        let evaluation = book.index.evaluate(sign_in);
        let reasons = self.judge.reasons(self.question);
        if reasons != evaluation.reasons {
            return Err(format!("{reasons:?}, not {:?}", evaluation.reasons));
        }
        self.names(&reasons)?;
        let applied = evaluation.decision.applied;
        let opens = match &sign_in.principal {
            Principal::Person(_) => {
                let gate = Gate { passage, applied: applied.clone() };
                self.opens(&gate, &self.permissions())
            }
            Principal::Workload(_) | Principal::Agent(_) => !applied.meets(book.index.blocking()),
        };
        let outcome = self.judge.judge(self.question, self.has).outcome;
        if outcome != if opens { Outcome::In } else { Outcome::Out } {
            return Err(format!("{outcome:?}, and evaluated: {opens}"));
        }
        tally.asked += 1;
        tally.applied += usize::from(!applied.is_empty());
        tally.let_in += usize::from(opens);
        tally.gates += usize::from(self.is_proved(sign_in, passage, opens)?);
        Ok(())
    }

    /// Whether Graph's form of the answer names the policies that apply, those in report-only mode
    /// among them.
    fn names(&self, reasons: &[Reason]) -> Result<(), String> {
        let lowered = &self.tenant.lowered;
        let wanted = request::Wanted::Applied;
        let answer = graph::results(lowered, reasons, (self.question.risks, wanted));
        let named: Vec<&str> = answer
            .iter()
            .filter_map(|result| result.get("displayName").and_then(Value::as_str))
            .collect();
        let policies = lowered.tenant.policies.iter().zip(reasons);
        let applying: Vec<&str> = policies
            .filter(|(policy, reason)| {
                policy.state != State::Disabled && **reason == Reason::Applies
            })
            .map(|(policy, _)| policy.name.as_str())
            .collect();
        if named == applying { Ok(()) } else { Err(format!("{named:?} named, not {applying:?}")) }
    }

    /// Whether the prover lays out the same gate and opens it alike; false for what it does not lay
    /// out: sign-ins at a risk, of old clients, of programs, to register something.
    fn is_proved(&self, sign_in: &SignIn, passage: Passage, opens: bool) -> Result<bool, String> {
        let book = &self.tenant.book;
        let Principal::Person(person) = &sign_in.principal else { return Ok(false) };
        let laid_out = sign_in.client.is_modern()
            && sign_in.risks == Risks::default()
            && sign_in.flow == Flow::Ordinary
            && passage == Passage::Plain
            && sign_in.request.action.is_none();
        if !laid_out {
            return Ok(false);
        }
        let (name, request) = ("it".to_owned(), sign_in.request.clone());
        let goal = Goal { name, request, from: Reachable::AnyDevice };
        let targets = Targets::new(&self.tenant.lowered.tenant, book, vec![goal]);
        let actor = Actor {
            devices: vec![draw::device(sign_in)],
            networks: vec![sign_in.network.clone()],
            intent: Intent::Person,
        };
        let who = book.index.who(&book.index.member(person));
        let (ground, permissions) = (Ground::new(book, &targets, &actor), self.permissions());
        let terrain = Terrain::new(&ground, &who, &permissions);
        let start = self.start();
        let fixpoint = Fixpoint { lattice: &Plain, terrain: &terrain, start: &start };
        let proved = fixpoint.approaches(&start.held);
        let at = |client: ClientApp| {
            terrain.goals[0].iter().position(|approach| approach.situation.client == client)
        };
        let at = at(sign_in.client).ok_or("the prover has no such approach")?;
        let demanding = |at: PolicyIndex| book.index.demanding().contains(at);
        let gate: Vec<_> =
            terrain.goals[0][at].gate.applied.iter().filter(|it| demanding(*it)).collect();
        let applied = book.index.evaluate(sign_in).decision.applied;
        let evaluated: Vec<_> = applied.iter().filter(|it| demanding(*it)).collect();
        if gate != evaluated || proved[0][at] != opens {
            return Err(format!("{gate:?} at the gate, which opens: {}", proved[0][at]));
        }
        Ok(true)
    }

    fn permissions(&self) -> Permissions {
        let Tenant { lowered, book, .. } = self.tenant;
        let Principal::Person(person) = &self.question.principal else { panic!("a person") };
        Permissions::of(&lowered.tenant, &book.means, person, &book.assumptions)
    }

    /// What is shown, as the prover starts with it.
    fn start(&self) -> Start<bool> {
        let means = &self.tenant.book.means;
        let has: Vec<MeansIndex> = self.has.iter().flat_map(|held| held.among(means)).collect();
        let one_time = means.mode(Mode::TemporaryAccessPassOneTime);
        let mut start = Start::with(means.len(), &has, Account::Registered);
        start.one_time = OneTime::everywhere(&one_time.is_some_and(|it| has.contains(&it)));
        start
    }

    /// Whether a gate opens to what is shown.
    fn opens(&self, gate: &Gate, permissions: &Permissions) -> bool {
        let book = &self.tenant.book;
        let start = self.start();
        let one_time = book.means.mode(Mode::TemporaryAccessPassOneTime);
        gate.opens(&Session {
            lattice: &Plain,
            book,
            held: &start.held,
            one_time: one_time.is_some_and(|it| start.held[it.0]),
            permissions,
            device: &draw::device(&self.question.sign_in()),
            client: self.question.sign_in().client,
            app: App::Given,
            intent: Intent::Person,
            passage: gate.passage,
        })
    }
}
