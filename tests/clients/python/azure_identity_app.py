"""azure-identity: an app's credentials, by a secret, by a certificate and by an assertion of its own."""

from azure.identity import CertificateCredential, ClientAssertionCredential, ClientSecretCredential

from demo import expect, run, shown


def program(task):
    place = {"authority": task.base_url, "disable_instance_discovery": True}
    who = (task.tenant_id, task.app["client_id"])
    expect(task.app.get("client_secret") or task.app.get("private_key"), "the app can prove who it is", task.app["name"])
    seen = {}
    if task.app.get("client_secret"):
        seen["secret"] = _claims(task, ClientSecretCredential(*who, task.app["client_secret"], **place))
    if task.app.get("private_key"):
        private_key, _ = task.key
        both = (private_key + task.app["certificate"]).encode()
        seen["certificate"] = _claims(task, CertificateCredential(*who, certificate_data=both, **place))
        seen["assertion"] = _claims(task, ClientAssertionCredential(*who, task.assertion, **place))
    return seen


def _claims(task, credential):
    claims = task.claims(credential.get_token(task.scope).token)
    app_id = claims.get("azp") or claims.get("appid")
    expect(app_id == task.app["client_id"], "the token speaks of the app", claims)
    return shown(claims)


run(program)
