"""msgraph-sdk: an administrator rolls passkeys out with Microsoft's library only, as it comes.

    python graph_story.py TASK_JSON CA_FILE STEP

Steps are run one after the other; between them a person registers. What one step made, the next finds again by name.
TASK_JSON has `base_url`, `tenantId`, `appId` and `secretText`.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

NEWCOMER = "newcomer@contoso.example"
TRIAL = "Trial: passkeys by SDK"
STRENGTH = "Passkey in Authenticator, by SDK"
POLICY = "SDK010 Passkey everywhere"
MODELS = [
    # Authenticator on Android and on iOS: Microsoft's, and Cardea's.
    "de1e552d-db1d-4423-a619-566b625cdc84",
    "90a3ccdf-635c-4729-a248-9b709135078f",
    "7b1c0f0e-5d0a-4f0b-9a52-2f6a3a7c8e41",
    "c25e9f37-8b64-4d19-8f0e-6d1b54a7f9d2",
]


def client(task):
    from azure.identity.aio import ClientSecretCredential
    from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
    from msgraph import GraphRequestAdapter, GraphServiceClient

    credential = ClientSecretCredential(
        task["tenantId"], task["appId"], task["secretText"], authority=task["base_url"], disable_instance_discovery=True
    )
    host = urlsplit(task["base_url"]).hostname
    scopes = ["https://graph.microsoft.com/.default"]
    adapter = GraphRequestAdapter(AzureIdentityAuthenticationProvider(credential, scopes=scopes, allowed_hosts=[host]))
    adapter.base_url = f"{task['base_url']}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


def expect(holds, what, seen=None):
    if not holds:
        sys.exit(f"graph_story.py: {what}; seen: {seen!r}")


def model(kind, value):
    """A JSON value as one of the library's models."""
    from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory

    return JsonParseNodeFactory().get_root_parse_node("application/json", json.dumps(value, default=str).encode()).get_object_value(kind)


async def people(graph):
    """A group for the trial, and somebody new in it."""
    from msgraph.generated.models.group import Group
    from msgraph.generated.models.password_profile import PasswordProfile
    from msgraph.generated.models.reference_create import ReferenceCreate
    from msgraph.generated.models.user import User

    group = await graph.groups.post(
        Group(display_name=TRIAL, mail_enabled=False, mail_nickname="trial", security_enabled=True)
    )
    user = await graph.users.post(
        User(
            account_enabled=True,
            display_name="Sdk Newcomer",
            mail_nickname="sdk",
            user_principal_name=NEWCOMER,
            password_profile=PasswordProfile(password="a long enough beginning"),
        )
    )
    reference = ReferenceCreate(odata_id=f"https://graph.microsoft.com/v1.0/directoryObjects/{user.id}")
    await graph.groups.by_group_id(group.id).members.ref.post(reference)
    members = await graph.groups.by_group_id(group.id).members.get()
    expect([it.id for it in members.value] == [user.id], "the newcomer is in the group", members.value)
    return group


async def strength(graph):
    """A strength that only Authenticator's models satisfy."""
    from msgraph.generated.models.authentication_method_modes import AuthenticationMethodModes
    from msgraph.generated.models.authentication_strength_policy import AuthenticationStrengthPolicy
    from msgraph.generated.models.fido2_combination_configuration import Fido2CombinationConfiguration

    policies = graph.policies.authentication_strength_policies
    made = await policies.post(
        AuthenticationStrengthPolicy(display_name=STRENGTH, allowed_combinations=[AuthenticationMethodModes.Fido2])
    )
    await policies.by_authentication_strength_policy_id(made.id).combination_configurations.post(
        Fido2CombinationConfiguration(applies_to_combinations=[AuthenticationMethodModes.Fido2], allowed_a_a_g_u_i_ds=MODELS)
    )
    read = await policies.by_authentication_strength_policy_id(made.id).get()
    expect(read.combination_configurations[0].allowed_a_a_g_u_i_ds == MODELS, "the models are kept", read)
    return made


async def methods(graph):
    """Passkeys and passes for everybody."""
    from msgraph.generated.models.authentication_method_state import AuthenticationMethodState
    from msgraph.generated.models.fido2_authentication_method_configuration import Fido2AuthenticationMethodConfiguration
    from msgraph.generated.models.temporary_access_pass_authentication_method_configuration import (
        TemporaryAccessPassAuthenticationMethodConfiguration,
    )

    configurations = graph.policies.authentication_methods_policy.authentication_method_configurations
    for key, wanted in [
        ("Fido2", Fido2AuthenticationMethodConfiguration(state=AuthenticationMethodState.Enabled)),
        ("TemporaryAccessPass", TemporaryAccessPassAuthenticationMethodConfiguration(state=AuthenticationMethodState.Enabled)),
    ]:
        await configurations.by_authentication_method_configuration_id(key).patch(wanted)
        read = await configurations.by_authentication_method_configuration_id(key).get()
        expect(read.state == AuthenticationMethodState.Enabled, f"{key} is on", read)


def loop(group, strength):
    return {
        "displayName": POLICY,
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeGroups": [group.id]},
        },
        "grantControls": {"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": strength.id}},
    }


async def prepare(graph, _task):
    """Everything up to the pass: the loop is refused, and the way that was proved is taken, in report-only."""
    from msgraph.generated.models.conditional_access_policy import ConditionalAccessPolicy
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph.generated.models.temporary_access_pass_authentication_method import TemporaryAccessPassAuthenticationMethod

    group = await people(graph)
    made = await strength(graph)
    await methods(graph)
    policies = graph.identity.conditional_access.policies
    try:
        await policies.post(model(ConditionalAccessPolicy, loop(group, made)))
        expect(False, "the loop is refused")
    except ODataError as refused:
        inner = refused.error.inner_error.additional_data
    expect(inner["code"] == "cardeaProofRefuted", "the proof is the reason", inner)
    looped = [it for it in inner["findings"] if it["rule"] == "registration-loop"]
    expect(looped and looped[0]["fixes"], "it is the loop, and there is a fix", inner["findings"])
    for wanted in looped[0]["fixes"][0]["objects"]:
        await apply(graph, wanted)
    listed = await policies.get()
    ours = [it.display_name for it in listed.value if it.display_name.startswith("SDK010")]
    expect(len(ours) == 2, "a policy for computers and one for phones", ours)
    user = await graph.users.by_user_id(NEWCOMER).get()
    passes = graph.users.by_user_id(user.id).authentication.temporary_access_pass_methods
    given = await passes.post(TemporaryAccessPassAuthenticationMethod(is_usable_once=False, lifetime_in_minutes=60))
    told = {"upn": NEWCOMER, "object_id": user.id, "pass": given.temporary_access_pass}
    return told | {"kind": "newcomer", "shows": "the story by msgraph-sdk"}


async def apply(graph, wanted):
    """Sends an object of a fix as it is, policies for now in report-only."""
    from msgraph.generated.models.authentication_strength_policy import AuthenticationStrengthPolicy
    from msgraph.generated.models.conditional_access_policy import ConditionalAccessPolicy

    if "allowedCombinations" in wanted:
        # The other objects of the fix name it by its id, which is the tenant's to choose.
        made = await graph.policies.authentication_strength_policies.post(model(AuthenticationStrengthPolicy, wanted))
        apply.ids[str(wanted["id"])] = made.id
        return
    text = json.dumps(wanted | {"state": "enabledForReportingButNotEnforced"}, default=str)
    for old, new in apply.ids.items():
        text = text.replace(old, new)
    await graph.identity.conditional_access.policies.post(model(ConditionalAccessPolicy, json.loads(text)))


apply.ids = {}


async def enforce(graph, _task):
    """The newcomer has registered: the policies go on."""
    from msgraph.generated.models.conditional_access_policy import ConditionalAccessPolicy
    from msgraph.generated.models.conditional_access_policy_state import ConditionalAccessPolicyState

    held = await graph.users.by_user_id(NEWCOMER).authentication.fido2_methods.get()
    expect(len(held.value) == 1, "there is a passkey", held.value)
    policies = graph.identity.conditional_access.policies
    listed = await policies.get()
    for policy in listed.value:
        if policy.display_name.startswith("SDK010"):
            on = ConditionalAccessPolicy(state=ConditionalAccessPolicyState.Enabled)
            await policies.by_conditional_access_policy_id(policy.id).patch(on)
    report = await graph.reports.authentication_methods.user_registration_details.get()
    ours = next(it for it in report.value if it.user_principal_name == NEWCOMER)
    expect(ours.is_mfa_capable, "the report says so", ours)
    audits = await graph.audit_logs.directory_audits.get()
    names = [it.activity_display_name for it in audits.value]
    expect("Update conditional access policy" in names, "it is in the log", names)
    return {"passkey": held.value[0].model}


def main():
    task_file, ca, step = sys.argv[1:]
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        os.environ[variable] = ca
    task = json.loads(Path(task_file).read_text(encoding="utf-8"))

    async def steps():
        return await {"prepare": prepare, "enforce": enforce}[step](client(task), task)

    print(json.dumps(asyncio.run(steps())))


main()
