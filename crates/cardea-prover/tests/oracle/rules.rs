//! The rulebook against the restated rules: gates, and steps of random walks.

use std::collections::BTreeSet;

use cardea_policy::conditions::target::Request;
use cardea_policy::lattice::Plain;
use cardea_policy::strength::Mode;
use cardea_tenant::journey::app::App;
use cardea_tenant::journey::channel::{Channel, Leg};
use cardea_tenant::journey::gate::{Gate, Passage, Session};
use cardea_tenant::journey::means::{MeansIndex, Method};
use cardea_tenant::journey::step::{Account, Event, OneTimePass, Spot, State, Step};
use cardea_tenant::methods::PassUse;

use crate::chance::Chance;
use crate::draw::Case;
use crate::ground::Ground;
use crate::restated::allowed::usable;
use crate::restated::demands::Shown;
use crate::restated::walk::{Attempt, Pass, Standing, applied, works_on};
use crate::restated::ways::requests;
use crate::search::spots;

const PASS: Method = Method::Mode(Mode::TemporaryAccessPassOneTime);

/// Whether a gate opens to somebody with random methods, in a random place and passage.
pub(crate) fn gate_agrees(case: &Case, chance: &mut Chance) -> Result<bool, String> {
    let ground = Ground::new(case);
    let spot = chance.one(&spots(&case.actor));
    let channel = chance.one(&Channel::ALL);
    let mut asked = requests(case, channel);
    asked.push((Passage::Plain, case.goals[0].request.clone()));
    let (passage, request) = chance.one(&asked);
    let methods: Vec<Method> = ground.book.means.iter().map(|(_, method)| method).collect();
    let held: BTreeSet<Method> = chance.some(&methods, 18);
    let traveller = ground.traveller();
    let gate = Gate { passage, applied: traveller.applied(&spot.situation, &request) };
    let truths: Vec<bool> = methods.iter().map(|method| held.contains(method)).collect();
    let session = Session {
        lattice: &Plain,
        book: &ground.book,
        held: &truths,
        one_time: held.contains(&PASS),
        permissions: &ground.permissions,
        device: spot.situation.device,
        client: spot.situation.client,
        app: App::Given,
        intent: case.actor.intent,
        passage,
    };
    let opens = gate.opens(&session);
    let shown = Shown {
        case,
        methods: held
            .iter()
            .copied()
            .filter(|method| usable(case, *method) && works_on(*method, &spot.situation))
            .collect(),
        device: spot.situation.device,
        client: spot.situation.client,
        passage,
        applied: applied(case, &spot.situation, &request),
    };
    if opens == shown.granted() {
        return Ok(opens);
    }
    Err(format!(
        "{passage:?} at {:?} with {held:?}: {opens} by the gate, {} restated; applied {:?} and {:?}",
        spot.situation,
        shown.granted(),
        gate.applied,
        shown.applied
    ))
}

/// Whether every step of a random walk ends alike, in the same state.
pub(crate) fn walk_agrees(case: &Case, chance: &mut Chance) -> Result<usize, String> {
    let ground = Ground::new(case);
    let traveller = ground.traveller();
    let mut state = ground.state();
    let mut standing = restate(&ground, &state);
    let mut done = 0;
    for at in 0..12 {
        let event = event(&ground, &state, chance);
        let (next, step) = traveller.step(state, &event);
        let succeeds = restated_step(&ground, &mut standing, &event);
        let succeeded = !matches!(step, Step::Refused(_));
        if succeeds != succeeded {
            return Err(format!("step {at}, {event:?}: {step:?}, but {succeeds} restated"));
        }
        if restate(&ground, &next) != standing {
            return Err(format!("step {at}, {event:?}: {next:?}, but {standing:?} restated"));
        }
        done += usize::from(succeeded && matches!(event, Event::Register { .. }));
        state = next;
    }
    Ok(done)
}

fn event<'g>(ground: &'g Ground<'_>, state: &State, chance: &mut Chance) -> Event<'g> {
    match chance.below(20) {
        0..=1 => return Event::Wait(u32::try_from(chance.between(1, 8)).unwrap()),
        2 => return Event::IssuePass(PassUse::OnceOnly),
        3 => return Event::IssuePass(PassUse::Either),
        _ => {}
    }
    let case = ground.case;
    let spot = chance.one(&spots(&case.actor));
    let show = show(ground, state, &spot, chance);
    let request = chance.one(&case.goals).request;
    if chance.percent(25) {
        return Event::Open { spot, leg: Leg { passage: Passage::Plain, request }, show };
    }
    let channel = chance.one(&Channel::ALL);
    let interrupted = (channel == Channel::Wizard && chance.percent(75)).then_some(request);
    let (traveller, legs) = (ground.traveller(), ground.targets.legs(channel));
    let errand = traveller.errand(&spot.situation, interrupted.as_ref(), &legs);
    let makes = channel.makes(&traveller, &spot.situation, &errand);
    let any = MeansIndex(chance.below(ground.book.means.len()));
    let method = if makes.is_empty() || chance.percent(10) { any } else { chance.one(&makes) };
    Event::Register { spot, channel, legs, interrupted, show, method }
}

/// Mostly what is at hand and can be shown; now and then something else.
fn show(
    ground: &Ground<'_>,
    state: &State,
    spot: &Spot<'_>,
    chance: &mut Chance,
) -> Vec<MeansIndex> {
    let case = ground.case;
    let mut show = Vec::new();
    for (index, method) in ground.book.means.iter() {
        let at_hand = if method == PASS {
            state.one_time != OneTimePass::None && chance.percent(60)
        } else {
            state.held.contains(&index)
        };
        let possible = usable(case, method) && works_on(method, &spot.situation);
        if at_hand && (possible || chance.percent(2)) && chance.percent(85) {
            show.push(index);
        }
    }
    if chance.percent(2) {
        show.push(MeansIndex(chance.below(ground.book.means.len())));
    }
    show
}

fn restated_step(ground: &Ground<'_>, standing: &mut Standing, event: &Event<'_>) -> bool {
    let case = ground.case;
    let method = |index: &MeansIndex| ground.book.means.method(*index).unwrap();
    let attempt = |spot: &Spot<'_>, show: &[MeansIndex]| {
        let show = show.iter().map(method).collect();
        (spot.device, show)
    };
    match event {
        Event::Wait(minutes) => standing.minute += minutes,
        Event::IssuePass(PassUse::OnceOnly) => standing.pass = Pass::Fresh,
        Event::IssuePass(PassUse::Either) => {
            standing.has.insert(Method::Mode(Mode::TemporaryAccessPassMultiUse));
        }
        Event::Open { spot, leg, show } => {
            let (device, show) = attempt(spot, show);
            let attempt = Attempt { device, at: spot.situation.clone(), show };
            return standing.opens(case, &attempt, (leg.passage, &leg.request));
        }
        Event::Register { spot, channel, interrupted, show, method: made, .. } => {
            let (device, show) = attempt(spot, show);
            let attempt = Attempt { device, at: spot.situation.clone(), show };
            let interrupted: Option<&Request> = interrupted.as_ref();
            return standing.registers(case, &attempt, (*channel, interrupted), method(made));
        }
    }
    true
}

/// A state of the product in the words of the restatement.
fn restate(ground: &Ground<'_>, state: &State) -> Standing {
    let method = |index: &MeansIndex| ground.book.means.method(*index).unwrap();
    Standing {
        minute: state.now,
        has: state.held.iter().map(method).collect(),
        registered: state.account == Account::Registered,
        shown: state
            .sessions
            .iter()
            .map(|(seat, shown)| {
                let shown = shown.iter().map(|(index, at)| (method(index), *at)).collect();
                ((seat.device, seat.client), shown)
            })
            .collect(),
        pass: match state.one_time {
            OneTimePass::None => Pass::None,
            OneTimePass::Fresh => Pass::Fresh,
            OneTimePass::Spent { seat, at } => Pass::Used((seat.device, seat.client), at),
        },
    }
}
