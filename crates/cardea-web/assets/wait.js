// Asks how far the phone is, and says so when it changed. Without script there is "Check now".
"use strict";

(() => {
  const part = document.querySelector("[data-wait]");
  const left = part?.querySelector("[data-left]");
  if (!part || !left) return; // nothing to wait for any more
  const status = part.querySelector("[data-status]");
  const ends = Date.parse(part.dataset.ends);
  const FIRST = 4000;
  const MOST = 20000;
  let pause = FIRST;
  let warned = false;
  let heard = status.textContent;

  setTimeout(look, pause);
  setInterval(countDown, 5000);

  async function look() {
    if (!document.hidden) {
      try {
        const answer = await fetch(part.dataset.wait, {
          headers: { accept: "application/json" },
          cache: "no-store",
          credentials: "same-origin",
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const { text, next } = await answer.json();
        if (text !== heard) status.textContent = heard = text;
        // Only a path of this site: never a scheme, never another host.
        if (typeof next === "string" && /^\/(?![/\\])/.test(next)) return location.assign(next);
        pause = FIRST;
      } catch {
        pause = Math.min(pause * 2, MOST); // the server may be restarting
      }
    }
    setTimeout(look, pause);
  }

  function countDown() {
    const seconds = Math.max(0, Math.round((ends - Date.now()) / 1000));
    const minutes = Math.ceil(seconds / 60);
    left.textContent = minutes === 1 ? "1 minute" : `${minutes} minutes`;
    if (seconds <= 60 && seconds > 0 && !warned) {
      warned = true;
      status.textContent = "1 minute left. You can start again afterwards.";
    }
  }
})();
