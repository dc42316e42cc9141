// Copy buttons: hidden without script, because the text beside them can be selected by hand.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  const status = button.parentElement.querySelector("[data-copied]");
  button.addEventListener("click", async () => {
    const done = await copy(button.dataset.copy);
    status.textContent = done ? "Copied" : "Select the lines and copy them by hand.";
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Older browsers, and pages without https. */
function copyBySelection(text) {
  const area = document.createElement("textarea");
  const focused = document.activeElement;
  area.value = text;
  area.className = "sr";
  document.body.append(area);
  area.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    done = false;
  }
  area.remove();
  focused?.focus();
  return done;
}
