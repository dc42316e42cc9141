"""A person without JavaScript: follows redirects with cookies and fills the forms of the sign-in pages.

Fields are known by their names: `username`, `password`, `pass` (a Temporary Access Pass), `code` (of an
authenticator app) and, where a device is approved, `user_code` or `code` for what the device shows.
"""

import base64
import hashlib
import hmac
import struct
import time
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

from demo import Unexpected, expect
from page import Page, words

PAGES = 25
"""More than any honest sign-in shows; a loop ends here."""

AWAY = {"cancel", "decline", "deny", "logout", "no", "out", "passkey", "signout"}
"""What somebody does not choose who wants in and has no passkey."""


class Person:
    """Somebody with a cookie jar and the secrets of an entry of the demo's people."""

    def __init__(self, entry, ca):
        self.entry, self.pages = entry, []
        self._browser = requests.Session()
        self._browser.verify = ca
        self._browser.headers["Accept"] = "text/html"

    def sign_in(self, address, redirect_uri):
        """Walks from an authorization request to the app's redirect URI; returns what the app is told there."""
        return self._walk(address, self._secrets(), lambda *seen: _told(*seen, redirect_uri))

    def approve(self, address, user_code):
        """Types the code that a device shows, signs in and confirms; `pages` ends with what they are told then."""
        secrets = self._secrets() | {"user_code": lambda: user_code}
        self._walk(address, secrets, lambda *seen: _at_rest(*seen, secrets))

    def _walk(self, address, secrets, arrived):
        response, done = self._open(address), set()
        for _ in range(PAGES):
            page = None if response.is_redirect else Page(response)
            self.pages += [page.said()] if page else []
            result = arrived(response, page)
            if result is not None:
                return result
            if page is None:
                response = self._open(urljoin(response.url, response.headers["Location"]))
                continue
            expect(response.status_code < 400, "the page is not an error", f"{response.status_code} {page.said()}")
            response = self._next(page, secrets, done)
        raise Unexpected(f"the sign-in has not ended after {PAGES} pages: {self.pages[-6:]}")

    def _next(self, page, secrets, done):
        """Fills what asks for something the person has; else takes a way that they have the secret for; else goes on."""
        for step in _steps(page, secrets):
            if step.name not in done:
                done.add(step.name)
                return self._send(step) if step.form else self._open(step.name)
        raise Unexpected(f"there is nothing on the page that this person can do: {page.said()}")

    def _open(self, address):
        return self._browser.get(address, allow_redirects=False)

    def _send(self, step):
        form = step.form
        typed = {name: secret() for name, secret in step.typed.items()}
        pressed = dict([step.button]) if step.button and step.button[0] else {}
        data = form.carried | typed | pressed
        if form.method == "get":
            return self._browser.get(form.action, params=data, allow_redirects=False)
        # A browser says where a form comes from, and the server may insist on it.
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(form.page))
        headers = {"Origin": origin, "Referer": form.page, "Sec-Fetch-Site": "same-origin"}
        return self._browser.post(form.action, data=data, headers=headers, allow_redirects=False)

    def _secrets(self):
        """What the person can type, as functions: a code is computed when its field is there."""
        entry = self.entry
        secrets = {"username": lambda: entry["upn"]}
        secrets |= {name: lambda name=name: entry[name] for name in ("password", "pass") if entry.get(name)}
        return secrets | ({"code": lambda: totp(entry["totp"])} if entry.get("totp") else {})


class Step:
    """One thing to do on a page. Its name keeps it from being done twice in a walk."""

    def __init__(self, name, form=None, typed=None, button=None):
        self.name, self.form, self.typed, self.button = name, form, typed or {}, button


def _steps(page, secrets):
    """What can be done on a page, the best first."""
    known = set(secrets) - {"username"}
    for form in page.forms:
        typed = {name: secrets[name] for name in form.fields if name in secrets}
        if typed:
            yield Step(f"fill {sorted(typed)} at {form.action}", form, typed, next(iter(form.buttons), None))
    buttons = [(form, button) for form in page.forms if not form.fields for button in form.buttons or [None]]
    presses = [(words(urlsplit(form.action).path) | words(f"{(button or ('',))[-1]}"), form, button) for form, button in buttons]
    yield from (_press(form, button) for said, form, button in presses if said & known)
    yield from (Step(link) for link in page.links if words(link) & known)
    yield from (_press(form, button) for said, form, button in presses if not said & (known | AWAY))
    yield from (Step(link) for link in page.links if words(link) & {"methods", "other", "another", "way", "ways"})


def _press(form, button):
    return Step(f"press {button} at {form.action} with {sorted(form.carried)}", form, button=button)


def _told(response, page, redirect_uri):
    """The parameters at the redirect URI, by redirect or by a form that a script would post; else nothing."""
    if page is None:
        target = urljoin(response.url, response.headers["Location"])
        parts = urlsplit(target)
        here = parts._replace(query="", fragment="").geturl() == redirect_uri
        return dict(parse_qsl(parts.query or parts.fragment)) if here else None
    posted = [form.carried for form in page.forms if form.action == redirect_uri]
    return posted[0] if posted else None


def _at_rest(response, page, secrets):
    """Whether there is nothing more to do on the page; else nothing."""
    if page is None or response.status_code >= 400:
        return None
    asks = any(form.fields for form in page.forms) or next(_steps(page, secrets), None)
    return None if asks else True


def totp(secret, at=None):
    """The code of an authenticator app (RFC 6238: SHA-1, 30 seconds, six digits)."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    counter = int(time.time() if at is None else at) // 30
    digest = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"
