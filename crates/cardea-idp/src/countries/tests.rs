use std::net::Ipv6Addr;

use ipnet::IpNet;

use super::*;

/// A database that says so of these networks. The format is that of MaxMind's specification, version 2.0.
pub(crate) fn database(kind: &str, networks: &[(&str, &str)]) -> Vec<u8> {
    let (mut data, mut places) = (Vec::new(), Vec::new());
    for (network, code) in networks {
        places.push((bits(network.parse().unwrap()), data.len()));
        let names = map(&[("en", text(&format!("Country {code}")))]);
        let country = map(&[("iso_code", text(code)), ("names", names)]);
        data.extend(map(&[("country", country)]));
    }
    let nodes = tree(&places);
    let count = nodes.len();
    let mut bytes = Vec::new();
    for branch in nodes.iter().flatten() {
        let record = match branch {
            Branch::Nothing => count,
            Branch::Node(at) => *at,
            Branch::Data(at) => count + 16 + at,
        };
        bytes.extend(&u32::try_from(record).unwrap().to_be_bytes()[1..]);
    }
    bytes.extend([0; 16]);
    bytes.extend(data);
    bytes.extend(b"\xab\xcd\xefMaxMind.com");
    bytes.extend(map(&[
        ("binary_format_major_version", vec![0xa1, 2]),
        ("binary_format_minor_version", vec![0xa0]),
        ("build_epoch", vec![0x01, 0x02, 1]),
        ("database_type", text(kind)),
        ("description", map(&[])),
        ("ip_version", vec![0xa1, 6]),
        ("languages", vec![0x00, 0x04]),
        ("node_count", [&[0xc4][..], &u32::try_from(count).unwrap().to_be_bytes()].concat()),
        ("record_size", vec![0xa1, 24]),
    ]));
    bytes
}

#[derive(Clone, Copy)]
enum Branch {
    Nothing,
    Node(usize),
    Data(usize),
}

/// The bits that all addresses of a network begin with.
fn bits(network: IpNet) -> Vec<bool> {
    let (address, length) = match network {
        IpNet::V4(it) => (u128::from(u32::from(it.network())), usize::from(it.prefix_len()) + 96),
        IpNet::V6(it) => (u128::from(it.network()), usize::from(it.prefix_len())),
    };
    (0..length).map(|at| address >> (127 - at) & 1 == 1).collect()
}

fn tree(places: &[(Vec<bool>, usize)]) -> Vec<[Branch; 2]> {
    let mut nodes = vec![[Branch::Nothing; 2]];
    for (bits, data) in places {
        let (last, path) = bits.split_last().unwrap();
        let mut at = 0;
        for bit in path {
            at = match nodes[at][usize::from(*bit)] {
                Branch::Node(next) => next,
                Branch::Nothing | Branch::Data(_) => {
                    nodes.push([Branch::Nothing; 2]);
                    let next = nodes.len() - 1;
                    nodes[at][usize::from(*bit)] = Branch::Node(next);
                    next
                }
            };
        }
        nodes[at][usize::from(*last)] = Branch::Data(*data);
    }
    nodes
}

fn text(text: &str) -> Vec<u8> {
    assert!(text.len() < 29, "longer texts have another form");
    [&[0x40 | u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

fn map(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0xe0 | u8::try_from(pairs.len()).unwrap()];
    for (key, value) in pairs {
        bytes.extend(text(key));
        bytes.extend(value);
    }
    bytes
}

#[test]
fn an_address_is_in_the_country_of_its_network() {
    let networks = [("203.0.113.0/24", "GB"), ("198.51.100.128/25", "nz"), ("2001:db8::/32", "NL")];
    let countries = Countries::read(database("GeoLite2-Country", &networks)).unwrap();
    let code = |address: &str| countries.of(address.parse().unwrap()).map(|it| it.code);
    assert_eq!(code("203.0.113.7").as_deref(), Some("GB"));
    assert_eq!(code("::ffff:203.0.113.7").as_deref(), Some("GB"), "the same in the other notation");
    assert_eq!(code("198.51.100.200").as_deref(), Some("NZ"));
    assert_eq!(code("198.51.100.1"), None);
    assert_eq!(code("2001:db8::1").as_deref(), Some("NL"));
    assert_eq!(code("127.0.0.1"), None);
    let named = countries.of("203.0.113.7".parse().unwrap()).unwrap();
    assert_eq!(named.name, "Country GB");
    assert_eq!(Countries::unknown().of(IpAddr::V6(Ipv6Addr::LOCALHOST)), None);
}

#[test]
fn what_is_no_database_of_countries_is_refused() {
    let error = Countries::read(b"hello".to_vec()).unwrap_err().to_string();
    assert!(error.starts_with("not a database in MaxMind's format"), "{error}");
    let networks = database("GeoLite2-ASN", &[("203.0.113.0/24", "GB")]);
    assert_eq!(
        Countries::read(networks).unwrap_err(),
        CountriesError::Kind("GeoLite2-ASN".to_owned())
    );
}

#[test]
fn a_damaged_database_is_refused_or_knows_less() {
    let whole = database("GeoLite2-Country", &[("203.0.113.0/24", "GB")]);
    for end in 0..whole.len() {
        if let Ok(countries) = Countries::read(whole[..end].to_vec()) {
            countries.of("203.0.113.7".parse().unwrap());
        }
    }
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        if let Ok(countries) = Countries::read(damaged) {
            countries.of("203.0.113.7".parse().unwrap());
        }
    }
}
