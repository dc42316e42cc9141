//! Writers for CBOR and DER, which know nothing of the readers under test.

pub(crate) mod cbor {
    fn head(major: u8, value: u64) -> Vec<u8> {
        let major = major << 5;
        match value {
            0..24 => vec![major | u8::try_from(value).unwrap()],
            24..0x100 => vec![major | 0x18, u8::try_from(value).unwrap()],
            0x100..0x1_0000 => {
                [&[major | 0x19][..], &u16::try_from(value).unwrap().to_be_bytes()].concat()
            }
            _ => [&[major | 0x1b][..], &value.to_be_bytes()].concat(),
        }
    }

    fn length(of: usize) -> u64 {
        u64::try_from(of).unwrap()
    }

    pub(crate) fn int(value: i64) -> Vec<u8> {
        match u64::try_from(value) {
            Ok(value) => head(0, value),
            Err(_) => head(1, u64::try_from(-1 - value).unwrap()),
        }
    }

    pub(crate) fn bytes(value: &[u8]) -> Vec<u8> {
        [head(2, length(value.len())), value.to_vec()].concat()
    }

    pub(crate) fn text(value: &str) -> Vec<u8> {
        [head(3, length(value.len())), value.as_bytes().to_vec()].concat()
    }

    pub(crate) fn array(items: &[Vec<u8>]) -> Vec<u8> {
        [head(4, length(items.len())), items.concat()].concat()
    }

    pub(crate) fn map(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
        let written = entries.iter().flat_map(|(key, value)| [&key[..], value].concat());
        head(5, length(entries.len())).into_iter().chain(written).collect()
    }
}

pub(crate) mod der {
    pub(crate) fn value(tag: &[u8], content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let length = match u8::try_from(length) {
            Ok(short) if short < 0x80 => vec![short],
            Ok(one) => vec![0x81, one],
            Err(_) => [&[0x82][..], &u16::try_from(length).unwrap().to_be_bytes()].concat(),
        };
        [tag, &length, content].concat()
    }

    pub(crate) fn octets(content: &[u8]) -> Vec<u8> {
        value(&[4], content)
    }

    pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
        value(&[0x30], &parts.concat())
    }

    pub(crate) fn set(parts: &[Vec<u8>]) -> Vec<u8> {
        value(&[0x31], &parts.concat())
    }
}
