// The admin center: drafts are proved as they change, and some keys lead to pages. Without script
// there are a button "Prove this draft" and the links.
"use strict";

(() => {
  const form = document.querySelector("form[data-proof]");
  const panel = document.getElementById("proof");
  if (!form || !panel) return;
  const PAUSE = 400;
  const PATIENCE = 400;
  let waiting;
  let asked = 0;

  form.addEventListener("input", grow);
  form.addEventListener("change", () => {
    grow();
    clearTimeout(waiting);
    waiting = setTimeout(prove, PAUSE);
  });

  if (panel.querySelector("[data-unasked]")) prove();

  // A verdict about another draft is never left as if it were about this one.
  function grow() {
    asked += 1;
    panel.querySelector(".panel")?.classList.add("old");
  }

  async function prove() {
    const mine = asked;
    const status = document.getElementById("proof-status");
    const slow = setTimeout(() => {
      status.textContent = "Checking every person… you can keep editing.";
    }, PATIENCE);
    let text = "";
    try {
      const answer = await fetch(form.dataset.proof, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { accept: "text/html" },
        cache: "no-store",
        credentials: "same-origin",
        redirect: "error",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      text = await answer.text();
    } catch {
      if (mine === asked) status.textContent = "No proof came. Use the button Prove this draft.";
      return;
    } finally {
      clearTimeout(slow);
    }
    if (mine !== asked) return; // it was changed again in between
    panel.innerHTML = text; // our own page, escaped by its template
    status.textContent = panel.querySelector("[data-summary]")?.dataset.summary ?? "";
  }
})();

(() => {
  const KEPT = "cardea-keys";
  const row = document.querySelector("[data-keys]");
  const box = document.getElementById("keys-on");
  if (!row || !box) return;
  let first = "";
  row.hidden = false;
  box.checked = kept() !== "off";
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(KEPT, box.checked ? "on" : "off");
    } catch { /* the choice then lasts as long as the page */ }
  });

  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const key = event.key;
    if (first === "g") {
      first = "";
      const link = document.querySelector(`.side a[data-key="${CSS.escape(key)}"]`);
      if (link) location.assign(link.href);
      return;
    }
    if (key === "/") {
      event.preventDefault();
      document.getElementById("search").focus();
    } else if (key === "?") {
      const keys = document.getElementById("keys");
      keys.open = true;
      keys.querySelector("summary").focus();
    } else if (key === "g") {
      first = "g";
      setTimeout(() => { first = ""; }, 1500);
    }
  });

  function kept() {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null;
    }
  }

  function isTyping(element) {
    return element.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select") != null;
  }
})();
