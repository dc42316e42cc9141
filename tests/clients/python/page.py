"""A page as somebody without JavaScript uses it: its forms, its buttons, its links and its text."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit


class Page(HTMLParser):
    """A page that was read to its end."""

    def __init__(self, response):
        super().__init__()
        self.url, self.text = response.url, ""
        self.forms, self.links = [], []
        self._form, self._silent = None, 0
        if "html" in response.headers.get("Content-Type", ""):
            self.feed(response.text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self._form = Form(self.url, attributes)
            self.forms.append(self._form)
        elif tag in ("input", "button", "select", "textarea") and self._form:
            self._form.add(tag, attributes)
        elif tag == "a" and urlsplit(urljoin(self.url, attributes.get("href", ""))).netloc == urlsplit(self.url).netloc:
            self.links.append(urljoin(self.url, attributes.get("href", "")))
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        self._silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self._silent:
            self.text += data

    def said(self):
        """The page in one line, for a message."""
        return f"{urlsplit(self.url).path}: {' '.join(self.text.split())[:400]}"


class Form:
    """A form: where it goes, what it carries, the fields that a person fills and the buttons to press."""

    def __init__(self, page, attributes):
        self.page = page
        self.action = urljoin(page, attributes.get("action") or page)
        self.method = (attributes.get("method") or "get").lower()
        self.carried, self.fields, self.buttons = {}, [], []

    def add(self, tag, attributes):
        """Takes in a control."""
        name, value = attributes.get("name"), attributes.get("value") or ""
        kind = (attributes.get("type") or ("submit" if tag == "button" else "text")).lower()
        if kind in ("submit", "image"):
            self.buttons.append((name, value))
        elif not name or kind in ("button", "reset"):
            return
        elif kind in ("checkbox", "radio"):
            self.carried |= {name: value or "on"} if "checked" in attributes else {}
        else:
            self.carried[name] = value
            if kind != "hidden":
                self.fields.append(name)


def words(text):
    """The words of a path or of a value, as `/signin/password` or `temporaryAccessPass`."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", text)}
