// Microsoft's Graph client for JavaScript, as it comes: lists by pages, searches, policies, refusals and batches.
//
//     node graph_client.mjs TASK_JSON
//
// TASK_JSON has `base_url`, `tenantId`, `appId` and `secretText`. What was seen is printed as one line of JSON.

import { readFileSync } from "node:fs";

import { ConfidentialClientApplication } from "@azure/msal-node";
import * as graph from "@microsoft/microsoft-graph-client";

import { expect } from "./demo.mjs";

const { BatchRequestContent, BatchResponseContent, Client, PageIterator } = graph.default ?? graph;
const POLICIES = "/identity/conditionalAccess/policies";

const task = JSON.parse(readFileSync(process.argv[2], "utf8"));
const base = task.base_url.replace(/\/$/, "");
const host = new URL(base).hostname;

/** Tokens by client credentials. */
const app = new ConfidentialClientApplication({
  auth: {
    clientId: task.appId,
    clientSecret: task.secretText,
    authority: `${base}/${task.tenantId}`,
    knownAuthorities: [new URL(base).host],
  },
});
const authProvider = {
  getAccessToken: async () =>
    (await app.acquireTokenByClientCredential({ scopes: ["https://graph.microsoft.com/.default"] })).accessToken,
};
const client = Client.initWithMiddleware({ authProvider, baseUrl: `${base}/`, customHosts: new Set([host]) });

const name = (number) => `Crew ${String(number).padStart(2, "0")}`;
const person = (number) => ({
  accountEnabled: true,
  displayName: name(number),
  mailNickname: `crew${number}`,
  userPrincipalName: `crew${number}@contoso.example`,
  passwordProfile: { password: "a long enough beginning" },
});

/** People, as many as one batch takes, and one who cannot be: each has an answer of its own. */
async function batch() {
  const json = { "Content-Type": "application/json" };
  const request = (body) => new Request(`${base}/users`, { method: "POST", headers: json, body: JSON.stringify(body) });
  const bodies = [...Array(12).keys()].map(person).concat([{ displayName: "nobody" }]);
  const steps = bodies.map((body, at) => ({ id: String(at), request: request(body) }));
  const content = await new BatchRequestContent(steps).getContent();
  const answers = new BatchResponseContent(await client.api("/$batch").post(content));
  const statuses = steps.map(({ id }) => answers.getResponseById(id).status);
  const refused = await answers.getResponseById(String(bodies.length - 1)).json();
  return { statuses, refused: refused.error.code };
}

/** Everybody, five at a time. */
async function pages() {
  const first = await client.api("/users").select("id,displayName").top(5).get();
  const seen = [];
  let pauses = 0;
  const iterator = new PageIterator(client, first, (user) => {
    seen.push(user.displayName);
    return seen.length % 5 !== 0;
  });
  await iterator.iterate();
  while (!iterator.isComplete()) {
    pauses += 1;
    await iterator.resume();
  }
  return { pauses, crew: seen.filter((it) => it.startsWith("Crew")).sort(), all: seen.length };
}

/** What Graph answers to whoever accepts answers that may be a moment old. */
async function advanced() {
  const eventual = (path) => client.api(path).header("ConsistencyLevel", "eventual").count(true);
  const filtered = await eventual("/users")
    .filter("endsWith(userPrincipalName,'7@contoso.example') and accountEnabled ne false")
    .orderby("displayName desc")
    .get();
  const searched = await eventual("/users").search('"displayName:Crew 1"').select("displayName").get();
  const count = await client.api("/users/$count").header("ConsistencyLevel", "eventual").get();
  return {
    filtered: [filtered["@odata.count"], filtered.value.map((it) => it.displayName)],
    searched: searched.value.map((it) => it.displayName).sort(),
    count: Number(count),
  };
}

const policy = (state, grantControls) => ({
  displayName: "JS010 Trial",
  state,
  conditions: {
    clientAppTypes: ["all"],
    applications: { includeApplications: ["All"] },
    users: { includeUsers: ["All"] },
  },
  grantControls,
});

/** A policy from its beginning to its end. */
async function policies() {
  const trial = policy("enabledForReportingButNotEnforced", { operator: "OR", builtInControls: ["mfa"] });
  const made = await client.api(POLICIES).post(trial);
  const path = `${POLICIES}/${made.id}`;
  await client.api(path).patch({ displayName: "JS011 Trial" });
  const stale = await refusal(client.api(path).header("If-Match", made["@odata.etag"]).patch({ state: "disabled" }));
  const read = await client.api(path).get();
  await client.api(path).delete();
  const gone = await refusal(client.api(path).get());
  return { state: read.state, name: read.displayName, stale: stale.statusCode, gone: [gone.statusCode, gone.code] };
}

async function refusal(request) {
  try {
    await request;
  } catch (error) {
    return error;
  }
  return expect(false, "the request is refused");
}

/** A policy that shuts everybody out is refused, and says why. */
async function lockout() {
  const block = policy("enabled", { operator: "OR", builtInControls: ["block"] });
  const refused = await refusal(client.api(POLICIES).post(block));
  const { innerError } = JSON.parse(refused.body);
  expect(refused.requestId === innerError["request-id"], "the client knows the request", refused.requestId);
  const rules = innerError.findings.map((it) => it.rule);
  return { status: refused.statusCode, code: innerError.code, rules };
}

try {
  const seen = { batch: await batch(), pages: await pages(), advanced: await advanced() };
  console.log(JSON.stringify({ ...seen, policies: await policies(), lockout: await lockout() }));
} catch (error) {
  console.error(`graph_client.mjs: ${error.stack} ${error.body ?? ""}`);
  process.exit(1);
}
