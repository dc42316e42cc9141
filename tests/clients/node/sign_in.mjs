// A person without JavaScript: follows redirects with cookies and fills the forms of the sign-in pages.
//
// Fields are known by their names: `username`, `password`, `pass` (a Temporary Access Pass), `code` (of an
// authenticator app) and, where a device is approved, `user_code` or `code` for what the device shows.

import { createHmac } from "node:crypto";

import { Unexpected, expect } from "./demo.mjs";
import { Page, words } from "./page.mjs";

/** More than any honest sign-in shows; a loop ends here. */
const PAGES = 25;

/** What somebody does not choose who wants in and has no passkey. */
const AWAY = ["cancel", "decline", "deny", "logout", "no", "out", "passkey", "signout"];

/** Somebody with a cookie jar and the secrets of an entry of the demo's people. */
export class Person {
  #cookies = new Map();

  constructor(entry) {
    Object.assign(this, { entry, pages: [] });
  }

  /** Walks from an authorization request to the app's redirect URI; returns the address with which the app is called. */
  async signIn(address, redirectUri) {
    return this.#walk(address, this.#secrets(), (response) => told(response, redirectUri));
  }

  /** Types the code that a device shows, signs in and confirms; `pages` ends with what they are told then. */
  async approve(address, userCode) {
    const secrets = { ...this.#secrets(), user_code: () => userCode };
    return this.#walk(address, secrets, (response) => atRest(response, secrets));
  }

  /** Goes to an address and follows where it leads; returns the first address outside the tenant, or the last page. */
  async visit(address, until) {
    return this.#walk(address, {}, (response) => told(response, until));
  }

  async #walk(address, secrets, arrived) {
    let [response, done] = [await this.#fetch(address), new Set()];
    for (let turn = 0; turn < PAGES; turn += 1) {
      if (!response.target) this.pages.push(response.page.said());
      const result = arrived(response);
      if (result !== undefined) return result;
      if (response.target) {
        response = await this.#fetch(response.target);
        continue;
      }
      expect(response.status < 400, "the page is not an error", `${response.status} ${response.page.said()}`);
      response = await this.#next(response.page, secrets, done);
    }
    throw new Unexpected(`the sign-in has not ended after ${PAGES} pages: ${this.pages.slice(-6)}`);
  }

  /** Fills what asks for something the person has; else takes a way that they have the secret for; else goes on. */
  async #next(page, secrets, done) {
    for (const step of steps(page, secrets)) {
      if (done.has(step.name)) continue;
      done.add(step.name);
      return step.form ? this.#send(step) : this.#fetch(step.name);
    }
    throw new Unexpected(`there is nothing on the page that this person can do: ${page.said()}`);
  }

  async #send({ form, typed, button }) {
    const filled = Object.fromEntries(Object.entries(typed).map(([name, secret]) => [name, secret()]));
    const pressed = button?.name ? { [button.name]: button.value } : {};
    const body = new URLSearchParams({ ...form.carried, ...filled, ...pressed });
    if (form.method === "get") return this.#fetch(`${form.action.split("?")[0]}?${body}`);
    // A browser says where a form comes from, and the server may insist on it.
    const headers = { Origin: new URL(form.page).origin, Referer: form.page, "Sec-Fetch-Site": "same-origin" };
    return this.#fetch(form.action, { method: "POST", body, headers });
  }

  async #fetch(address, options = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...options.headers, Accept: "text/html", ...(cookie && { Cookie: cookie }) };
    const response = await fetch(address, { ...options, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get("location");
    const target = response.status >= 300 && response.status < 400 && location && new URL(location, address).href;
    const page = new Page(String(address), response.headers.get("content-type") ?? "", await response.text());
    return { status: response.status, target, page };
  }

  #keep(line) {
    const [pair, ...attributes] = line.split(";").map((it) => it.trim());
    const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (attributes.some((it) => /^max-age=0$/i.test(it))) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }

  /** What the person can type, as functions: a code is computed when its field is there. */
  #secrets() {
    const { upn, password, pass, totp: seed } = this.entry;
    const secrets = { username: () => upn };
    if (password) secrets.password = () => password;
    if (pass) secrets.pass = () => pass;
    if (seed) secrets.code = () => totp(seed);
    return secrets;
  }
}

/** What can be done on a page, the best first. A step's name keeps it from being done twice in a walk. */
function steps(page, secrets) {
  const known = Object.keys(secrets).filter((it) => it !== "username");
  const among = (said, list) => list.some((it) => said.has(it));
  const fills = page.forms.flatMap((form) => {
    const names = form.fields.filter((it) => it in secrets);
    const typed = Object.fromEntries(names.map((it) => [it, secrets[it]]));
    return names.length ? [{ name: `fill ${names} at ${form.action}`, form, typed, button: form.buttons[0] }] : [];
  });
  const bare = page.forms.filter((form) => form.fields.length === 0);
  const presses = bare.flatMap((form) =>
    (form.buttons.length ? form.buttons : [undefined]).map((button) => {
      const name = `press ${button?.name}=${button?.value} at ${form.action} with ${Object.keys(form.carried)}`;
      const said = new Set([...words(new URL(form.action).pathname), ...words(button?.value ?? "")]);
      return { name, form, typed: {}, button, said };
    }),
  );
  const link = (list) => page.links.filter((it) => among(words(it), list)).map((name) => ({ name }));
  return [
    ...fills,
    ...presses.filter((it) => among(it.said, known)),
    ...link(known),
    ...presses.filter((it) => !among(it.said, [...known, ...AWAY])),
    ...link(["methods", "other", "another", "way", "ways"]),
  ];
}

/** The address with which the app is called, by redirect or by a form that a script would post; else nothing. */
function told({ target, page }, redirectUri) {
  if (target) return target.split(/[?#]/)[0] === redirectUri ? new URL(target) : undefined;
  const posted = page.forms.find((form) => form.action === redirectUri);
  return posted && new URL(`${redirectUri}?${new URLSearchParams(posted.carried)}`);
}

/** Whether there is nothing more to do on the page; else nothing. */
function atRest({ target, status, page }, secrets) {
  if (target || status >= 400) return undefined;
  const asks = page.forms.some((form) => form.fields.length > 0) || steps(page, secrets).length > 0;
  return asks ? undefined : true;
}

/** The code of an authenticator app (RFC 6238: SHA-1, 30 seconds, six digits). */
function totp(seed, at = Date.now() / 1000) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...seed.toUpperCase().replace(/=+$/, "")].map((it) => letters.indexOf(it).toString(2).padStart(5, "0"));
  const key = Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((it) => parseInt(it, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const number = digest.readUInt32BE(digest.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}
