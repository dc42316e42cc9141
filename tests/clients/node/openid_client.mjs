// openid-client: discovery, code with PKCE, the issuer in the answer, user information, a refresh, and signing out.

import * as client from "openid-client";

import { expect, run, shown } from "./demo.mjs";
import { Person } from "./sign_in.mjs";

await run(async (task) => {
  const person = new Person(task.person);
  const config = await client.discovery(new URL(task.issuer), task.app.client_id, {}, authentication(task));
  // It refuses an answer whose `iss` is missing or another one only where the server promises to send it (RFC 9207).
  const promised = config.serverMetadata().authorization_response_iss_parameter_supported === true;
  const [tokens, told] = await signedIn(task, config, person);
  const claims = tokens.claims();
  expect(claims.oid === task.person.object_id, "`oid` is the person", claims.oid);
  const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
  expect(fresh.access_token !== tokens.access_token, "the refreshed token is another one");
  const forged = await refusal(() => exchanged(task, config, forgedIssuer(told), {}));
  expect(!promised || forged === "OAUTH_INVALID_RESPONSE", "an answer of another issuer is refused", forged);
  const away = await signedOut(task, config, person, fresh.id_token ?? tokens.id_token);
  return { id_token: shown(claims), userinfo: info, iss: told.searchParams.get("iss"), promised, away, pages: person.pages };
});

function authentication(task) {
  return task.app.client_secret ? client.ClientSecretBasic(task.app.client_secret) : client.None();
}

async function signedIn(task, config, person) {
  const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
  const challenge = await client.calculatePKCECodeChallenge(verifier);
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: task.redirectUri,
    scope: `openid profile offline_access ${task.scope}`,
    code_challenge: challenge,
    code_challenge_method: "S256",
    state,
    nonce,
  });
  const told = await person.signIn(address, task.redirectUri);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  return [await exchanged(task, config, told, checks), told];
}

function exchanged(task, config, told, checks) {
  return client.authorizationCodeGrant(config, told, { expectedState: told.searchParams.get("state"), ...checks });
}

function forgedIssuer(told) {
  const forged = new URL(told);
  forged.searchParams.set("iss", "https://issuer.example");
  return forged;
}

/** The code with which the library refuses, or `accepted`. */
async function refusal(attempt) {
  return attempt().then(
    () => "accepted",
    (error) => error.code ?? error.error ?? error.name,
  );
}

/** Signing out at the tenant (RP-initiated logout): it must lead back, and the next request must ask again. */
async function signedOut(task, config, person, idToken) {
  const parameters = { post_logout_redirect_uri: task.redirectUri, id_token_hint: idToken, state: "bye" };
  const away = await person.visit(client.buildEndSessionUrl(config, parameters), task.redirectUri);
  expect(away.searchParams.get("state") === "bye", "signing out leads back to the app", away.href);
  const silent = { redirect_uri: task.redirectUri, scope: "openid", prompt: "none", nonce: client.randomNonce() };
  const told = await person.visit(client.buildAuthorizationUrl(config, silent), task.redirectUri);
  const error = told.searchParams.get("error");
  expect(["login_required", "interaction_required"].includes(error), "the session is over", error);
  return { leads: away.href.split("?")[0], then: error };
}
