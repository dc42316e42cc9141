//! §6.10.

use super::rig::*;
use crate::Status;
use crate::cbor::Map;
use crate::ceremony::sha256;

fn array(blobs: usize) -> Vec<u8> {
    let array = vec![0x5a; blobs];
    [&array[..], &sha256(&array)[..16]].concat()
}

fn reading(offset: i64, count: i64) -> Map {
    Map::new().with(0x01, count).with(0x03, offset)
}

fn writing(offset: usize, fragment: &[u8], length: Option<usize>) -> Map {
    Map::new().with(0x02, fragment).with(0x03, offset).with_some(0x04, length)
}

fn read(rig: &mut Rig) -> Vec<u8> {
    rig.send(0x0c, &reading(0, 7000)).unwrap().bytes(0x01).unwrap().unwrap().to_vec()
}

#[test]
fn the_first_array_is_empty() {
    let mut rig = Rig::new();
    let bytes = read(&mut rig);
    assert_eq!(bytes, [&[0x80][..], &sha256(&[0x80])[..16]].concat());
    // The value that CTAP 2.1 §6.10 prints.
    assert_eq!(bytes[1..5], [0x76, 0xbe, 0x8b, 0x52]);
}

#[test]
fn an_array_is_written_in_fragments_and_counts_when_all_are_there() {
    let mut rig = Rig::new();
    let (new, old) = (array(3000), read(&mut rig));
    rig.send(0x0c, &writing(0, &new[..2000], Some(new.len()))).unwrap();
    rig.send(0x0c, &writing(2000, &new[2000..3000], None)).unwrap();
    let mut lost = Rig::new();
    lost.send(0x0c, &writing(0, &new[..2000], Some(new.len()))).unwrap();
    assert_eq!(read(&mut lost), old);
    rig.send(0x0c, &writing(3000, &new[3000..], None)).unwrap();
    assert_eq!(read(&mut rig), new);
    let part = rig.send(0x0c, &reading(3000, 7)).unwrap();
    assert_eq!(part.bytes(0x01), Ok(Some(&new[3000..3007])));
}

#[test]
fn a_wrong_checksum_order_or_size_changes_nothing() {
    let mut rig = Rig::new();
    let (new, old) = (array(100), read(&mut rig));
    let mut broken = new.clone();
    broken[0] ^= 1;
    let whole = |bytes: &[u8]| writing(0, bytes, Some(bytes.len()));
    assert_eq!(rig.send(0x0c, &whole(&broken)), Err(Status::IntegrityFailure));
    assert_eq!(rig.send(0x0c, &whole(&new[..16])), Err(Status::InvalidParameter));
    let big = writing(0, &new, Some(8193));
    assert_eq!(rig.send(0x0c, &big), Err(Status::LargeBlobStorageFull));
    assert_eq!(rig.send(0x0c, &writing(0, &[0; 7546], Some(8192))), Err(Status::InvalidLength));
    assert_eq!(rig.send(0x0c, &writing(0, &new, Some(50))), Err(Status::InvalidParameter));
    assert_eq!(rig.send(0x0c, &writing(0, &new, None)), Err(Status::InvalidParameter));
    assert_eq!(rig.send(0x0c, &writing(5, &new, None)), Err(Status::InvalidSeq));
    rig.send(0x0c, &writing(0, &new[..50], Some(new.len()))).unwrap();
    assert_eq!(rig.send(0x0c, &writing(51, &new[51..], None)), Err(Status::InvalidSeq));
    assert_eq!(read(&mut rig), old);
}

#[test]
fn a_request_reads_or_writes_and_says_from_where() {
    let mut rig = Rig::new();
    let mut refused = |map: Map| rig.send(0x0c, &map).unwrap_err();
    assert_eq!(refused(Map::new().with(0x01, 1_i64)), Status::InvalidParameter);
    assert_eq!(refused(Map::new().with(0x03, 0_i64)), Status::InvalidParameter);
    assert_eq!(refused(reading(0, 1).with(0x02, vec![1])), Status::InvalidParameter);
    assert_eq!(refused(reading(0, 1).with(0x04, 1_i64)), Status::InvalidParameter);
    assert_eq!(refused(reading(0, 7546)), Status::InvalidLength);
    assert_eq!(refused(reading(18, 1)), Status::InvalidParameter);
    assert_eq!(refused(reading(-1, 1)), Status::InvalidParameter);
}

#[test]
fn writing_takes_a_token_where_there_is_a_pin_and_reading_none() {
    let mut rig = Rig::with_pin("1234");
    let new = array(10);
    let request = writing(0, &new, Some(new.len()));
    assert_eq!(rig.send(0x0c, &request), Err(Status::PuatRequired));
    let message = [&[0xff; 32][..], &[0x0c, 0, 0, 0, 0, 0], &sha256(&new)].concat();
    let with = |token: &Token| request.clone().with(0x05, token.prove(&message)).with(0x06, 2_i64);
    let wrong = rig.token("1234", 0x04, None).unwrap();
    assert_eq!(rig.send(0x0c, &with(&wrong)), Err(Status::PinAuthInvalid));
    let token = rig.token("1234", 0x10, None).unwrap();
    rig.send(0x0c, &with(&token)).unwrap();
    assert_eq!(read(&mut rig), new);
}
