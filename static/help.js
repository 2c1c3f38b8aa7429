"use strict";
/* What help there is with each image, what of it was opened for how long, and the quiet sign after the answer. */

const QUIET_MS = 250; // answers that follow one another faster have no sign but the last
const OPENABLE = { caption: "caption", heatmap: "heat", similar: "similar", guideline: "guideline" }; // and its section
const CONTROLS = ["show-heat", "show-similar", "show-caption"];

/* How long each thing has been open beside a card, in ms in sight. */
class Ledger {
  constructor() {
    this.entries = new WeakMap(); // card -> Map of thing -> ms
    this.open = [];
    this.since = sight.now;
  }

  /* Book what has been open since the last time, then look what is open now beside this card, if there is one. */
  book(card) {
    const { now } = sight;
    const entry = this.entries.get(this.card) ?? new Map();
    for (const thing of this.open) entry.set(thing, (entry.get(thing) ?? 0) + now - this.since);
    if (this.card) this.entries.set(this.card, entry);
    const isOpen = ([thing, id]) => byId(id)?.hidden === false && (thing === "guideline" || isHelped(card));
    this.open = card ? Object.entries(OPENABLE).filter(isOpen).map(([thing]) => thing) : [];
    Object.assign(this, { card, since: now });
  }

  /* Hand out what was booked for a card; if it comes back, it starts anew. */
  close(card) {
    const entry = this.entries.get(card) ?? new Map();
    this.entries.delete(card);
    return [...entry].map(([thing, ms]) => [`opened_${thing}_ms`, Math.round(ms)]).filter(([, ms]) => ms > 0);
  }
}

/* Whether the model agrees with the last answer. What it said of an earlier one is not shown any more. */
class Sign {
  constructor(place) {
    this.place = place;
    this.told = new WeakMap(); // card -> what was shown of its answer
  }

  answered(card) {
    this.about = card;
    this.assignment = card.dataset.assignment;
    this.write("");
  }

  stored({ item, response }) {
    const sign = response.headers.get("X-Sign");
    if (!sign || item.fields.assignment !== this.assignment) return;
    const [kind, says = ""] = sign.split(";");
    const said = words[kind].replace("{category}", decodeURIComponent(says));
    const card = this.about;
    this.timer = setTimeout(() => {
      this.write(kind === "agrees" ? said : `${said} — ${words.looksagain}`, kind);
      this.told.set(card, kind);
      this.said = said;
    }, QUIET_MS);
  }

  /* An answered image is back: if it is the last one, there is nothing to press for any more. */
  reopened(card) {
    if (!this.about || card?.said === undefined) return;
    const own = card === this.about && this.told.has(card);
    this.about = this.assignment = undefined;
    this.write(own ? this.said : "", this.place.dataset.sign);
  }

  take(card) {
    const kind = this.told.get(card);
    this.told.delete(card);
    return kind ? { sign: kind } : {};
  }

  write(text, kind = "") {
    clearTimeout(this.timer);
    this.place.textContent = text;
    this.place.dataset.sign = kind;
  }
}

const ledger = new Ledger();
const sign = byId("sign") && new Sign(byId("sign")); // a blind queue has none
const { helpMode } = bench.dataset;

let accompanied; // the card that help has been set out for

function readyCard() {
  return deck.current?.dataset.state === "ready" ? deck.current : undefined;
}

function setOut(card) {
  const helpless = !isHelped(card);
  bench.classList.toggle("helpless", helpless);
  byId("helpless").hidden = !helpless;
  for (const id of CONTROLS) byId(id).ariaDisabled = helpless ? "true" : null;
  if (helpMode === "always" && byId("guideline").hidden) for (const id of AIDS) openSide(id, true);
}

bench.addEventListener("shown", () => {
  const card = readyCard();
  if (card && card !== accompanied && helpMode !== "blind") setOut(card);
  if (card) accompanied = card;
  sign?.reopened(deck.current);
  ledger.book(card);
});
bench.addEventListener("answered", ({ detail: { card, fields } }) => {
  ledger.book(readyCard());
  Object.assign(fields, Object.fromEntries(ledger.close(card)), sign?.take(card));
  if (accompanied === card) accompanied = undefined;
  sign?.answered(card);
});
bench.addEventListener("stored", ({ detail }) => detail.item.kind === "answer" && sign?.stored(detail));
bench.addEventListener("click", (event) => {
  if (!event.target.closest('[aria-disabled="true"]')) return;
  event.preventDefault();
  event.stopPropagation();
  byId("announce").textContent = words.helpless;
}, { capture: true });

const opening = new MutationObserver(() => ledger.book(readyCard()));
for (const id of Object.values(OPENABLE))
  if (byId(id)) opening.observe(byId(id), { attributeFilter: ["hidden"] });
