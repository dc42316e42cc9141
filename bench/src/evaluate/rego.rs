//! The same policies in Rego: one rule for each, which puts its number into a set. Cheap conditions
//! come first, because Rego stops at the first that does not hold.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Value};
use serde_json::json;

use super::sign_in::{Client, Level, SignIn, Way, left_out, place};
use crate::sketch::{Apps, Include, Platforms, Policy, Sketch, graph};

const RULE: &str = "data.ca.applies";

/// The interpreter of regorus.
pub(super) struct Interpreter {
    engine: Engine,
    inputs: Vec<Value>,
}

/// The virtual machine of regorus.
pub(super) struct Machine {
    machine: RegoVM,
    inputs: Vec<Value>,
}

impl Interpreter {
    pub(super) fn new(sketch: &Sketch, sign_ins: &[SignIn]) -> Self {
        Self { engine: engine(sketch), inputs: sign_ins.iter().map(input).collect() }
    }

    pub(super) fn answer(&mut self, at: usize) -> Value {
        self.engine.set_input(self.inputs[at].clone());
        self.engine.eval_rule(RULE.to_owned()).expect("the rule can be evaluated")
    }

    pub(super) fn applied(&mut self, at: usize) -> BTreeSet<usize> {
        numbers(&self.answer(at))
    }
}

impl Machine {
    pub(super) fn new(sketch: &Sketch, sign_ins: &[SignIn]) -> Self {
        let compiled = engine(sketch).compile_with_entrypoint(&RULE.into()).expect("it compiles");
        let program = Compiler::compile_from_policy(&compiled, &[RULE]).expect("it compiles");
        let mut machine = RegoVM::new();
        machine.load_program(program);
        // The bound on instructions is meant for rules of strangers.
        machine.set_max_instructions(usize::MAX);
        Self { machine, inputs: sign_ins.iter().map(input).collect() }
    }

    pub(super) fn answer(&mut self, at: usize) -> Value {
        self.machine.set_input(self.inputs[at].clone());
        self.machine.execute().expect("the program runs")
    }

    pub(super) fn applied(&mut self, at: usize) -> BTreeSet<usize> {
        numbers(&self.answer(at))
    }
}

fn numbers(value: &Value) -> BTreeSet<usize> {
    let set = value.as_set().expect("a set");
    let number = |it: &Value| usize::try_from(it.as_u64().expect("a number")).expect("it is small");
    set.iter().map(number).collect()
}

fn engine(sketch: &Sketch) -> Engine {
    let mut rules = "package ca\nimport rego.v1\n".to_owned();
    for (number, policy) in sketch.policies.iter().enumerate() {
        let _ = writeln!(
            rules,
            "applies contains {number} if {{\n{}\n}}",
            conditions(policy).join("\n")
        );
    }
    let mut engine = Engine::new();
    engine.add_policy("ca.rego".to_owned(), rules).expect("well-formed rules");
    engine
}

fn conditions(policy: &Policy) -> Vec<String> {
    let mut all = Vec::new();
    let mut listed = |fact: &str, list: Option<&[&str]>| {
        if let Some(list) = list {
            all.push(format!("input.{fact} in {}", set(list)));
        }
    };
    listed("client", Client::listed(policy.clients));
    listed("risk", Level::listed(policy.risk));
    listed("flow", Way::listed(policy.flow));
    match &policy.platforms {
        Platforms::Any => {}
        Platforms::Only(only) => all.push(format!("input.platform in {}", set(only))),
        Platforms::AllBut(but) => all.push(format!("not input.platform in {}", set(but))),
    }
    if let Some(places) = left_out(policy.networks) {
        all.push(format!("not input.place in {}", set(&places)));
    }
    match &policy.apps {
        Apps::AllBut(but) if but.is_empty() => {}
        Apps::AllBut(but) => all.push(format!("not input.app in {}", set(&ids(but, graph::app)))),
        Apps::Only(only) => all.push(format!("input.app in {}", set(&ids(only, graph::app)))),
    }
    match &policy.include {
        Include::Everyone => {}
        Include::Groups(groups) => {
            let groups = set(&ids(groups, graph::group));
            all.push(format!("some group in {groups}\ninput.groups[group]"));
        }
        Include::Role(role) => all.push(format!("input.roles[\"{}\"]", graph::role(*role))),
        Include::Guests => all.push("input.guest".to_owned()),
    }
    for group in ids(&policy.excluded, graph::group) {
        all.push(format!("not input.groups[\"{group}\"]"));
    }
    all
}

fn ids(numbers: &[usize], id: fn(usize) -> String) -> Vec<String> {
    numbers.iter().copied().map(id).collect()
}

fn set(list: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = list.iter().map(|it| format!("\"{}\"", it.as_ref())).collect();
    format!("{{{}}}", quoted.join(", "))
}

/// The groups are keys, so that a rule finds one without going through all of them.
fn input(sign_in: &SignIn) -> Value {
    let keys = |ids: Vec<String>| -> serde_json::Map<String, serde_json::Value> {
        ids.into_iter().map(|id| (id, true.into())).collect()
    };
    let input = json!({
        "groups": keys(ids(&sign_in.groups, graph::group)),
        "roles": keys(sign_in.role.map(|it| graph::role(it).to_owned()).into_iter().collect()),
        "guest": sign_in.guest,
        "app": graph::app(sign_in.app),
        "platform": sign_in.platform,
        "client": sign_in.client.name(),
        "place": place(sign_in.location),
        "risk": sign_in.risk.name(),
        "flow": sign_in.flow.name(),
    });
    Value::from_json_str(&input.to_string()).expect("it is JSON")
}
