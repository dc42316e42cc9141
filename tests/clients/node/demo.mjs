// What a program is told, the running tenant, a person and an app, and how it says what it saw.
//
//     node PROGRAM.mjs DEMO_JSON CA_FILE [--person UPN] [--app CLIENT_ID] [--scope SCOPE] [--context cN]
//
// A program prints one line of JSON and ends with 0, or says on standard error what was wrong and ends with 1. Node
// trusts the tenant only if `NODE_EXTRA_CA_CERTS` names CA_FILE when it starts; the program checks that.

import { X509Certificate, createHash, createPrivateKey, createPublicKey, randomUUID, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";

/** Something else came than the tenant promises. */
export class Unexpected extends Error {}

/** Ends the program unless `holds`; `what` is a sentence about what must be so. */
export function expect(holds, what, seen) {
  if (!holds) throw new Unexpected(seen === undefined ? what : `${what}; seen: ${JSON.stringify(seen)}`);
}

/** The tenant, and who does what in it. */
class Task {
  constructor(demo, person, app, given) {
    Object.assign(this, { person, app, scope: given.scope, context: given.context });
    this.baseUrl = demo.base_url.replace(/\/$/, "");
    this.tenantId = demo.tenant_id;
    this.authority = `${this.baseUrl}/${this.tenantId}`;
    this.issuer = `${this.authority}/v2.0`;
    this.host = new URL(this.baseUrl).host;
    this.redirectUri = app.redirect_uris[0];
  }

  /** The discovery document. */
  async metadata() {
    return (await fetch(`${this.issuer}/.well-known/openid-configuration`)).json();
  }

  /** What MSAL calls the certificate of an app. */
  certificate() {
    const certificate = new X509Certificate(this.app.certificate);
    const thumbprintSha256 = createHash("sha256").update(certificate.raw).digest("hex").toUpperCase();
    return { privateKey: this.app.private_key, thumbprintSha256 };
  }

  /** What proves that the app holds its private key (RFC 7523), with the certificate's thumbprint. */
  async assertion() {
    const [now, id] = [Math.floor(Date.now() / 1000), this.app.client_id];
    const thumbprint = Buffer.from(this.certificate().thumbprintSha256, "hex").toString("base64url");
    const audience = (await this.metadata()).token_endpoint;
    const claims = { iss: id, sub: id, aud: audience, jti: randomUUID(), iat: now, nbf: now, exp: now + 300 };
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const text = `${part({ alg: "RS256", typ: "JWT", "x5t#S256": thumbprint })}.${part(claims)}`;
    return `${text}.${sign("sha256", Buffer.from(text), createPrivateKey(this.app.private_key)).toString("base64url")}`;
  }

  /** The claims of a token whose signature a key of the tenant's key set verifies. */
  async claims(token) {
    const { keys } = await (await fetch((await this.metadata()).jwks_uri)).json();
    const [header, body, signature] = token.split(".");
    const { kid, alg } = JSON.parse(Buffer.from(header, "base64url"));
    const key = createPublicKey({ key: keys.find((it) => it.kid === kid), format: "jwk" });
    expect(alg === "RS256", "the token is signed with RS256", alg);
    const good = verify("sha256", Buffer.from(`${header}.${body}`), key, Buffer.from(signature, "base64url"));
    const claims = JSON.parse(Buffer.from(body, "base64url"));
    expect(good && claims.iss === this.issuer, "the tenant has signed the token", claims.iss);
    return claims;
  }
}

/** Of a token's claims, those that the tests look at. */
export function shown(claims) {
  const names = "aud oid tid sub appid azp upn preferred_username amr acr acrs scp ver".split(" ");
  return Object.fromEntries(names.filter((it) => it in claims).map((it) => [it, claims[it]]));
}

/** Reads the arguments, runs the program, and prints what it returns. */
export async function run(program) {
  try {
    console.log(JSON.stringify(await program(task())));
  } catch (error) {
    const cause = error instanceof Unexpected ? error.message : error.stack;
    console.error(`${basename(process.argv[1])}: ${cause}${error.cause ? ` (${error.cause})` : ""}`);
    // A library may still be waiting for something.
    process.exit(1);
  }
}

function task() {
  const options = { person: { type: "string" }, app: { type: "string" } };
  options.scope = { type: "string", default: "User.Read" };
  options.context = { type: "string", default: "c1" };
  const { values: given, positionals } = parseArgs({ options, allowPositionals: true });
  expect(process.env.NODE_EXTRA_CA_CERTS === positionals[1], "`NODE_EXTRA_CA_CERTS` names the CA file", positionals[1]);
  const demo = JSON.parse(readFileSync(positionals[0], "utf8"));
  const person = demo.people.find((it) => (given.person ? it.upn === given.person : it.password));
  const web = (it) => it.client_secret && it.redirect_uris.length > 0;
  const app = demo.apps.find((it) => (given.app ? it.client_id === given.app : web(it)));
  expect(person && app, "the demo names the person and the app of this program");
  return new Task(demo, person, app, given);
}
