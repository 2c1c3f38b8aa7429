"use strict";
/* Keys and buttons do the same things: a key presses the control that carries it. */

const AIDS = ["similar", "caption"]; // stand one above the other at the side; the guideline takes all of it
const SIDES = ["guideline", ...AIDS];
const ARROWS = { arrowright: [1, 0], arrowdown: [0, 1], arrowleft: [-1, 0], arrowup: [0, -1] };
const ZOOMS = { f: () => zoom.toggle(), "+": () => zoom.zoom(STEP), "=": () => zoom.zoom(STEP), "-": () => zoom.zoom(1 / STEP) };

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key === "Backspace" ? "z" : event.key.toLowerCase();
  if ((event.shiftKey && explain(unshifted(event))) || act(key, event.repeat) || pressesAgain(event)) event.preventDefault();
}

/* While a key is down, browsers press the control that has the focus again and again: image after image. */
function pressesAgain({ key, repeat, target }) {
  return repeat && ["Enter", " "].includes(key) && target.matches("button, summary, a");
}

/* False when the key means nothing here. */
function act(key, repeated) {
  if (heat?.held) heat.pick(key); // and no key answers meanwhile
  else if (heat && key === "h") heat.hold();
  else if (key in ARROWS) return move(key);
  else if (key in ZOOMS) ZOOMS[key]();
  else if (repeated) return false;
  else if (key === "escape") closeOne();
  else return press(key);
  return true;
}

function onKeyUp(event) {
  if (event.key.toLowerCase() === "h") heat?.release();
}

/* Arrows go through the strip that is open, else over the picture; false where they do neither. */
function move(key) {
  const [x, y] = ARROWS[key];
  return recent.move(x + y) || similar?.move(x + y) || zoom.nudge(x, y);
}

/* A control that is disabled takes its key too, and says by the screen's words why nothing happens. Where no image waits,
   what is for one is not to be seen, and its keys mean nothing. */
function press(key) {
  const open = byId("cannot").open ? "reason" : recent.open ? "recent" : "";
  const choice = open && bench.querySelector(`[data-${open}-key="${CSS.escape(key)}"]`);
  const control = choice || bench.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!control || (bench.dataset.state === "empty" && control.closest(".for-image"))) return false;
  control.click();
  return true;
}

function closeOne() {
  if (byId("cannot").open) byId("cannot").open = false;
  else if (!recent.close() && !similar?.endComparison() && !heat?.hide() && !caption?.unpin())
    for (const id of SIDES) openSide(id, false);
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
onSubmit("undo", () => undo());
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
