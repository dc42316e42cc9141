"""MSAL for Python: a resource asks for an authentication context, by a claims challenge as CAE and step-up do."""

import json

from demo import expect, run, shown
from msal_tokens import confidential, of_person, tokens
from sign_in import Person


def program(task):
    app, person = confidential(task), Person(task.person, task.ca)
    before = _signed_in(task, app, person)
    _, account = of_person(task, app, before)
    challenge = json.dumps({"access_token": {"acrs": {"essential": True, "value": task.context}}})
    refused = app.acquire_token_silent_with_error([task.scope], account, claims_challenge=challenge)
    refusal = refused and {name: refused.get(name) for name in ("error", "suberror", "error_codes", "claims")}
    after = _signed_in(task, app, person, claims_challenge=challenge)
    claims = task.claims(after["access_token"])
    expect(task.context in claims.get("acrs", []), "the token carries the context", claims.get("acrs"))
    before = task.claims(before["access_token"])
    return {"before": shown(before), "silent": refusal, "after": shown(claims), "pages": person.pages}


def _signed_in(task, app, person, **more):
    flow = app.initiate_auth_code_flow([task.scope], task.redirect_uri, login_hint=task.person["upn"], **more)
    return tokens(app.acquire_token_by_auth_code_flow(flow, person.sign_in(flow["auth_uri"], task.redirect_uri)))


run(program)
