"use strict";
/* Keys and buttons do the same things: a key presses the control that carries it. */

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const key = event.key === "Backspace" ? "z" : event.key.toLowerCase();
  if (key === "escape") closeOne();
  else if (!press(key)) return;
  event.preventDefault();
}

/* A control that is disabled takes its key too, and says by the screen's words why nothing happens. */
function press(key) {
  const reason = byId("cannot").open && bench.querySelector(`[data-reason-key="${CSS.escape(key)}"]`);
  const control = reason || bench.querySelector(`[data-key="${CSS.escape(key)}"]`);
  control?.click();
  return Boolean(control);
}

function closeOne() {
  if (byId("cannot").open) byId("cannot").open = false;
  else if (!byId("guideline").hidden) toggleGuideline();
}

function toggleGuideline() {
  const panel = byId("guideline");
  panel.hidden = !panel.hidden;
  bench.classList.toggle("with-panel", !panel.hidden);
  byId("show-guideline").setAttribute("aria-expanded", String(!panel.hidden));
  if (!panel.hidden) htmx.trigger(panel, "open");
}

function onSubmit(id, act) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act(event.submitter);
  });
}

document.addEventListener("keydown", onKey);
onSubmit("answers", (button) => button && answer(button));
onSubmit("undo", undo);
byId("show-guideline").setAttribute("role", "button");
byId("show-guideline").setAttribute("aria-expanded", "false");
byId("show-guideline").addEventListener("click", (event) => {
  event.preventDefault();
  toggleGuideline();
});
byId("reload").addEventListener("click", () => deck.current && deck.reload(deck.current));
byId("kept").querySelector("button").addEventListener("click", () => {
  outbox.putAway();
  board.kept([]);
});
document.addEventListener("visibilitychange", () => document.hidden || renew());
window.addEventListener("pagehide", leave);
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
setInterval(renew, RENEW_MS);
start();
