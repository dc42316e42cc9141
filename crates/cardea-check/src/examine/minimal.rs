//! The smallest of several sets.

/// The sets that contain no other one, each once, smaller ones first.
pub fn minimal<T: PartialEq + Clone>(sets: &[Vec<T>]) -> Vec<Vec<T>> {
    let mut sets: Vec<&Vec<T>> = sets.iter().collect();
    sets.sort_by_key(|set| set.len());
    let mut least: Vec<Vec<T>> = Vec::new();
    for set in sets {
        if !least.iter().any(|other| other.iter().all(|one| set.contains(one))) {
            least.push(set.clone());
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_that_contain_another_one_are_left_out() {
        let sets: Vec<Vec<u8>> = Vec::from([&[1, 2][..], &[2], &[3, 1], &[1, 3], &[2, 3, 1]])
            .into_iter()
            .map(Vec::from)
            .collect();
        assert_eq!(minimal(&sets), [vec![2], vec![3, 1]]);
        assert_eq!(minimal(&[vec![1], vec![]]), [Vec::<u8>::new()]);
    }
}
