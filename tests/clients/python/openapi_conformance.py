"""Schemathesis: what the API says of itself in /openapi.json is what it does.

    python openapi_conformance.py TASK_JSON CA_FILE

Every operation is asked many times, with keys that lead to something and with keys that do not, and with objects that
are nearly right. No answer may be a fault of the server, and each has to have a status, a type and a shape that the
document tells. TASK_JSON has `base_url`, `tenantId`, `appId` and `secretText`; the examples are the same each time.
Prints how many operations and answers there were, by status.
"""

import copy
import json
import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

EXAMPLES = 20
THREADS = 2
# Each that changes something proves the whole tenant.
EXAMPLES_OF_CHANGES = 6
# Where the objects are whose ids are keys, by the name of the key.
LISTS = {
    "agreements-id": "identityGovernance/termsOfUse/agreements",
    "applications-id": "applications",
    "attributeSets-id": "directory/attributeSets",
    "authenticationMethodConfigurations-id": "policies/authenticationMethodsPolicy/authenticationMethodConfigurations",
    "authenticationStrengthPolicies-id": "policies/authenticationStrengthPolicies",
    "conditionalAccessPolicies-id": "identity/conditionalAccess/policies",
    "devices-id": "devices",
    "directoryAudits-id": "auditLogs/directoryAudits",
    "directoryRoles-id": "directoryRoles",
    "groups-id": "groups",
    "namedLocations-id": "identity/conditionalAccess/namedLocations",
    "roleAssignments-id": "roleManagement/directory/roleAssignments",
    "roleDefinitions-id": "roleManagement/directory/roleDefinitions",
    "servicePrincipals-id": "servicePrincipals",
    "signIns-id": "auditLogs/signIns",
    "templates-id": "identity/conditionalAccess/templates",
    "users-id": "users",
}


class Tenant:
    """The API, as the app of the task."""

    def __init__(self, task, ca):
        import requests

        self.base = task["base_url"]
        self.ca = ca
        answer = requests.post(
            f"{self.base}/{task['tenantId']}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": task["appId"],
                "client_secret": task["secretText"],
                "scope": "https://graph.microsoft.com/.default",
            },
            verify=ca,
            timeout=60,
        )
        self.token = answer.json()["access_token"]
        self.objects = {name: self.listed(path) for name, path in LISTS.items()}
        own = [it for it in self.objects["applications-id"] if it.get("appId") == task["appId"]]
        self.own = {it["id"] for it in own}

    def session(self):
        """Schemathesis changes the headers of a session while it asks, so each thread has its own."""
        import requests

        session = requests.Session()
        session.verify = self.ca
        session.headers["Authorization"] = f"Bearer {self.token}"
        return session

    def listed(self, path):
        answer = self.session().get(f"{self.base}/v1.0/{path}?$top=20", timeout=60)
        return answer.json().get("value", [])

    def known(self, name, path):
        """Objects that a key can lead to; `policies-id` is a key of two lists."""
        if name == "policies-id":
            name = "authenticationStrengthPolicies-id" if "authenticationStrength" in path else "conditionalAccessPolicies-id"
        return self.objects.get(name, [])


def nearly_right(draw, st, original, values):
    """An object with one property that is another, gone or new."""
    changed = copy.deepcopy(original)
    place = changed
    name = draw(st.sampled_from(sorted(place) or ["displayName"]))
    while isinstance(place.get(name), dict) and place[name] and draw(st.booleans()):
        place = place[name]
        name = draw(st.sampled_from(sorted(place)))
    if draw(st.integers(0, 3)) == 0:
        place.pop(name, None)
    else:
        place[name] = draw(values)
    return changed


def prepared(draw, st, tenant, case, values):
    """The case with keys that lead to something, in most of the examples, and with a body to match."""
    takes_away = case.method == "DELETE"
    # What is not an option of OData is refused before anything else is looked at.
    if draw(st.integers(0, 3)):
        case.query = {}
    found = None
    for name in case.path_parameters or {}:
        known = [] if takes_away else tenant.known(name, case.path)
        if known and draw(st.integers(0, 3)):
            found = draw(st.sampled_from(known))
            case.path_parameters[name] = found["id"]
    if isinstance(case.body, dict) and draw(st.integers(0, 3)):
        lists = [name for name, path in LISTS.items() if case.path == f"/v1.0/{path}"]
        original = found or next((it for name in lists for it in tenant.objects[name][:1]), None)
        if original:
            case.body = nearly_right(draw, st, original, values)
    # The app that asks goes on asking.
    return not (found and found["id"] in tenant.own and case.method != "GET")


def conforms(tenant, operation, counts):
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st
    from schemathesis import GenerationMode
    from schemathesis.specs.openapi import checks as described

    checks = [
        schemathesis.checks.not_a_server_error,
        described.status_code_conformance,
        described.content_type_conformance,
        described.response_schema_conformance,
    ]
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    values = st.recursive(
        leaves, lambda it: st.lists(it, max_size=3) | st.dictionaries(st.text(max_size=10), it, max_size=3), max_leaves=6
    )
    session = tenant.session()
    changes = operation.method.upper() in {"POST", "PATCH", "PUT"}

    @settings(
        max_examples=EXAMPLES_OF_CHANGES if changes else EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), data=st.data())
    def asked(case, data):
        if prepared(data.draw, st, tenant, case, values):
            response = case.call(base_url=tenant.base, session=session, timeout=60)
            counts[response.status_code] += 1
            case.validate_response(response, checks=checks)

    asked()


def main():
    task_file, ca = sys.argv[1:]
    os.environ["REQUESTS_CA_BUNDLE"] = ca
    import schemathesis

    tenant = Tenant(json.loads(Path(task_file).read_text(encoding="utf-8")), ca)
    schema = schemathesis.openapi.from_url(f"{tenant.base}/openapi.json", verify=ca)
    operations = [result.ok() for result in schema.get_all_operations()]

    def judged(operation):
        counts = Counter()
        try:
            conforms(tenant, operation, counts)
        except BaseException as error:  # A group of failures is no Exception.
            return counts, f"{operation.method.upper()} {operation.path}: {error}"
        return counts, None

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(judged, operations))
    failures = [failure for _, failure in results if failure]
    if failures:
        sys.exit("\n\n".join(failures))
    statuses = sum((counts for counts, _ in results), Counter())
    print(json.dumps({"operations": len(operations), "statuses": {str(it): count for it, count in statuses.items()}}))


main()
