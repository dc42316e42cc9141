// The set-up link carries its code behind the `#`, which browsers send to nobody.
"use strict";

(() => {
  const field = document.getElementById("setup-code");
  const code = location.hash.slice(1);
  if (!field || !code) return;
  field.value = code;
  history.replaceState(null, "", location.pathname); // not into bookmarks and history
})();
