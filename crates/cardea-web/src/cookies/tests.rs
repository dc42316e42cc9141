use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const NAME: &str = "__Host-cardea-session";

fn found<'h>(headers: &[&'h [u8]]) -> Option<&'h str> {
    one(headers.iter().copied(), NAME)
}

#[test]
fn a_cookie_is_found_among_those_of_others_whatever_their_bytes() {
    let cases: [(&[&[u8]], Option<&str>); 10] = [
        (&[b"__Host-cardea-session=a"], Some("a")),
        (&[b"x=1; __Host-cardea-session=a=b==; y"], Some("a=b==")),
        (&[b"x=\xff\xfe;__Host-cardea-session=a;\xc3\xa4=\xc3\xb6"], Some("a")),
        (&[b"x=1", b"  __Host-cardea-session=a  "], Some("a")),
        (&[b"__Host-cardea-session=a", b"__Host-cardea-session=a"], None),
        (&[b"__Host-cardea-session=a; __Host-cardea-session="], None),
        (&[b"__Host-cardea-session=\xff"], None),
        (&[b"__Host-cardea-session; __Host-cardea-session ="], None),
        (&[b"__host-cardea-session=a; cardea-session=a; X__Host-cardea-session=a"], None),
        (&[], None),
    ];
    for (headers, expected) in cases {
        assert_eq!(found(headers), expected, "{headers:?}");
    }
}

/// Bytes of headers, with those that mean something more often than others.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        any::<u8>().prop_map(|byte| vec![byte]),
        prop_oneof![Just(";"), Just("="), Just(" "), Just("__Host-"), Just(NAME)]
            .prop_map(|text| text.as_bytes().to_vec()),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_found_stands_in_a_header_after_the_name_and_before_the_next_pair(
        headers in vec(bytes(), 0..4)
    ) {
        let headers: Vec<&[u8]> = headers.iter().map(Vec::as_slice).collect();
        if let Some(value) = found(&headers) {
            let pair = format!("{NAME}={value}");
            let holds = |header: &&[u8]| header.windows(pair.len()).any(|it| it == pair.as_bytes());
            prop_assert!(headers.iter().any(holds));
            prop_assert!(!value.is_empty() && !value.contains(';'));
        }
    }

    #[test]
    fn ours_is_found_wherever_it_stands_and_a_second_one_takes_it_away(
        others in vec(bytes(), 0..8),
        value in "[!-:<-~]{1,50}",
        place in any::<prop::sample::Index>(),
    ) {
        let clean = |bytes: &Vec<u8>| !bytes.windows(NAME.len()).any(|it| it == NAME.as_bytes());
        let mut pairs: Vec<Vec<u8>> = others.into_iter().filter(clean).collect();
        let ours = format!("{NAME}={value}").into_bytes();
        pairs.insert(place.index(pairs.len() + 1), ours.clone());
        let one_header = pairs.join(&b"; "[..]);
        let many: Vec<&[u8]> = pairs.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(found(&[&one_header]), Some(value.as_str()));
        prop_assert_eq!(found(&many), Some(value.as_str()));
        prop_assert_eq!(found(&[&one_header, &ours]), None);
    }
}
