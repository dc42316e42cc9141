"""A website whose passkeys are checked by py_webauthn: a relying party that nobody here has written.

Serves `http://localhost:PORT/` and prints the port. The page has two functions, `register(options)` and
`signIn(options)`; each resolves to what the library has found out, and rejects with the browser's exception.
"""

import base64
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import webauthn
from webauthn.helpers import structs

RP_ID = "localhost"

PAGE = """<!doctype html>
<meta charset="utf-8">
<title>A website</title>
<script>
async function post(path, body) {
  const answer = await fetch(path, { method: "POST", body: JSON.stringify(body) });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.error);
  return value;
}
async function register(wish = {}) {
  const asked = { ...await post("/register/options", wish), ...wish.override };
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked);
  const made = await navigator.credentials.create({ publicKey, signal: wish.signal });
  return post("/register", made.toJSON());
}
async function signIn(wish = {}) {
  const asked = { ...await post("/sign-in/options", {}), ...wish.override };
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked);
  const used = await navigator.credentials.get({ publicKey, signal: wish.signal });
  return post("/sign-in", used.toJSON());
}
</script>
"""


class Site:
    """What the website remembers: one account."""

    def __init__(self, origin):
        self.origin = origin
        self.challenge = None
        self.key = None
        self.counter = 0

    def register_options(self, wish):
        options = webauthn.generate_registration_options(
            rp_id=RP_ID,
            rp_name="A website",
            user_name="ada",
            user_id=b"ada",
            attestation=structs.AttestationConveyancePreference(wish.get("attestation", "none")),
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
        )
        self.challenge = options.challenge
        return json.loads(webauthn.options_to_json(options))

    def register(self, credential):
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=self.challenge,
            expected_rp_id=RP_ID,
            expected_origin=self.origin,
            require_user_verification=True,
        )
        self.key, self.counter = made.credential_public_key, made.sign_count
        return {
            "aaguid": made.aaguid,
            "format": str(made.fmt),
            "verified": made.user_verified,
            "device": str(structs.CredentialDeviceType(made.credential_device_type).value),
        }

    def sign_in_options(self, _):
        options = webauthn.generate_authentication_options(
            rp_id=RP_ID,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        self.challenge = options.challenge
        return json.loads(webauthn.options_to_json(options))

    def sign_in(self, credential):
        used = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=self.challenge,
            expected_rp_id=RP_ID,
            expected_origin=self.origin,
            credential_public_key=self.key,
            credential_current_sign_count=self.counter,
            require_user_verification=True,
        )
        self.counter = used.new_sign_count
        handle = credential["response"]["userHandle"]
        account = base64.urlsafe_b64decode(handle + "=" * (-len(handle) % 4))
        return {"account": account.decode(), "counter": self.counter}


class Handler(BaseHTTPRequestHandler):
    """Hands requests to the site."""

    def log_message(self, *_):
        pass

    def _answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/":
            self._answer(200, "text/html", PAGE.encode())
        else:
            self._answer(404, "text/plain", b"")

    def do_POST(self):
        site = self.server.site
        routes = {
            "/register/options": site.register_options,
            "/register": site.register,
            "/sign-in/options": site.sign_in_options,
            "/sign-in": site.sign_in,
        }
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            status, value = 200, routes[self.path](json.loads(body))
        except Exception as error:  # whatever the library has against it
            status, value = 400, {"error": f"{type(error).__name__}: {error}"}
        self._answer(status, "application/json", json.dumps(value).encode())


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        port = server.server_address[1]
        server.site = Site(f"http://localhost:{port}")
        print(f"port {port}", flush=True)
        sys.stdout.flush()
        server.serve_forever()
