// MSAL for Node: client credentials, by a secret and by the key of a certificate.

import { ConfidentialClientApplication } from "@azure/msal-node";

import { expect, run, shown } from "./demo.mjs";
import { configuration } from "./msal_tokens.mjs";

await run(async (task) => {
  const { client_secret: clientSecret, private_key: key } = task.app;
  expect(clientSecret || key, "the app can prove who it is", task.app.name);
  const seen = clientSecret ? { secret: await claims(task, { clientSecret }) } : {};
  if (key) {
    seen.certificate = await claims(task, { clientCertificate: task.certificate() });
    seen.assertion = await claims(task, { clientAssertion: () => task.assertion() });
  }
  return seen;
});

async function claims(task, credential) {
  const app = new ConfidentialClientApplication(configuration(task, credential));
  const result = await app.acquireTokenByClientCredential({ scopes: [task.scope] });
  const claims = await task.claims(result.accessToken);
  expect((claims.azp ?? claims.appid) === task.app.client_id, "the token speaks of the app", claims);
  expect(!("scp" in claims), "the token is nobody's", claims);
  return shown(claims);
}
