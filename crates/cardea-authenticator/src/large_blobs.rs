//! `authenticatorLargeBlobs` (CTAP 2.1 §6.10): one array of blobs, which clients encrypt themselves.

use crate::authenticator::{Authenticator, MAX_MESSAGE, Next, Reply};
use crate::cbor::Map;
use crate::ceremony::{PinAuth, sha256};
use crate::host::Host;
use crate::state::Store;
use crate::status::Status;
use crate::token::Permission;

/// How many bytes the serialized array may have (`maxSerializedLargeBlobArray`).
pub(crate) const MAX: usize = 8192;
/// How many bytes of it there may be in one message (§6.10.2).
const FRAGMENT_MAX: usize = MAX_MESSAGE - 64;
/// The checksum at the end: `LEFT(SHA-256(array), 16)`.
const CHECKSUM: usize = 16;

/// An array of which not all fragments have come.
pub(crate) struct Writing {
    expected: usize,
    bytes: Vec<u8>,
}

/// The array without blobs.
pub(crate) fn empty() -> Vec<u8> {
    let array = [0x80];
    [&array[..], &checksum(&array)].concat()
}

fn checksum(array: &[u8]) -> [u8; CHECKSUM] {
    let mut sum = [0; CHECKSUM];
    sum.iter_mut().zip(sha256(array)).for_each(|(to, from)| *to = from);
    sum
}

impl<S: Store> Authenticator<S> {
    pub(crate) fn large_blobs(&mut self, map: &Map, next: Next, host: &Host<'_>) -> Reply {
        let offset = size(map, 0x03)?.ok_or(Status::InvalidParameter)?;
        match (size(map, 0x01)?, map.bytes(0x02)?) {
            (Some(count), None) => self.read_blobs(map, offset, count),
            (None, Some(fragment)) => self.write_blobs(map, (offset, fragment), next, host),
            (None, None) | (Some(_), Some(_)) => Err(Status::InvalidParameter),
        }
    }

    /// §6.10.2, reading: anybody may.
    fn read_blobs(&self, map: &Map, offset: usize, count: usize) -> Reply {
        if [0x04, 0x05, 0x06].iter().any(|key: &i64| map.get(*key).is_some()) {
            return Err(Status::InvalidParameter);
        }
        if count > FRAGMENT_MAX {
            return Err(Status::InvalidLength);
        }
        let rest = self.state.large_blobs.get(offset..).ok_or(Status::InvalidParameter)?;
        Ok(Map::new().with(0x01, rest.get(..count).unwrap_or(rest)))
    }

    /// §6.10.2, writing: fragment by fragment, and nothing counts before all are there and right.
    fn write_blobs(
        &mut self,
        map: &Map,
        (offset, fragment): (usize, &[u8]),
        next: Next,
        host: &Host<'_>,
    ) -> Reply {
        if fragment.len() > FRAGMENT_MAX {
            return Err(Status::InvalidLength);
        }
        let mut writing = begun(next, offset, size(map, 0x04)?)?;
        if offset != writing.bytes.len() {
            return Err(Status::InvalidSeq);
        }
        if self.is_protected(host) || self.state.always_uv {
            self.allow_write(map, (offset, fragment), host)?;
        }
        writing.bytes.extend_from_slice(fragment);
        if writing.bytes.len() > writing.expected {
            return Err(Status::InvalidParameter);
        }
        if writing.bytes.len() < writing.expected {
            self.session.next = Next::LargeBlobs(writing);
            return Ok(Map::new());
        }
        let (array, sum) =
            writing.bytes.split_last_chunk::<CHECKSUM>().ok_or(Status::IntegrityFailure)?;
        if checksum(array) != *sum {
            return Err(Status::IntegrityFailure);
        }
        self.change(|state| {
            state.large_blobs = writing.bytes;
            Ok(Map::new())
        })
    }

    fn allow_write(
        &mut self,
        map: &Map,
        (offset, fragment): (usize, &[u8]),
        host: &Host<'_>,
    ) -> Result<(), Status> {
        let auth = PinAuth::read(map, 0x05, 0x06)?.ok_or(Status::PuatRequired)?;
        let offset = u32::try_from(offset).map_err(|_| Status::InvalidParameter)?;
        let mut message = vec![0xff; 32];
        message.extend([0x0c, 0x00]);
        message.extend(offset.to_le_bytes());
        message.extend(sha256(fragment));
        let token = self.session.token.as_mut().ok_or(Status::PinAuthInvalid)?;
        token.check(auth.protocol, (&message, &auth.signature), host.now)?;
        token.permits(Permission::LargeBlobWrite)
    }
}

/// What has been written so far: nothing at offset zero, where the whole length has to be said.
fn begun(next: Next, offset: usize, length: Option<usize>) -> Result<Writing, Status> {
    match (offset, length, next) {
        (0, Some(length), _) if length > MAX => Err(Status::LargeBlobStorageFull),
        (0, Some(length), _) if length <= CHECKSUM => Err(Status::InvalidParameter),
        (0, Some(expected), _) => Ok(Writing { expected, bytes: Vec::new() }),
        (0, None, _) | (_, Some(_), _) => Err(Status::InvalidParameter),
        (_, None, Next::LargeBlobs(writing)) => Ok(writing),
        (_, None, _) => Err(Status::InvalidSeq),
    }
}

fn size(map: &Map, key: i64) -> Result<Option<usize>, Status> {
    let size = map.int(key)?;
    size.map(|size| usize::try_from(size).map_err(|_| Status::InvalidParameter)).transpose()
}
