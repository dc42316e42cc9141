// MSAL for Node at a tenant that is not Microsoft's, and what it gives back, looked at in the same way after every flow.

import * as msal from "@azure/msal-node";

import { expect, shown } from "./demo.mjs";

/** What MSAL has to know of the tenant. */
export function configuration(task, credential = {}) {
  const auth = { clientId: task.app.client_id, authority: task.authority, knownAuthorities: [task.host] };
  return { auth: { ...auth, ...credential } };
}

/** MSAL's app with a secret. */
export function confidential(task) {
  return new msal.ConfidentialClientApplication(configuration(task, { clientSecret: task.app.client_secret }));
}

/** Authorization code with PKCE, from the address that MSAL makes to the tokens. */
export async function signedIn(task, app, person, more = {}) {
  const { verifier, challenge } = await new msal.CryptoProvider().generatePkceCodes();
  const request = { scopes: [task.scope], redirectUri: task.redirectUri, ...more };
  const pkce = { codeChallenge: challenge, codeChallengeMethod: "S256" };
  const address = await app.getAuthCodeUrl({ ...request, ...pkce, state: challenge, loginHint: task.person.upn });
  const told = (await person.signIn(address, task.redirectUri)).searchParams;
  expect(told.get("error") === null, "the app gets a code", `${told.get("error")}: ${told.get("error_description")}`);
  expect(told.get("state") === challenge, "the state comes back", told.get("state"));
  const clientInfo = told.get("client_info") ?? undefined;
  return app.acquireTokenByCode({ ...request, code: told.get("code"), codeVerifier: verifier, clientInfo });
}

/** Checks that the tokens speak of the person and that MSAL knows its account; returns the claims. */
export function ofPerson(task, result) {
  const [claims, home] = [result.idTokenClaims, `${task.person.object_id}.${task.tenantId}`];
  expect(claims.oid === task.person.object_id, "`oid` is the person", claims.oid);
  expect(claims.tid === task.tenantId, "`tid` is the tenant", claims.tid);
  expect(result.account.username === task.person.upn, "the name is the person's", result.account);
  expect(result.account.homeAccountId === home, "`client_info` is understood", result.account.homeAccountId);
  return shown(claims);
}

/** The same token from MSAL's cache, then another one by the refresh token. */
export async function silentAndRefreshed(task, app, first) {
  const request = { scopes: [task.scope], account: first.account };
  const cached = await app.acquireTokenSilent(request);
  expect(cached.fromCache && cached.accessToken === first.accessToken, "the second token comes from the cache");
  const fresh = await app.acquireTokenSilent({ ...request, forceRefresh: true });
  expect(!fresh.fromCache, "the third token comes from the tenant");
  expect(fresh.accessToken !== first.accessToken, "the refreshed token is another one");
}
