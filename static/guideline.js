"use strict";
/* The guideline: of one category by Shift and the category's key, again, and it closes. */

let asked = "";

/* The key under the finger: with Shift, digits are other characters, on each keyboard different ones. */
const unshifted = ({ code, key }) => (code.startsWith("Digit") ? code.slice(5) : key.toLowerCase());

/* False when the key is no category's. */
function explain(hotkey) {
  const control = bench.querySelector(`[name="answer"][value^="category:"][data-key="${CSS.escape(hotkey)}"]`);
  if (!control) return false;
  const isShown = asked === hotkey && !byId("guideline").hidden;
  asked = isShown ? "" : hotkey;
  if (isShown) toggleSide("guideline");
  else if (byId("guideline").hidden) toggleSide("guideline"); // its text is fetched, and shown when it is there
  else showAsked();
  return true;
}

function showAsked() {
  for (const section of document.querySelectorAll("[data-guideline]")) {
    const isAsked = section.dataset.guideline === asked;
    section.classList.toggle("asked", isAsked);
    if (isAsked) section.scrollIntoView({ block: "start" });
  }
}

byId("guideline").addEventListener("htmx:afterSettle", showAsked);
byId("guideline").addEventListener("close", () => (asked = ""));
