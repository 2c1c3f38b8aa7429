"use strict";
/* Keys and buttons do the same things: a key presses the control that carries it. */

const AIDS = ["similar", "caption"]; // stand one above the other at the side; the guideline takes all of it
const SIDES = ["guideline", ...AIDS];
const ARROWS = { arrowright: 1, arrowdown: 1, arrowleft: -1, arrowup: -1 };

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key === "Backspace" ? "z" : event.key.toLowerCase();
  if (heat?.held) heat.pick(key); // and no key answers meanwhile
  else if (heat && key === "h") heat.hold();
  else if (event.repeat) return;
  else if (key === "escape") closeOne();
  else if (key in ARROWS ? !similar?.move(ARROWS[key]) : !press(key)) return;
  event.preventDefault();
}

function onKeyUp(event) {
  if (event.key.toLowerCase() === "h") heat?.release();
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
  else if (!similar?.endComparison() && !heat?.hide()) for (const id of SIDES) openSide(id, false);
}

function toggleSide(id) {
  const open = byId(id).hidden;
  if (open) for (const each of AIDS.includes(id) ? ["guideline"] : AIDS) openSide(each, false);
  openSide(id, open);
}

function openSide(id, open) {
  const section = byId(id);
  if (!section || section.hidden !== open) return; // it is not offered here, or is so already
  section.hidden = !open;
  byId(`show-${id}`).setAttribute("aria-expanded", String(open));
  htmx.trigger(section, open ? "open" : "close");
}

function onSubmit(id, act) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act(event.submitter);
  });
}

document.addEventListener("keydown", onKey);
document.addEventListener("keyup", onKeyUp);
window.addEventListener("blur", () => heat?.release()); // then nobody tells us when the key comes up
onSubmit("answers", (button) => button && answer(button));
onSubmit("undo", undo);
for (const id of SIDES) {
  const control = byId(`show-${id}`);
  if (!control) continue;
  control.setAttribute("role", "button");
  control.setAttribute("aria-expanded", "false");
  control.addEventListener("click", (event) => {
    event.preventDefault();
    toggleSide(id);
  });
}
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
