// Hands the answer to the app at once; without script there is a button.
"use strict";

HTMLFormElement.prototype.submit.call(document.querySelector("form[data-post-now]"));
