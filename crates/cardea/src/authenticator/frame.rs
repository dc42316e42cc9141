//! Messages on a stream as browsers frame them for native hosts: four bytes of length in the order of this
//! computer, then JSON.

use std::io::{self, ErrorKind, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The largest message. Browsers take no larger one from a host, and none of ours comes near it.
const LARGEST: usize = 1024 * 1024;

/// The next message, or nothing where the stream has ended before one.
///
/// # Errors
/// The stream fails or ends within a message; the message is too large, or not what is expected.
pub(super) fn read<T: DeserializeOwned>(stream: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match stream.read_exact(&mut length) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let length = usize::try_from(u32::from_ne_bytes(length)).unwrap_or(usize::MAX);
    if length > LARGEST {
        let text = format!("a message of {length} bytes; at most {LARGEST} are read");
        return Err(io::Error::new(ErrorKind::InvalidData, text));
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
    Ok(Some(serde_json::from_slice(&message)?))
}

/// Writes a message.
///
/// # Errors
/// The stream fails, or the message is too large.
pub(super) fn write(stream: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let message = serde_json::to_vec(message)?;
    let length = u32::try_from(message.len()).ok().filter(|_| message.len() <= LARGEST);
    let length = length.ok_or_else(|| io::Error::from(ErrorKind::InvalidInput))?;
    stream.write_all(&[&length.to_ne_bytes()[..], &message].concat())?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(bytes: &[u8]) -> Result<Option<String>, ErrorKind> {
        read(&mut &*bytes).map_err(|error| error.kind())
    }

    fn framed(length: usize, text: &str) -> Vec<u8> {
        let length = u32::try_from(length).unwrap();
        [&length.to_ne_bytes()[..], text.as_bytes()].concat()
    }

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Vec::new();
        write(&mut bytes, &"ada").unwrap();
        assert_eq!(outcome(&bytes), Ok(Some("ada".into())));
        assert_eq!(outcome(&[]), Ok(None), "the end of the stream is no error");
    }

    #[test]
    fn nothing_is_read_that_is_too_large_cut_off_or_no_json() {
        assert_eq!(outcome(&framed(LARGEST + 1, "")), Err(ErrorKind::InvalidData));
        assert_eq!(outcome(&framed(6, "\"ada")), Err(ErrorKind::UnexpectedEof));
        assert_eq!(outcome(&framed(3, "ada")), Err(ErrorKind::InvalidData));
        assert_eq!(outcome(&framed(0, "")), Err(ErrorKind::UnexpectedEof));
        let largest = "a".repeat(LARGEST);
        let refused = write(&mut Vec::new(), &largest).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidInput);
    }
}
