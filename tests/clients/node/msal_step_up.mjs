// MSAL for Node: a resource asks for an authentication context, by a claims challenge as CAE and step-up do.

import { expect, run, shown } from "./demo.mjs";
import { confidential, ofPerson, signedIn } from "./msal_tokens.mjs";
import { Person } from "./sign_in.mjs";

await run(async (task) => {
  const [app, person] = [confidential(task), new Person(task.person)];
  const before = await signedIn(task, app, person);
  ofPerson(task, before);
  const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: task.context } } });
  const silent = await app.acquireTokenSilent({ scopes: [task.scope], account: before.account, claims }).then(
    () => "granted",
    (error) => ({ error: error.errorCode, suberror: error.subError, name: error.name }),
  );
  const after = await task.claims((await signedIn(task, app, person, { claims })).accessToken);
  expect(after.acrs?.includes(task.context), "the token carries the context", after.acrs);
  return { before: shown(await task.claims(before.accessToken)), silent, after: shown(after), pages: person.pages };
});
