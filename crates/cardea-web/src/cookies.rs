//! Taking the header `Cookie` apart (RFC 6265 section 5.4).
//!
//! Other programs on the same host may have set cookies too, and in whatever bytes they like. Those
//! are passed over; only ours is looked at.

/// The one cookie of a name in all the headers of a request. Two of them are the trace of somebody who
/// planted one, so neither counts; and an empty one, or one that is no text, is none.
pub(crate) fn one<'h>(headers: impl Iterator<Item = &'h [u8]>, name: &str) -> Option<&'h str> {
    let pairs = headers.flat_map(|header| header.split(|byte| *byte == b';'));
    let mut values = pairs.filter_map(|pair| {
        let pair = pair.trim_ascii();
        let at = pair.iter().position(|byte| *byte == b'=')?;
        let (known, value) = pair.split_at_checked(at)?;
        (known == name.as_bytes()).then(|| value.get(1..).unwrap_or_default())
    });
    let first = values.next()?;
    if values.next().is_some() || first.is_empty() {
        return None;
    }
    std::str::from_utf8(first).ok()
}

#[cfg(test)]
mod tests;
