"""What a program is told, the running tenant, a person and an app, and how it says what it saw.

    python PROGRAM.py DEMO_JSON CA_FILE [--person UPN] [--app CLIENT_ID] [--scope SCOPE] [--context cN]

A program prints one line of JSON and ends with 0, or says on standard error what was wrong and ends with 1.
"""

import argparse
import base64
import json
import os
import sys
import time
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import jwt
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes


class Unexpected(Exception):
    """Something else came than the tenant promises."""


def expect(holds, what, seen=None):
    """Ends the program unless `holds`; `what` is a sentence about what must be so."""
    if not holds:
        raise Unexpected(what if seen is None else f"{what}; seen: {seen!r}")


@dataclass(frozen=True)
class Task:
    """The tenant, and who does what in it."""

    base_url: str
    tenant_id: str
    ca: str
    person: dict
    app: dict
    scope: str
    context: str

    @property
    def authority(self):
        """What Microsoft's libraries call the authority."""
        return f"{self.base_url}/{self.tenant_id}"

    @property
    def issuer(self):
        """What OpenID Connect calls the issuer."""
        return f"{self.authority}/v2.0"

    @cached_property
    def metadata(self):
        """The discovery document."""
        return requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=10).json()

    @property
    def redirect_uri(self):
        """Where the app takes its answers."""
        expect(self.app["redirect_uris"], "the app has a redirect URI", self.app["name"])
        return self.app["redirect_uris"][0]

    @property
    def key(self):
        """The private key of the app and the thumbprint by which the tenant knows its certificate."""
        expect(self.app.get("private_key") and self.app.get("certificate"), "the app has a key and a certificate")
        certificate = x509.load_pem_x509_certificate(self.app["certificate"].encode())
        return self.app["private_key"], certificate.fingerprint(hashes.SHA256())

    @property
    def thumbprint(self):
        """The SHA-1 thumbprint, by which MSAL names a certificate that it does not send."""
        certificate = x509.load_pem_x509_certificate(self.app["certificate"].encode())
        return certificate.fingerprint(hashes.SHA1()).hex()

    def assertion(self):
        """What proves that the app holds its private key (RFC 7523), with the certificate's thumbprint."""
        now = int(time.time())
        private_key, thumbprint = self.key
        client_id, audience = self.app["client_id"], self.metadata["token_endpoint"]
        claims = {"iss": client_id, "sub": client_id, "aud": audience, "jti": str(uuid.uuid4())}
        claims |= {"iat": now, "nbf": now, "exp": now + 300}
        header = {"x5t#S256": base64.urlsafe_b64encode(thumbprint).decode().rstrip("=")}
        return jwt.encode(claims, private_key, algorithm="RS256", headers=header)

    def claims(self, token):
        """The claims of a token whose signature a key of the tenant's key set verifies."""
        keys = jwt.PyJWKSet.from_dict(requests.get(self.metadata["jwks_uri"], timeout=10).json())
        key = keys[jwt.get_unverified_header(token)["kid"]].key
        options = {"verify_aud": False}
        return jwt.decode(token, key, algorithms=["RS256"], issuer=self.issuer, options=options)


def shown(claims):
    """Of a token's claims, those that the tests look at."""
    names = ["aud", "oid", "tid", "sub", "appid", "azp", "upn", "preferred_username", "amr", "acr", "acrs", "scp", "ver"]
    return {name: claims[name] for name in names if name in claims}


def run(program):
    """Reads the arguments, runs the program, and prints what it returns."""
    try:
        print(json.dumps(program(_task())))
    except Unexpected as unexpected:
        sys.exit(f"{Path(sys.argv[0]).name}: {unexpected}")


def _task():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("demo")
    arguments.add_argument("ca")
    arguments.add_argument("--person", help="who signs in; else the first with a password")
    arguments.add_argument("--app", help="the client id; else the first with a secret and a redirect URI")
    arguments.add_argument("--scope", default="User.Read")
    arguments.add_argument("--context", default="c1", help="an authentication context")
    given = arguments.parse_args()
    # Each library reads one of these. The whole process has to trust the tenant before the first is made.
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        os.environ[variable] = given.ca
    demo = json.loads(Path(given.demo).read_text(encoding="utf-8"))
    person = _first(demo["people"], lambda it: it["upn"] == given.person if given.person else it.get("password"))
    app = _first(demo["apps"], lambda it: it["client_id"] == given.app if given.app else _confidential(it))
    base_url = demo["base_url"].rstrip("/")
    return Task(base_url, demo["tenant_id"], given.ca, person, app, given.scope, given.context)


def _confidential(app):
    return app.get("client_secret") and app["redirect_uris"]


def _first(entries, wanted):
    found = next((it for it in entries if wanted(it)), None)
    expect(found is not None, "the demo names the person and the app of this program")
    return found
