//! Where a request comes from, if it came through proxies: the header `X-Forwarded-For`.
//!
//! Each proxy adds at the right whom it got the request from. What stands left of the first hop that
//! nobody vouches for was written by that hop, so it is not even read.

use std::net::IpAddr;

use ipnet::IpNet;

/// How many hops are followed; no request comes through so many proxies.
const HOPS: usize = 64;

/// The address of the client: the peer, or what trusted proxies say, read from the right up to the
/// first hop that nobody vouches for. What cannot be read makes it unknown, and nothing else.
pub(crate) fn client<'h>(
    peer: Option<IpAddr>,
    headers: impl DoubleEndedIterator<Item = &'h [u8]>,
    trusted: &[IpNet],
) -> Option<IpAddr> {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut last = peer?.to_canonical();
    let hops = headers.rev().flat_map(|header| header.rsplit(|byte| *byte == b','));
    for hop in hops.take(HOPS) {
        if !is_trusted(&last) {
            break;
        }
        let text = std::str::from_utf8(hop).ok()?;
        last = text.trim().parse::<IpAddr>().ok()?.to_canonical();
    }
    Some(last)
}

#[cfg(test)]
mod tests;
