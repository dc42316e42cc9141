// MSAL for Node: device code, approved in another browser while it polls.

import { PublicClientApplication } from "@azure/msal-node";

import { expect, run } from "./demo.mjs";
import { configuration, ofPerson, silentAndRefreshed } from "./msal_tokens.mjs";
import { Person } from "./sign_in.mjs";

await run(async (task) => {
  const [app, person] = [new PublicClientApplication(configuration(task)), new Person(task.person)];
  const result = await new Promise((resolve, reject) => {
    const deviceCodeCallback = ({ userCode, verificationUri, message }) => {
      expect(message.includes(userCode), "the message says the code", message);
      person.approve(verificationUri, userCode).catch(reject);
    };
    // MSAL would ask until the code has run out; half a minute is enough for a person without thoughts.
    const request = { scopes: [task.scope], deviceCodeCallback, timeout: 30 };
    app.acquireTokenByDeviceCode(request).then(resolve, (error) => reject(new Error(`${error}; ${person.pages}`)));
  });
  await silentAndRefreshed(task, app, result);
  return { id_token: ofPerson(task, result), pages: person.pages };
});
