"""azure-identity: the device code credential, approved in another browser while it polls."""

from azure.identity import DeviceCodeCredential

from demo import expect, run, shown
from sign_in import Person


def program(task):
    person, prompts = Person(task.person, task.ca), []

    def prompt(verification_uri, user_code, expires_on):
        prompts.append(expires_on)
        person.approve(verification_uri, user_code)

    credential = DeviceCodeCredential(
        client_id=task.app["client_id"],
        tenant_id=task.tenant_id,
        authority=task.base_url,
        disable_instance_discovery=True,
        prompt_callback=prompt,
        timeout=30,
    )
    record = credential.authenticate(scopes=[task.scope])
    expect(record.username == task.person["upn"], "the record is the person's", record.username)
    home = f"{task.person['object_id']}.{task.tenant_id}"
    expect(record.home_account_id == home, "`client_info` is understood", record.home_account_id)
    claims = task.claims(credential.get_token(task.scope).token)
    expect(claims["oid"] == task.person["object_id"], "`oid` is the person", claims.get("oid"))
    expect(len(prompts) == 1, "the person was asked once", len(prompts))
    return {"access_token": shown(claims), "pages": person.pages}


run(program)
