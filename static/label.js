"use strict";
/* The labeling screen: a key commits and uncovers the next image; what has to be stored goes through the outbox. */

const bench = document.getElementById("workbench");
const words = document.getElementById("words").dataset;
const { user, page, labelUrl, undoUrl, renewUrl, leaveUrl, pictureUrl, thumbUrl, changesUrl } = bench.dataset;
const HELD_AHEAD = Number(bench.dataset.heldAhead);
const RENEW_MS = Number(bench.dataset.renewMs);
const REMEMBERED = 10;
const LOOK_AGAIN_MS = 20000;
const RECONNECT_MS = 2000;
const PANELS = ["empty", "broken", "erased"];
const byId = (id) => document.getElementById(id);

let asking = false; // a request for images is on its way
let nothingWaits = !document.querySelector(".card"); // the server said so last
let away = false; // the last request for images did not arrive
let reading = false; // the guideline has changed, which is read before the next image
let past = []; // the cards answered last, each of which can be taken back; the newest at the end

const board = new Board(bench, words);
const outbox = new Outbox(user, { changed: showSaved, stored, refused });
const deck = new Deck(byId("cards"), { shown: show, status: pictureStatus, lost });

/* What is seen */

function show() {
  const state = deck.current ? deck.current.dataset.state : nothingWaits && !outbox.items.length ? "empty" : "waiting";
  bench.dataset.state = state;
  for (const id of PANELS) byId(id).hidden = id !== state;
  board.waiting({ waiting: waitingFor(), loading: words.loading, undoing: undoingText() }[state] ?? "");
  for (const button of bench.querySelectorAll(".answer")) button.disabled = state !== "ready";
  for (const button of bench.querySelectorAll(".reason")) button.disabled = !mayAnswer(state, "cannot_judge");
  bench.dispatchEvent(new Event("shown"));
  queueMicrotask(leaveToRead); // by then an answer that is being given is in the outbox
}

/* Only when all answers have arrived: a page that leaves aborts what it is sending. */
function leaveToRead() {
  if (reading && !deck.current && !outbox.items.length) location.assign(changesUrl);
}

/* Nobody is thrown out of an image that they look at: it is the last one. */
function readFirst() {
  if (reading) return;
  reading = true;
  byId("changed").hidden = false;
  for (const card of deck.cards.slice(1)) deck.drop(card);
  show();
}

function mayAnswer(state, answer) {
  return state === "ready" || (["broken", "erased"].includes(state) && answer.startsWith("cannot_judge"));
}

function waitingFor() {
  if (away || outbox.state === "offline") return words.nextoffline;
  return outbox.items.some((item) => !item.fields.page) ? words.sendingfirst : words.loading;
}

function undoingText() {
  return outbox.state === "offline" ? words.undooffline : words.undoing;
}

function showSaved(state, count) {
  board.saved(state, count);
  show();
}

/* Answers */

function answer(button) {
  const state = bench.dataset.state;
  if (!mayAnswer(state, button.value)) return;
  const card = deck.takeFirst();
  const looked = card.shown ? Math.round(performance.now() - card.shown.at) : 0;
  Object.assign(card, { said: button.dataset.said, action: button.dataset.action ?? "", at: Date.now() });
  past = [...past, card].slice(-REMEMBERED);
  byId("cannot").open = false;
  board.notice("");
  board.count(1);
  const fields = { assignment: card.dataset.assignment, page, answer: button.value, looked_ms: looked };
  bench.dispatchEvent(new CustomEvent("answered", { detail: { card, fields } })); // who listens may add to the fields
  outbox.add({ kind: "answer", url: labelUrl, fields, said: card.said });
}

function stored(item, html, response) {
  bench.dispatchEvent(new CustomEvent("stored", { detail: { item, response } }));
  if (item.kind === "undo") takenBack(item, html);
  else if (item.url === labelUrl) { // and not an earlier page's, of another queue
    if (response.headers.has("HX-Redirect")) readFirst();
    else deck.append(html);
  }
  refill();
}

function refused(item, text) {
  if (item.kind === "undo") deck.drop(deck.find(item.fields.assignment));
  else past = past.filter((card) => card.dataset.assignment !== item.fields.assignment);
  board.count(item.kind === "undo" ? 1 : -1);
  board.notice(text);
  board.kept(outbox.refused());
  refill();
}

/* Undo, of the last answer or an earlier one: what has not left yet is simply taken out; else the server takes it back,
   in order. */

function undo(card = past.at(-1)) {
  if (deck.current?.undoing) return;
  if (!card) return board.notice(words.nothing);
  past = past.filter((each) => each !== card);
  board.count(-1);
  board.notice(card.said ? words.undone.replace("{what}", card.said) : "");
  const { assignment } = card.dataset;
  if (outbox.recall(assignment)) return deck.putFirst(card);
  deck.putFirst(card, { undoing: true });
  outbox.add({ kind: "undo", url: undoUrl, fields: { assignment, page } });
}

function takenBack(item, html) {
  const card = deck.find(item.fields.assignment);
  const [fresh] = deck.parse(html);
  if (!card) return; // an earlier page asked for it
  if (fresh) return deck.leaseAnew(card, fresh);
  deck.drop(card);
  board.notice(words.elsewhere);
}

/* A card for an answer of an earlier page; its picture is loaded when it is taken back. */
function remembered({ assignment, said, action = "", at }) {
  const card = Object.assign(document.createElement("article"), { said, action, at: Date.parse(at) });
  card.className = "card";
  card.dataset.assignment = assignment;
  card.dataset.picture = pictureUrl.replace(page, assignment);
  card.append(Object.assign(new Image(), { alt: words.picture }));
  return card;
}

/* Images at hand */

async function pictureStatus(url) {
  try {
    return (await ask(url, user, { method: "HEAD" })).status;
  } catch {
    return 0;
  }
}

function lost(card) {
  deck.drop(card);
  refill();
}

/* Have the page hold what it should. Answers go first, so that nothing comes that is answered already. */
async function refill() {
  if (asking || reading || outbox.items.length || deck.cards.length >= HELD_AHEAD) return;
  asking = true;
  away = true;
  try {
    const response = await ask(`${labelUrl}?page=${page}`, user);
    if (response.headers.has("HX-Redirect")) readFirst();
    else if (response.ok) take(await response.text());
  } catch {
    /* `away` says it; the next look comes by itself. */
  }
  asking = false;
  show();
  if (!deck.current) setTimeout(refill, away ? RECONNECT_MS : LOOK_AGAIN_MS);
}

function take(html) {
  away = false;
  deck.append(html);
  nothingWaits = !deck.current;
}

async function renew() {
  const held = deck.cards.filter((card) => !card.undoing).map((card) => card.dataset.assignment);
  if (!held.length || outbox.items.length) return refill();
  const fields = new URLSearchParams({ page });
  for (const assignment of held) fields.append("assignment", assignment);
  try {
    const response = await post(renewUrl, user, fields);
    if (!response.ok) return refill();
    const detail = await response.json();
    keepOnly(held, detail.held);
    if (detail.changed) readFirst();
    bench.dispatchEvent(new CustomEvent("renewed", { detail }));
  } catch {
    /* Leases may run out meanwhile; an answer still finds home. */
  }
  return refill();
}

function keepOnly(asked, held) {
  const gone = asked.filter((assignment) => !held.includes(assignment)).map((assignment) => deck.find(assignment));
  if (deck.current && gone.includes(deck.current)) board.notice(words.gone);
  for (const card of gone) deck.drop(card);
}

/* With answers still to be sent the leases stay: nobody else should get those images. */
function leave() {
  if (outbox.items.length) return;
  navigator.sendBeacon(leaveUrl, new URLSearchParams({ page, csrfmiddlewaretoken: csrfToken() }));
}

/* What an earlier page could not send comes first. The images shown meanwhile might be the ones it answers. */
function start() {
  past = JSON.parse(byId("past").textContent).map(remembered);
  const unsent = outbox.items.filter((item) => item.kind === "answer" && item.url === labelUrl);
  for (const { fields, said, at } of unsent)
    past.push(remembered({ assignment: fields.assignment, said, at: new Date(at).toISOString() }));
  if (outbox.items.length) deck.clear();
  bench.classList.add("scripted");
  board.kept(outbox.refused());
  deck.open();
  outbox.tell();
  outbox.run();
  refill();
}
