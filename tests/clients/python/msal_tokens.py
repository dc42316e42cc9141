"""What MSAL for Python gives back, looked at in the same way after every flow."""

import msal

from demo import expect, shown


def confidential(task):
    """MSAL's app with a secret, at a tenant that is not Microsoft's."""
    return msal.ConfidentialClientApplication(
        task.app["client_id"],
        client_credential=task.app["client_secret"],
        authority=task.authority,
        instance_discovery=False,
    )


def public(task):
    """MSAL's app without a secret."""
    return msal.PublicClientApplication(task.app["client_id"], authority=task.authority, instance_discovery=False)


def tokens(result):
    """The result, unless it is an error."""
    expect("error" not in result, "there is no error", f"{result.get('error')}: {result.get('error_description')}")
    return result


def of_person(task, app, result):
    """Checks that the tokens speak of the person, and that MSAL knows its account; returns claims and account."""
    claims = tokens(result)["id_token_claims"]
    expect(claims["oid"] == task.person["object_id"], "`oid` is the person", claims.get("oid"))
    expect(claims["tid"] == task.tenant_id, "`tid` is the tenant", claims.get("tid"))
    expect(claims["preferred_username"] == task.person["upn"], "the name is the person's", claims)
    accounts = app.get_accounts()
    expect(len(accounts) == 1, "MSAL knows one account", accounts)
    home = f"{task.person['object_id']}.{task.tenant_id}"
    expect(accounts[0]["home_account_id"] == home, "`client_info` is understood", accounts[0]["home_account_id"])
    return shown(claims), accounts[0]


def silent_and_refreshed(task, app, account, first):
    """The same token from MSAL's cache, then another one by the refresh token."""
    cached = tokens(app.acquire_token_silent_with_error([task.scope], account))
    expect(cached["token_source"] == "cache", "the second token comes from the cache", cached["token_source"])
    expect(cached["access_token"] == first["access_token"], "the cached token is the first one")
    fresh = tokens(app.acquire_token_silent_with_error([task.scope], account, force_refresh=True))
    expect(fresh["token_source"] == "identity_provider", "the third token comes from the tenant")
    expect(fresh["access_token"] != first["access_token"], "the refreshed token is another one")
    return fresh
