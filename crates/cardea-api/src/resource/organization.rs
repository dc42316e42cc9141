//! The tenant itself.

use serde_json::json;

use crate::call::Call;
use crate::problem::Result;
use crate::reply::Reply;

pub(super) fn answer(call: &Call<'_>) -> Result<Reply> {
    let query = call.list()?;
    let row = &call.api.idp().last_snapshot().row;
    let tenant = json!({
        "id": row.id, "displayName": row.display_name, "tenantType": "AAD",
        "verifiedDomains": [{
            "name": row.default_domain, "isDefault": true, "isInitial": true, "type": "Managed",
        }],
    });
    call.page("organization", &query, [tenant])
}
