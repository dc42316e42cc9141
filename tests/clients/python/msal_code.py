"""MSAL for Python: authorization code with PKCE, the cache, and a refresh."""

from demo import expect, run
from msal_tokens import confidential, of_person, silent_and_refreshed
from sign_in import Person


def program(task):
    app, person = confidential(task), Person(task.person, task.ca)
    flow = app.initiate_auth_code_flow(
        [task.scope], task.redirect_uri, login_hint=task.person["upn"], response_mode="form_post"
    )
    expect("code_challenge_method=S256" in flow["auth_uri"], "MSAL asks with PKCE", flow["auth_uri"])
    result = app.acquire_token_by_auth_code_flow(flow, person.sign_in(flow["auth_uri"], task.redirect_uri))
    claims, account = of_person(task, app, result)
    silent_and_refreshed(task, app, account, result)
    return {"id_token": claims, "scope": result["scope"], "pages": person.pages}


run(program)
