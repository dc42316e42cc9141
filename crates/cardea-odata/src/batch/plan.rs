//! An order in which requests can be made.

use super::Request;
use super::request::Unordered;
use crate::problem::{Problem, quoted};

/// Puts each request after those that it depends on, and leaves them as they are otherwise.
pub(super) fn ordered(requests: Vec<Unordered>) -> Result<Vec<Request>, Problem> {
    let ids: Vec<String> = requests.iter().map(|(it, _)| it.id.to_lowercase()).collect();
    let mut waiting: Vec<(Request, Vec<String>)> = Vec::new();
    for (index, (request, depends_on)) in requests.into_iter().enumerate() {
        // Ids are not case-sensitive in Graph.
        let wanted: Vec<String> = depends_on.iter().map(|it| it.to_lowercase()).collect();
        if ids.iter().take(index).any(|it| *it == request.id.to_lowercase()) {
            return Err(Problem::bad(format!("Two requests have the id {}.", quoted(&request.id))));
        }
        if let Some(unknown) = wanted.iter().find(|it| !ids.contains(it)) {
            return Err(Problem::bad(format!(
                "Request {} depends on {}, which is not in the batch.",
                quoted(&request.id),
                quoted(unknown)
            )));
        }
        waiting.push((request, wanted));
    }
    let mut ordered: Vec<Request> = Vec::new();
    while !waiting.is_empty() {
        let (index, places) = ready(&waiting, &ordered)?;
        let (mut request, _) = waiting.remove(index);
        request.depends_on = places;
        ordered.push(request);
    }
    Ok(ordered)
}

/// The first request that waits for nothing, and the places of those that it depends on.
fn ready(
    waiting: &[(Request, Vec<String>)],
    ordered: &[Request],
) -> Result<(usize, Vec<usize>), Problem> {
    let place = |id: &String| ordered.iter().position(|it| it.id.to_lowercase() == *id);
    let found = waiting.iter().enumerate().find_map(|(index, (_, wanted))| {
        let places: Option<Vec<usize>> = wanted.iter().map(place).collect();
        places.map(|places| (index, places))
    });
    found.ok_or_else(|| {
        let ids: Vec<String> = waiting.iter().map(|(it, _)| quoted(&it.id)).collect();
        Problem::bad(format!("The requests {} wait for each other.", ids.join(", ")))
    })
}
