// What every page does: focus where something is wrong, and show what was typed.
"use strict";

// `autofocus` is ignored where the address has a fragment.
document.querySelector("#problems")?.focus();

for (const button of document.querySelectorAll("[data-show]")) {
  const field = document.getElementById(button.dataset.show);
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
  // Browsers save what is typed into a text field.
  field.form.addEventListener("submit", () => { field.type = "password"; });
}
