//! The text of a file, piece by piece.

use crate::encoding::{DecodeError, Decoder};
use crate::source::Encoding;
use std::io::{self, Read};

/// How many bytes are read at least; few in tests, so that every value is cut somewhere.
const PIECE: usize = if cfg!(test) { 13 } else { 1 << 20 };

/// A text that is still being read.
pub(crate) struct Incoming<R> {
    source: R,
    decoder: Decoder,
    bytes: Vec<u8>,
    text: String,
    /// How much of the text is done with.
    done: usize,
    /// Known at the end.
    encoding: Option<Encoding>,
}

/// Why there is no more text.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The file cannot be read.
    Failed(io::Error),
    /// The bytes are no text.
    Undecodable(DecodeError),
}

impl Incoming<io::Empty> {
    /// A text that was read.
    pub(crate) fn whole(text: String, encoding: Encoding) -> Self {
        Self { text, encoding: Some(encoding), ..Self::new(io::empty()) }
    }
}

impl<R: Read> Incoming<R> {
    pub(crate) fn new(source: R) -> Self {
        let decoder = Decoder::default();
        Self { source, decoder, bytes: Vec::new(), text: String::new(), done: 0, encoding: None }
    }

    /// The text that was read and is not done with.
    pub(crate) fn rest(&self) -> &str {
        self.text.get(self.done..).unwrap_or_default()
    }

    /// The next character, read if need be; `None` at the end.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>, Stop> {
        while self.done >= self.text.len() {
            if !self.more()? {
                return Ok(None);
            }
        }
        Ok(self.rest().bytes().next())
    }

    /// Is done with so many bytes.
    pub(crate) fn advance(&mut self, length: usize) {
        self.done += length;
    }

    /// Reads more, at least as much as there is; `false` at the end.
    pub(crate) fn more(&mut self) -> Result<bool, Stop> {
        if self.encoding.is_some() {
            return Ok(false);
        }
        self.text.drain(..self.done);
        self.done = 0;
        let wanted = self.text.len().max(PIECE);
        let mut read = 0;
        while read < wanted {
            self.bytes.resize(PIECE, 0);
            let length = self.source.read(&mut self.bytes).map_err(Stop::Failed)?;
            let piece = self.bytes.get(..length).unwrap_or_default();
            self.decoder.push(piece, &mut self.text).map_err(Stop::Undecodable)?;
            read += length;
            if length == 0 {
                let encoding = self.decoder.finish(&mut self.text);
                self.encoding = Some(encoding.map_err(Stop::Undecodable)?);
                break;
            }
        }
        Ok(!self.text.is_empty())
    }

    /// The encoding, where the end was reached.
    pub(crate) fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }
}
