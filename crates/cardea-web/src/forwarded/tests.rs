use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// The networks of the proxies.
fn trusted() -> Vec<IpNet> {
    ["10.0.0.0/8", "fd00::/8"].map(|text| text.parse().unwrap()).into()
}

fn is_trusted(address: IpAddr) -> bool {
    trusted().iter().any(|network| network.contains(&address))
}

fn of(peer: IpAddr, headers: &[Vec<u8>]) -> Option<IpAddr> {
    client(Some(peer), headers.iter().map(Vec::as_slice), &trusted())
}

/// Addresses, half of them of proxies, some of them IPv4 in the clothes of IPv6.
fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<[u8; 3]>().prop_map(|[a, b, c]| IpAddr::from([10, a, b, c])),
        any::<u32>().prop_map(|bits| IpAddr::from(Ipv4Addr::from(bits))),
        any::<u32>().prop_map(|bits| IpAddr::from(Ipv4Addr::from(bits).to_ipv6_mapped())),
        any::<u128>().prop_map(|bits| IpAddr::from(Ipv6Addr::from(bits))),
    ]
}

/// What stands in headers: addresses, and bytes that are none.
fn header() -> impl Strategy<Value = Vec<u8>> {
    let hop = prop_oneof![
        3 => address().prop_map(|it| it.to_string().into_bytes()),
        1 => vec(any::<u8>(), 0..12),
    ];
    vec(hop, 0..6).prop_map(|hops| hops.join(&b", "[..]))
}

proptest! {
    #[test]
    fn nobody_but_a_proxy_is_asked(peer in address(), headers in vec(header(), 0..4)) {
        if !is_trusted(peer.to_canonical()) {
            prop_assert_eq!(of(peer, &headers), Some(peer.to_canonical()));
        }
        prop_assert_eq!(client(None, headers.iter().map(Vec::as_slice), &trusted()), None);
    }

    #[test]
    fn what_a_client_writes_itself_counts_for_nothing(
        real in address(), written in vec(header(), 0..4), proxies in vec(any::<[u8; 3]>(), 0..5)
    ) {
        // Each proxy adds whom it got the request from; what the client wrote stands before that.
        let real = real.to_canonical();
        if !is_trusted(real) {
            let mut added = vec![real.to_string()];
            added.extend(proxies.iter().map(|[a, b, c]| format!("10.{a}.{b}.{c}")));
            let added = added.join(", ").into_bytes();
            let peer = IpAddr::from([10, 0, 0, 1]);
            let apart = [written.clone(), vec![added.clone()]].concat();
            prop_assert_eq!(of(peer, &apart), Some(real));
            let mut joined = written;
            joined.push(added);
            let joined = joined.join(&b","[..]);
            prop_assert_eq!(of(peer, &[joined]), Some(real));
        }
    }

    #[test]
    fn a_client_is_somebody_whom_a_proxy_named_or_unknown(
        headers in vec(header(), 0..4)
    ) {
        let peer = IpAddr::from([10, 0, 0, 1]);
        if let Some(found) = of(peer, &headers) {
            let text = headers.join(&b","[..]);
            let hops = text.split(|byte| *byte == b',');
            let named = hops.filter_map(|hop| std::str::from_utf8(hop).ok()?.trim().parse::<IpAddr>().ok());
            let named: Vec<IpAddr> = named.map(|it| it.to_canonical()).collect();
            prop_assert!(found == peer || named.contains(&found), "{found}");
            prop_assert!(!is_trusted(found) || named.iter().all(|it| is_trusted(*it)), "{found}");
        }
    }
}
