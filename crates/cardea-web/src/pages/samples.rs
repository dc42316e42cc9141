//! Samples of every page, for tests and for looking at them.

mod admin;
mod around;
mod register;
mod sign_in;

use super::{Ceremony, Frame, Html, Moment, Page};

/// One page as it could be sent.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Unique, in the form of a file name.
    pub name: &'static str,
    /// The page.
    pub html: Html,
}

/// What the texts of samples are.
#[derive(Debug, Clone, Copy)]
pub enum Filling<'a> {
    /// As people would write them.
    Plain,
    /// All texts that come from outside are this one.
    Only(&'a str),
}

impl Filling<'_> {
    fn text(self, plain: &str) -> String {
        match self {
            Self::Plain => plain.to_owned(),
            Self::Only(text) => text.to_owned(),
        }
    }
}

/// All samples of all pages, in the order in which people meet them.
///
/// # Errors
/// Where a template cannot be rendered.
pub fn all(filling: Filling<'_>) -> Result<Vec<Sample>, askama::Error> {
    let mut album = Album { filling, samples: Vec::new() };
    sign_in::take(&mut album)?;
    register::take(&mut album)?;
    around::take(&mut album)?;
    admin::take(&mut album)?;
    Ok(album.samples)
}

struct Album<'a> {
    filling: Filling<'a>,
    samples: Vec<Sample>,
}

impl Album<'_> {
    fn add(&mut self, name: &'static str, page: &impl Page) -> Result<(), askama::Error> {
        self.samples.push(Sample { name, html: page.show()? });
        Ok(())
    }

    fn text(&self, plain: &str) -> String {
        self.filling.text(plain)
    }

    fn frame(&self) -> Frame {
        Frame {
            tenant: self.text("Contoso"),
            help_desk: self.text("+1 555 0100"),
            account: self.text("kim@contoso.example"),
            csrf: self.text("q3J5u0Zc7T0nV2aY"),
            nonce: self.text("rAnd0m"),
            flow: self.text("f1"),
        }
    }

    /// Nobody is known yet.
    fn nobody(&self) -> Frame {
        Frame { account: String::new(), ..self.frame() }
    }

    fn assertion(&self) -> Ceremony {
        Ceremony {
            options: self.text(
                r#"{"challenge":"AAAA","rpId":"id.contoso.example","userVerification":"required"}"#,
            ),
        }
    }

    fn creation(&self) -> Ceremony {
        Ceremony {
            options: self.text(
                r#"{"challenge":"AAAA","rp":{"id":"id.contoso.example","name":"Contoso"},"user":{"id":"a2lt","name":"kim@contoso.example","displayName":"Kim Duarte"},"pubKeyCredParams":[{"type":"public-key","alg":-7}],"authenticatorSelection":{"residentKey":"required","userVerification":"required"}}"#,
            ),
        }
    }

    fn correlation_id(&self) -> String {
        self.text("2ba27739-3d5c-4b58-9f0a-6c1f0a2b3c4d")
    }
}

/// 3 November 2026, 09:14 UTC, and so many minutes later.
fn moment(minutes: i64) -> Moment {
    let seconds = 1_793_697_247 + 60 * minutes;
    Moment(jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH))
}
