"""MSAL for Python: device code, approved in another browser."""

import time

from demo import expect, run
from msal_tokens import of_person, public, silent_and_refreshed, tokens
from sign_in import Person


def program(task):
    app, person = public(task), Person(task.person, task.ca)
    flow = tokens(app.initiate_device_flow([task.scope]))
    expect(flow["user_code"] in flow["message"], "the message says the code", flow["message"])
    # One poll before anybody has approved: MSAL gives up at once where `exit_condition` holds.
    early = app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
    expect(early.get("error") == "authorization_pending", "nobody has approved yet", early.get("error"))
    person.approve(flow["verification_uri"], flow["user_code"])
    # MSAL would ask until the code has run out; half a minute is enough for a person without thoughts.
    flow["expires_at"] = time.time() + 30
    result = app.acquire_token_by_device_flow(flow)
    expect("error" not in result, "the approval reaches the device", (result.get("error"), person.pages))
    claims, account = of_person(task, app, result)
    silent_and_refreshed(task, app, account, result)
    return {"id_token": claims, "pages": person.pages}


run(program)
