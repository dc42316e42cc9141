// openid-client: device code as RFC 8628 has it, approved in another browser while it polls.

import * as client from "openid-client";

import { expect, run, shown } from "./demo.mjs";
import { Person } from "./sign_in.mjs";

await run(async (task) => {
  const person = new Person(task.person);
  const config = await client.discovery(new URL(task.issuer), task.app.client_id, {}, client.None());
  const scope = `openid profile offline_access ${task.scope}`;
  const device = await client.initiateDeviceAuthorization(config, { scope });
  const polled = client.pollDeviceAuthorizationGrant(config, device, undefined, { signal: AbortSignal.timeout(30_000) });
  // If the approval fails, that is the reason to tell, and nobody waits for the other promise any more.
  const approved = person.approve(device.verification_uri, device.user_code);
  const [tokens] = await Promise.all([polled, approved]);
  const claims = tokens.claims();
  expect(claims.oid === task.person.object_id, "`oid` is the person", claims.oid);
  return { id_token: shown(claims), interval: device.interval, pages: person.pages };
});
