"""MSAL for Python: client credentials, by a secret and by the key of a certificate."""

import msal

from demo import expect, run, shown
from msal_tokens import tokens


def program(task):
    expect(task.app.get("client_secret") or task.app.get("private_key"), "the app can prove who it is", task.app["name"])
    seen = {}
    if task.app.get("client_secret"):
        seen["secret"] = _claims(task, task.app["client_secret"])
    if task.app.get("private_key"):
        private_key, _ = task.key
        certificate = {"private_key": private_key, "thumbprint": task.thumbprint}
        seen["certificate"] = _claims(task, certificate)
        seen["assertion"] = _claims(task, {"client_assertion": task.assertion})
    return seen


def _claims(task, credential):
    app = msal.ConfidentialClientApplication(
        task.app["client_id"], client_credential=credential, authority=task.authority, instance_discovery=False
    )
    result = tokens(app.acquire_token_for_client([task.scope]))
    expect("refresh_token" not in result, "an app gets no refresh token")
    claims = task.claims(result["access_token"])
    app_id = claims.get("azp") or claims.get("appid")
    expect(app_id == task.app["client_id"], "the token speaks of the app", claims)
    expect("scp" not in claims, "the token is nobody's", claims)
    return shown(claims)


run(program)
