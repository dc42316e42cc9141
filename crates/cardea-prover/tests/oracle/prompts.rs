//! What people are asked next, against taking every step that it leads to.

use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::means::MeansIndex;
use cardea_tenant::journey::prompt::{Prompt, Visit};
use cardea_tenant::journey::step::{Event, OneTimePass, Spot, State, Step, Traveller};

use crate::draw::Case;
use crate::ground::Ground;
use crate::search::spots;

/// How the visits of a case ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told {
    pub(crate) granted: usize,
    pub(crate) after_registering: usize,
    pub(crate) shut: usize,
}

/// Whatever is offered is walked to its end, and must lead in; where nothing is offered, nothing
/// that is at hand, in any combination, may lead in, nor one registration in the wizard.
pub(crate) fn agree(case: &Case) -> Result<Told, String> {
    let ground = Ground::new(case);
    let traveller = ground.traveller();
    let mut state = ground.state();
    if case.desk.gives_one_time() {
        state.one_time = OneTimePass::Fresh;
    }
    let mut told = Told::default();
    for spot in spots(&case.actor).into_iter().take(6) {
        for goal in ground.targets.goals() {
            let leg = cardea_tenant::journey::channel::Leg {
                passage: cardea_tenant::journey::gate::Passage::Plain,
                request: goal.request.clone(),
            };
            let wizard = ground.targets.legs(Channel::Wizard);
            let visit = Visit { spot: spot.clone(), leg, wizard };
            match traveller.prompt(&state, &visit) {
                Prompt::Shut(_) => {
                    told.shut += 1;
                    nothing_opens(&traveller, &state, &visit)?;
                }
                Prompt::Granted | Prompt::Show(_) | Prompt::Register(_) => {
                    let registered = walk(&traveller, &state, &visit, 9)?;
                    told.granted += 1;
                    told.after_registering += usize::from(registered);
                }
            }
        }
    }
    Ok(told)
}

/// Follows every offer; whether somebody registers on the way.
fn walk(
    traveller: &Traveller<'_>,
    state: &State,
    visit: &Visit<'_>,
    left: usize,
) -> Result<bool, String> {
    if left == 0 {
        return Err(String::from("the offers never end"));
    }
    let mut registered = false;
    match traveller.prompt(state, visit) {
        Prompt::Granted => {}
        Prompt::Shut(wall) => return Err(format!("an offer led to a wall: {wall:?}")),
        Prompt::Show(methods) => {
            for method in methods {
                // Showing is an event of its own in a running tenant: the gate stays shut, the
                // session remembers.
                let (after, _) = traveller.step(state.clone(), &open(visit, vec![method]));
                registered |= walk(traveller, &after, visit, left - 1)
                    .map_err(|why| format!("after {method:?} is shown {why}"))?;
            }
        }
        Prompt::Register(methods) => {
            for method in methods {
                let after = register(traveller, state, visit, method)
                    .ok_or_else(|| format!("{method:?} is offered and cannot be registered"))?;
                walk(traveller, &after, visit, left - 1)
                    .map_err(|why| format!("after {method:?} is registered {why}"))?;
                registered = true;
            }
        }
    }
    Ok(registered)
}

fn open<'a>(visit: &Visit<'a>, show: Vec<MeansIndex>) -> Event<'a> {
    Event::Open { spot: visit.spot.clone(), leg: visit.leg.clone(), show }
}

/// The state after registering in the wizard and showing what was registered.
fn register(
    traveller: &Traveller<'_>,
    state: &State,
    visit: &Visit<'_>,
    method: MeansIndex,
) -> Option<State> {
    let enrolment = visit.enrolment();
    let inside: Spot<'_> = enrolment.spot.clone();
    let event = Event::Register {
        spot: inside.clone(),
        channel: enrolment.channel,
        legs: enrolment.legs,
        interrupted: enrolment.interrupted,
        show: Vec::new(),
        method,
    };
    let (outside, inside) = (visit.spot.seat(), inside.seat());
    let (after, step) = traveller.step(state.moved(outside, inside), &event);
    let mut after = after.moved(inside, outside);
    let now = after.now;
    after.sessions.entry(outside).or_default().insert(method, now);
    (step == Step::Done).then_some(after)
}

fn nothing_opens(
    traveller: &Traveller<'_>,
    state: &State,
    visit: &Visit<'_>,
) -> Result<(), String> {
    let pass =
        traveller.book.means.one_time_pass().filter(|_| state.one_time == OneTimePass::Fresh);
    let all: Vec<MeansIndex> = state.held.iter().copied().chain(pass).collect();
    for bits in 0..1_usize << all.len() {
        let chosen = all.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
        let show: Vec<MeansIndex> = chosen.map(|(_, index)| *index).collect();
        let (after, step) = traveller.step(state.clone(), &open(visit, show.clone()));
        if step == Step::Granted {
            return Err(format!("{show:?} opens, and nothing was offered"));
        }
        let made = (0..traveller.book.means.len()).map(MeansIndex);
        for method in made {
            let Some(after) = register(traveller, &after, visit, method) else { continue };
            if traveller.step(after, &open(visit, Vec::new())).1 == Step::Granted {
                return Err(format!("{method:?} could be registered after {show:?}"));
            }
        }
    }
    Ok(())
}
