// Passkey ceremonies. A form carries the options in `data-options`; the answer goes into a hidden
// field and the form is posted, so that the server stays the one that says where to go.
"use strict";

(() => {
  const form = document.querySelector("form[data-passkey]");
  let waiting = null; // AbortController of the ceremony that is under way

  sendSignals();
  if (!form) return;
  const status = form.querySelector("[data-status]");
  const kind = form.dataset.passkey;

  if (!window.PublicKeyCredential || !navigator.credentials) return; // the text without script stays
  for (const part of document.querySelectorAll("[data-without-script]")) part.hidden = true;
  for (const part of form.querySelectorAll("[data-with-script]")) part.hidden = false;

  if (kind === "conditional") {
    offerInField();
    document.querySelector("[data-passkey-now]")?.addEventListener("click", (event) => {
      event.preventDefault();
      ask("get", event.currentTarget);
    });
    for (const other of document.querySelectorAll("form[data-aborts]")) {
      other.addEventListener("submit", () => waiting?.abort());
    }
  } else {
    form.addEventListener("submit", (event) => {
      if (form.querySelector("[data-answer]").value || form.querySelector("[data-end]").value) return;
      event.preventDefault();
      ask(kind, form.querySelector("button[type=submit]"));
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && kind !== "conditional") waiting?.abort();
  });
  // A page that comes back from the browser's memory must not post its old answer again.
  window.addEventListener("pageshow", () => {
    form.querySelector("[data-answer]").value = "";
    form.querySelector("[data-end]").value = "";
  });

  /** Lets the name field offer passkeys by itself, where the browser can. */
  async function offerInField() {
    const can = await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false);
    if (!can || waiting) return;
    waiting = new AbortController();
    const mine = waiting;
    try {
      const credential = await navigator.credentials.get({
        publicKey: requestOptions(JSON.parse(form.dataset.options)),
        mediation: "conditional",
        signal: mine.signal,
      });
      if (credential) post(credential);
    } catch {
      // Nobody asked for it, so nobody is told.
    }
  }

  /** Runs a ceremony that the person asked for. */
  async function ask(what, button) {
    waiting?.abort();
    waiting = new AbortController();
    const mine = waiting;
    const old = status.textContent;
    status.textContent = "";
    try {
      const options = JSON.parse(form.dataset.options);
      const credential = what === "create"
        ? await navigator.credentials.create({ publicKey: creationOptions(options), signal: mine.signal })
        : await navigator.credentials.get({ publicKey: requestOptions(options), signal: mine.signal });
      if (mine === waiting) post(credential);
    } catch (error) {
      if (mine !== waiting) return;
      if (error.name === "InvalidStateError") return end("already-there");
      if (error.name === "NotSupportedError" || error.name === "SecurityError") return end("unsupported");
      if ("tells" in form.dataset) return end("cancelled");
      const text = form.dataset.cancelled || "No passkey was used. Try again, or choose another way.";
      // The same text twice is announced only where the region was empty in between.
      setTimeout(() => { status.textContent = text; }, old ? 100 : 0);
      button?.focus();
      waiting = null;
      if (kind === "conditional") offerInField();
    }
  }

  function post(credential) {
    form.querySelector("[data-answer]").value = JSON.stringify(toJson(credential));
    form.submit();
  }

  function end(word) {
    form.querySelector("[data-end]").value = word;
    form.submit();
  }

  /** Tells the browser which passkeys are still good (Signal API); what it cannot, it need not. */
  function sendSignals() {
    for (const part of document.querySelectorAll("[data-signal]")) {
      const { method, argument } = JSON.parse(part.dataset.signal);
      window.PublicKeyCredential?.[method]?.(argument)?.catch?.(() => {});
    }
  }

  // JSON to options and back: the browser's own functions where there are some, else by hand.

  function requestOptions(json) {
    if (PublicKeyCredential.parseRequestOptionsFromJSON) {
      return PublicKeyCredential.parseRequestOptionsFromJSON(json);
    }
    return { ...json, challenge: bytes(json.challenge), allowCredentials: named(json.allowCredentials) };
  }

  function creationOptions(json) {
    if (PublicKeyCredential.parseCreationOptionsFromJSON) {
      return PublicKeyCredential.parseCreationOptionsFromJSON(json);
    }
    return {
      ...json,
      challenge: bytes(json.challenge),
      user: { ...json.user, id: bytes(json.user.id) },
      excludeCredentials: named(json.excludeCredentials),
    };
  }

  function named(credentials) {
    return (credentials || []).map((credential) => ({ ...credential, id: bytes(credential.id) }));
  }

  function toJson(credential) {
    if (credential.toJSON) {
      try {
        return credential.toJSON();
      } catch {
        // Some password managers give objects that only look like the browser's.
      }
    }
    const { response } = credential;
    const answer = { clientDataJSON: text(response.clientDataJSON) };
    if (response.attestationObject) {
      answer.attestationObject = text(response.attestationObject);
      answer.transports = response.getTransports?.() || [];
    } else {
      answer.authenticatorData = text(response.authenticatorData);
      answer.signature = text(response.signature);
      if (response.userHandle) answer.userHandle = text(response.userHandle);
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: answer,
    };
  }

  function bytes(base64url) {
    const binary = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  }

  function text(buffer) {
    const binary = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
})();
