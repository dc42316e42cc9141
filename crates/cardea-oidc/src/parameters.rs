//! The parameters of a request, each at most once.

use url::form_urlencoded;

use crate::code::Code;
use crate::error::Error;

/// More parameters than any request of OAuth has.
const MOST: usize = 64;

/// Names and values, already decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    pairs: Vec<(String, String)>,
}

impl Parameters {
    /// Parameters from decoded pairs.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self { pairs }
    }

    /// Decodes a query or the body of a form (`application/x-www-form-urlencoded`).
    pub fn decode(form: &[u8]) -> Self {
        Self { pairs: form_urlencoded::parse(form).into_owned().collect() }
    }

    /// The value of a parameter. One that was sent without a value counts as not sent
    /// (RFC 6749 §3.1).
    ///
    /// # Errors
    ///
    /// [`Code::MALFORMED_REQUEST`] if the request has it twice (RFC 6749 §3.1), or has more
    /// parameters than any request needs.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Error> {
        if self.pairs.len() > MOST {
            return Err(Error::new(Code::MALFORMED_REQUEST)
                .saying(format!("The request has more than {MOST} parameters.")));
        }
        let mut values = self.pairs.iter().filter(|(it, _)| it == name).map(|(_, value)| value);
        let first = values.next();
        if values.next().is_some() {
            return Err(Error::new(Code::MALFORMED_REQUEST)
                .saying(format!("The parameter '{name}' was sent more than once.")));
        }
        Ok(first.map(String::as_str).filter(|value| !value.is_empty()))
    }

    /// The value of a parameter that the request cannot go without.
    ///
    /// # Errors
    ///
    /// [`Code::MISSING_PARAMETER`] if it is not there, and what [`Self::one`] gives.
    pub fn required(&self, name: &str) -> Result<&str, Error> {
        self.one(name)?.ok_or_else(|| Error::missing(name))
    }

    /// Refuses a request that repeats any parameter at all, also one that nobody reads.
    ///
    /// # Errors
    ///
    /// [`Code::MALFORMED_REQUEST`].
    pub fn each_once(&self) -> Result<(), Error> {
        self.pairs.iter().try_for_each(|(name, _)| self.one(name).map(|_| ()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(form: &str, expected: Result<Option<&str>, Code>) {
        let parameters = Parameters::decode(form.as_bytes());
        assert_eq!(parameters.one("a").map_err(|it| it.code()), expected, "{form}");
    }

    #[test]
    fn a_parameter_is_read_once_and_an_empty_one_is_absent() {
        check("a=1&b=2", Ok(Some("1")));
        check("a=x%20y%2Bz+w", Ok(Some("x y+z w")));
        check("a=&b=2", Ok(None));
        check("", Ok(None));
    }

    // OA-22
    #[test]
    fn a_repeated_parameter_is_refused_even_with_the_same_value_or_none() {
        check("a=1&a=1", Err(Code::MALFORMED_REQUEST));
        check("a=1&b=2&a=3", Err(Code::MALFORMED_REQUEST));
        check("a=&a=1", Err(Code::MALFORMED_REQUEST));
        check("a=1&%61=2", Err(Code::MALFORMED_REQUEST));
        let unread = Parameters::decode(b"a=1&extra=1&extra=2");
        assert_eq!(unread.each_once().map_err(|it| it.code()), Err(Code::MALFORMED_REQUEST));
        assert_eq!(Parameters::decode(b"a=1&extra=1").each_once(), Ok(()));
    }

    #[test]
    fn a_request_with_thousands_of_parameters_is_refused_without_reading_them() {
        check(&"b=1&".repeat(5000), Err(Code::MALFORMED_REQUEST));
    }
}
