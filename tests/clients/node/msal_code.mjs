// MSAL for Node: authorization code with PKCE, the cache, and a refresh.

import { run } from "./demo.mjs";
import { confidential, ofPerson, signedIn, silentAndRefreshed } from "./msal_tokens.mjs";
import { Person } from "./sign_in.mjs";

await run(async (task) => {
  const [app, person] = [confidential(task), new Person(task.person)];
  const result = await signedIn(task, app, person);
  await silentAndRefreshed(task, app, result);
  return { id_token: ofPerson(task, result), scope: result.scopes.join(" "), pages: person.pages };
});
