// Brings the passkey requests of pages to Cardea Authenticator on this computer, and its answers back.
//
// It holds no secret and decides nothing. Chromium itself writes the origin of the page into a request
// (`extensions.remoteDesktopClientOverride`), and Authenticator checks it, asks its owner and signs.
"use strict";

const HOST = "cardea.authenticator";
const proxy = chrome.webAuthenticationProxy;

/** Open ports by the number of their request. Closing a port takes the request back. */
const ports = new Map();

/** One question to the native host, which is started for it and ends with it. */
function ask(message, requestId) {
  return new Promise((resolve) => {
    const port = chrome.runtime.connectNative(HOST);
    const end = (answer) => {
      ports.delete(requestId);
      port.disconnect();
      resolve(answer);
    };
    ports.set(requestId, port);
    port.onMessage.addListener(end);
    port.onDisconnect.addListener(() => end(refusal(chrome.runtime.lastError)));
    port.postMessage(message);
  });
}

/** What a page is told where the host did not answer. */
function refusal(error) {
  if (error) console.warn("Cardea Authenticator:", error.message);
  const message = "Cardea Authenticator is not installed for this browser. " +
    "Run `cardea authenticator install-extension` and try again.";
  return { error: { name: "NotAllowedError", message } };
}

async function carry(kind, { requestId, requestDetailsJson }, complete) {
  const answer = await ask({ kind, request: requestDetailsJson }, requestId);
  const details = answer.response
    ? { requestId, responseJson: JSON.stringify(answer.response) }
    : { requestId, error: answer.error };
  // A request that was taken back meanwhile cannot be answered any more.
  await complete(details).catch((error) => console.warn("Cardea Authenticator:", error.message));
}

proxy.onCreateRequest.addListener((it) => carry("create", it, (answer) => proxy.completeCreateRequest(answer)));
proxy.onGetRequest.addListener((it) => carry("get", it, (answer) => proxy.completeGetRequest(answer)));
proxy.onIsUvpaaRequest.addListener(async ({ requestId }) => {
  const answer = await ask({ kind: "available" }, requestId);
  await proxy.completeIsUvpaaRequest({ requestId, isUvpaa: answer.available === true });
});
proxy.onRequestCanceled.addListener((requestId) => {
  const port = ports.get(requestId);
  ports.delete(requestId);
  port?.disconnect();
});

async function show(text, title) {
  await chrome.action.setBadgeText({ text });
  await chrome.action.setTitle({ title });
}

/** While attached, no other passkeys and security keys can be used; the button lets them. */
async function attach() {
  const error = await proxy.attach().catch((error) => error.message);
  if (error) await show("!", `Another extension has the passkeys of this browser: ${error}`);
  else await show("", "Passkeys of Cardea Authenticator are used. Press to switch them off.");
}

async function detach() {
  await proxy.detach().catch((error) => console.warn("Cardea Authenticator:", error.message));
  await show("off", "Passkeys of Cardea Authenticator are not used. Press to switch them on.");
}

/** Whoever has switched it off finds it off until the browser starts again. */
async function begin() {
  if ((await chrome.action.getBadgeText({})) !== "off") await attach();
}

// This program is started for its events, ends when it has nothing to do, and is started again. It begins each
// time; the two listeners are there so that it is started with the browser.
chrome.runtime.onInstalled.addListener(() => {});
chrome.runtime.onStartup.addListener(() => {});
begin();

chrome.action.onClicked.addListener(async () => {
  const isOff = (await chrome.action.getBadgeText({})) === "off";
  await (isOff ? attach() : detach());
});
