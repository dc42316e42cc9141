//! Giving the properties their values, one after another.

use super::candidates::Candidates;
use super::formula::{Formula, Formulas};
use super::{Coverage, Representatives, Subject};
use crate::filter::expression::Atom;
use crate::filter::operator::Value;
use crate::filter::{AttributeValue, Filter, Property};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

/// A case some of whose properties have their value.
#[derive(Clone)]
struct Case<S> {
    subject: S,
    /// What is left of every filter, by the number of the formula.
    remains: Vec<usize>,
    /// Which value each property to be distinguished has.
    marks: Vec<usize>,
    /// How many properties do not have their plainest value.
    oddity: usize,
}

/// The cases that `filters` tell apart; at most `limit` of them, and at least one.
pub(super) fn sweep<'a, S: Subject>(
    filters: impl IntoIterator<Item = &'a Filter<S::Property>>,
    distinguish: &[S::Property],
    limit: usize,
) -> Representatives<S>
where
    S::Property: 'a,
{
    let limit = limit.max(1);
    let filters: BTreeSet<&Filter<S::Property>> = filters.into_iter().collect();
    let atoms: BTreeSet<&Atom<S::Property>> = filters.iter().flat_map(|it| it.atoms()).collect();
    let atoms: Vec<&Atom<S::Property>> = atoms.into_iter().collect();
    let mut formulas = Formulas::default();
    let whole = filters.iter().map(|it| Formula::of(it.expression(), &atoms));
    let remains = whole.map(|it| formulas.number(it)).collect();
    let plainest = Case { subject: S::default(), remains, marks: Vec::new(), oddity: 0 };
    let mut cases = Vec::from([plainest]);
    let mut coverage = Coverage::Complete;
    let mut properties = properties::<S>(&atoms, distinguish);
    while let Some(property) = properties.pop_first() {
        let sight_matters = properties.iter().any(|it| S::needed_to_see(it).is_some());
        let distinguished = distinguish.contains(&property);
        let step = Step { property: &property, atoms: &atoms, distinguished, sight_matters };
        let (next, found) = step.take(&cases, &mut formulas, limit);
        cases = next;
        coverage = coverage.max(found);
    }
    Representatives { cases: cases.into_iter().map(|it| it.subject).collect(), coverage }
}

/// Every property that needs a value, in order.
fn properties<S: Subject>(
    atoms: &[&Atom<S::Property>],
    distinguish: &[S::Property],
) -> BTreeSet<S::Property> {
    let read = || atoms.iter().map(|it| it.property()).chain(distinguish);
    read().cloned().chain(read().filter_map(S::needed_to_see)).collect()
}

/// Giving one property its values.
struct Step<'a, P> {
    property: &'a P,
    /// The comparisons by number.
    atoms: &'a [&'a Atom<P>],
    distinguished: bool,
    /// Whether properties to come are not seen on every subject.
    sight_matters: bool,
}

impl<P: Property> Step<'_, P> {
    /// The cases after the step, the plainest first, and at most `limit` of them.
    fn take<S: Subject<Property = P>>(
        &self,
        cases: &[Case<S>],
        formulas: &mut Formulas,
        limit: usize,
    ) -> (Vec<Case<S>>, Coverage) {
        let (values, mut coverage) = self.values::<S>(limit);
        let mut readings = Readings::of(self, &values);
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for (case, index, value) in by_oddity(cases, &values) {
            let mut subject = case.subject.clone();
            subject.set(self.property, value.clone());
            let reading = match subject.value(self.property) {
                Value::Null => values.len(),
                Value::Text(_) | Value::Collection(_) => index,
            };
            let remains: Vec<usize> =
                case.remains.iter().map(|it| readings.decide(formulas, reading, *it)).collect();
            let mut marks = case.marks.clone();
            marks.extend(self.distinguished.then_some(index));
            if seen.insert((remains.clone(), marks.clone(), self.sight(&subject))) {
                if found.len() == limit {
                    coverage = Coverage::Partial;
                    break;
                }
                let oddity = case.oddity.saturating_add(usize::from(index > 0));
                found.push(Case { subject, remains, marks, oddity });
            }
        }
        (found, coverage)
    }

    /// What the subject shows, as far as that still matters.
    fn sight<S: Subject<Property = P>>(&self, subject: &S) -> bool {
        self.sight_matters && subject.shows_hidden()
    }

    /// At most `limit` values of the property, without those that no comparison tells apart.
    fn values<S: Subject<Property = P>>(
        &self,
        limit: usize,
    ) -> (Vec<Option<AttributeValue>>, Coverage) {
        let atoms: Vec<&Atom<P>> = self.own_atoms().flatten().collect();
        let Candidates { mut values, mut coverage } = S::candidates(self.property, &atoms);
        if !self.distinguished {
            let mut seen = BTreeSet::new();
            values.retain(|value| {
                let truths: Vec<bool> =
                    atoms.iter().map(|it| it.holds(read(value.as_ref()))).collect();
                let mut subject = S::default();
                subject.set(self.property, value.clone());
                seen.insert((truths, self.sight(&subject)))
            });
        }
        if values.len() > limit {
            values.truncate(limit);
            coverage = Coverage::Partial;
        }
        (values, coverage)
    }

    /// The comparisons by number; `None` for those of other properties.
    fn own_atoms(&self) -> impl Iterator<Item = Option<&Atom<P>>> {
        self.atoms.iter().map(|it| (it.property() == self.property).then_some(*it))
    }
}

fn read(value: Option<&AttributeValue>) -> Value<'_> {
    value.map_or(Value::Null, AttributeValue::as_value)
}

/// Every case with every value, the plainest combinations first. The cases come so already, and of
/// the values only the first is plain.
fn by_oddity<'a, S>(
    cases: &'a [Case<S>],
    values: &'a [Option<AttributeValue>],
) -> impl Iterator<Item = (&'a Case<S>, usize, &'a Option<AttributeValue>)> {
    let most = cases.last().map_or(0, |it| it.oddity).saturating_add(1);
    (0..=most).flat_map(move |oddity| {
        let near = cases.iter().filter(move |it| it.oddity == oddity || it.oddity + 1 == oddity);
        near.flat_map(move |case| {
            let values = values.iter().enumerate().map(move |(index, it)| (case, index, it));
            values.filter(move |(case, index, _)| case.oddity + usize::from(*index > 0) == oddity)
        })
    })
}

/// What each value of a property makes of the comparisons.
struct Readings {
    /// By the value's position: the truths by the number of the comparison. Null comes last.
    truths: Vec<Vec<Option<bool>>>,
    /// What a formula becomes under a value, as far as that was asked.
    decided: BTreeMap<(usize, usize), usize>,
}

impl Readings {
    fn of<P: Property>(step: &Step<'_, P>, values: &[Option<AttributeValue>]) -> Self {
        let truths = values.iter().chain([&None]).map(|value| {
            step.own_atoms().map(|it| it.map(|atom| atom.holds(read(value.as_ref())))).collect()
        });
        Self { truths: truths.collect(), decided: BTreeMap::new() }
    }

    /// The number of what formula `number` becomes under value `reading`.
    fn decide(&mut self, formulas: &mut Formulas, reading: usize, number: usize) -> usize {
        let Self { truths, decided } = self;
        *decided.entry((reading, number)).or_insert_with(|| {
            truths.get(reading).map_or(number, |truths| formulas.decide(number, truths))
        })
    }
}
