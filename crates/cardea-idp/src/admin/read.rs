//! Reading, for those who may.

use cardea_store as store;

use super::caller::{Caller, Denied};
use super::right::Right;
use crate::failure::Failure;
use crate::idp::Idp;

impl Idp {
    /// A reader of the tenant, for whoever may read what they are about to.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn reader(
        &self,
        caller: &Caller,
        right: Right,
    ) -> Result<Result<store::Snapshot, Denied>, Failure> {
        Ok(match caller.may(right) {
            Ok(()) => Ok(self.store().read().await?),
            Err(denied) => Err(denied),
        })
    }
}
