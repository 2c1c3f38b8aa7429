"use strict";
/* The labeling screen: a key commits and uncovers the next image; what has to be stored goes through the outbox. */

const bench = document.getElementById("workbench");
const words = document.getElementById("words").dataset;
const { user, page } = bench.dataset;
const byId = (id) => document.getElementById(id);
const REMEMBERED = 10;
const LOOK_AGAIN_MS = 20000;
let today = Number(bench.dataset.today);
let past = []; // the cards answered last, for undo; the newest at the end
let asking = false;

const deck = new Deck(byId("cards"), { shown: showCard });
const outbox = new Outbox(user, { changed: showSaved, done: stored, refused });

/* What is seen */

function showCard(card) {
  byId("empty").hidden = Boolean(card);
  byId("broken").hidden = card?.dataset.state !== "broken";
  bench.classList.toggle("undoing", card?.dataset.state === "undoing");
  const canAnswer = card && ["ready", "broken"].includes(card.dataset.state);
  for (const button of bench.querySelectorAll(".answer")) button.disabled = !canAnswer || card.dataset.state === "broken";
  for (const button of bench.querySelectorAll(".reason")) button.disabled = !canAnswer;
}

function showSaved(state, count) {
  const saved = byId("saved");
  saved.dataset.state = state;
  saved.textContent = words[state].replace("{n}", count);
  if (state !== "loggedout") return;
  const link = document.createElement("a");
  Object.assign(link, { href: bench.dataset.loginUrl, target: "_blank", textContent: words.login });
  saved.append(" ", link);
}

function notice(text) {
  byId("notice").textContent = text;
  byId("notice").hidden = !text;
}

function count(change) {
  today += change;
  byId("today").textContent = today;
}

/* Answers */

function answer(value) {
  const card = deck.current;
  if (!card) return;
  if (card.dataset.state === "undoing") return notice(navigator.onLine ? words.undoing : words.waitundo);
  const mayAnswer = card.dataset.state === "ready" || (card.dataset.state === "broken" && value.startsWith("cannot_judge"));
  if (!mayAnswer) return notice(words.loading);
  notice("");
  byId("cannot").open = false;
  const looked = card.shownAt ? Math.round(performance.now() - card.shownAt) : 0;
  past = [...past, deck.takeFirst()].slice(-REMEMBERED);
  count(1);
  const { assignment } = card.dataset;
  outbox.add({ kind: "answer", url: bench.dataset.saveUrl, assignment, page, answer: value, looked_ms: looked });
}

function stored(item, html) {
  if (item.kind === "undo") return takenBack(item, html);
  if (html) deck.append(html);
  else if (!deck.size) lookAgainLater();
}

function refused(item, text) {
  notice(text || words.refused.replace("{why}", words.notyours));
  count(item.kind === "answer" ? -1 : 1);
  if (item.kind === "undo" && item.assignment) deck.drop(item.assignment);
  refill();
}

/* Undo: an answer that is not on its way is simply taken out; else the server takes it back, in order. */

function undo() {
  const card = past.pop();
  if (deck.current?.dataset.state === "undoing") return;
  if (card && outbox.recall(card.dataset.assignment)) {
    card.shownAt = 0;
    deck.putFirst(card);
    return count(-1);
  }
  if (card) {
    card.dataset.state = "undoing";
    deck.putFirst(card);
  }
  count(-1);
  outbox.add({ kind: "undo", url: bench.dataset.undoUrl, page, assignment: card?.dataset.assignment ?? "" });
}

function takenBack(item, html) {
  const waiting = byId("cards").querySelector(`.card[data-assignment="${CSS.escape(item.assignment || "-")}"]`);
  const [fresh] = deck.parse(html);
  if (!fresh) {
    waiting?.remove();
    notice(words.undone);
  } else if (waiting) {
    // The picture is on the screen already; only its lease is new.
    Object.assign(waiting.dataset, { assignment: fresh.dataset.assignment, state: "ready" });
    waiting.shownAt = 0;
  } else {
    deck.putFirst(fresh);
  }
  deck.show();
}

/* Images at hand */

async function refill() {
  if (asking) return;
  asking = true;
  try {
    const response = await post(bench.dataset.nextUrl, { page });
    const html = response.ok ? await response.text() : "";
    deck.append(html);
  } catch {
    /* The connection is away: the outbox says so as soon as there is something to save. */
  }
  asking = false;
  if (!deck.size) lookAgainLater();
}

function lookAgainLater() {
  clearTimeout(lookAgainLater.timer);
  lookAgainLater.timer = setTimeout(() => deck.size || refill(), LOOK_AGAIN_MS);
}

async function renew() {
  const fields = new URLSearchParams({ page });
  const held = deck.assignments.filter((assignment) => !outbox.has(assignment));
  if (!held.length || outbox.items.length) return;
  for (const assignment of held) fields.append("assignment", assignment);
  try {
    const response = await post(bench.dataset.renewUrl, fields);
    if (response.ok) keepOnly(held, (await response.json()).held);
  } catch {
    /* Offline: leases may run out, and an answer still finds home. */
  }
}

function keepOnly(asked, held) {
  const lost = asked.filter((assignment) => !held.includes(assignment) && deck.assignments.includes(assignment));
  if (lost.includes(deck.current?.dataset.assignment)) notice(words.gone);
  for (const assignment of lost) {
    deck.drop(assignment);
    refill();
  }
}

function leave() {
  const fields = new URLSearchParams({ page, csrfmiddlewaretoken: csrfToken() });
  navigator.sendBeacon(bench.dataset.leaveUrl, fields);
}

/* Guideline */

function toggleGuideline() {
  const panel = byId("guideline");
  panel.hidden = !panel.hidden;
  bench.classList.toggle("with-panel", !panel.hidden);
  byId("show-guideline").setAttribute("aria-expanded", String(!panel.hidden));
  if (!panel.hidden) htmx.trigger(panel, "open");
}

/* Keys and buttons do the same things. */

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const key = event.key === "Backspace" ? "z" : event.key.toLowerCase();
  if (key === "escape" && byId("cannot").open) byId("cannot").open = false;
  else if (key === "escape" && !byId("guideline").hidden) toggleGuideline();
  else if (!press(key)) return;
  event.preventDefault();
}

function press(key) {
  const reason = byId("cannot").open && bench.querySelector(`[data-reason-key="${CSS.escape(key)}"]`);
  const control = reason || bench.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!control) return false;
  if (control.name === "answer") answer(control.value);
  else if (key === "x") byId("cannot").open = !byId("cannot").open;
  else if (key === "z") undo();
  else if (key === "g") toggleGuideline();
  return true;
}

document.addEventListener("keydown", onKey);
byId("answers").addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter) answer(event.submitter.value);
});
byId("undo").addEventListener("submit", (event) => {
  event.preventDefault();
  undo();
});
byId("show-guideline").addEventListener("click", toggleGuideline);
byId("reload").addEventListener("click", () => deck.current && deck.reload(deck.current));
document.addEventListener("visibilitychange", () => document.hidden || renew());
window.addEventListener("pagehide", leave);
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
setInterval(renew, Number(bench.dataset.renewMs));

/* What an earlier page could not send comes first, and its images are not asked again. */
bench.classList.add("scripted");
for (const assignment of deck.assignments) if (outbox.has(assignment)) deck.drop(assignment);
deck.show();
outbox.tell();
outbox.run();
if (!deck.size) refill();
