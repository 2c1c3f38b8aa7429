"use strict";
/* The picture as it is, for people to whom images are shown softened: only while they hold a key or the control. And
   for everybody how long they had pixels on the screen that may hurt; the server says which did. */

/* Lays the true picture over the softened one. It is fetched when it is first asked for, and kept while its card is on
   the screen. */
class Look {
  constructor({ control, figure }) {
    Object.assign(this, { control, figure, clock: new Clock("plain"), fetched: new Map() });
    control.setAttribute("role", "button");
    control.setAttribute("aria-pressed", "false");
    control.addEventListener("pointerdown", (event) => event.button || this.grab(event));
    for (const over of ["pointerup", "pointercancel", "lostpointercapture"])
      control.addEventListener(over, () => this.release());
    for (const kind of ["contextmenu", "dragstart"]) control.addEventListener(kind, (event) => event.preventDefault());
    control.addEventListener("click", (event) => this.click(event));
  }

  /* Keys that look: its own anywhere, and on the control those that press a button. */
  looks({ key, target }) {
    return key.toLowerCase() === "b" || (target === this.control && ["Enter", " "].includes(key));
  }

  grab(event) {
    this.grabbed = true;
    this.control.setPointerCapture(event.pointerId);
    this.hold();
  }

  /* Who uses a pointer has held it already. What else clicks (a screen reader, a switch) cannot hold: it looks, and the
     next click ends it. */
  click(event) {
    event.preventDefault();
    if (!this.grabbed) this.held ? this.release() : this.hold();
    this.grabbed = false;
  }

  hold() {
    const card = deck.current;
    if (this.held || card?.dataset.state !== "ready") return;
    this.held = { card };
    this.control.setAttribute("aria-pressed", "true");
    this.uncover(card.querySelector("img"), this.control.href, () => this.clock.run(card));
    const compared = compares();
    if (compared) this.uncover(this.figure.querySelector("img"), compared.dataset.plain, countHarm);
  }

  async uncover(softened, url, uncovered) {
    const { held } = this;
    try {
      const plain = await this.fetch(url);
      if (this.held !== held) return; // let go meanwhile
      softened.after(plain);
      uncovered();
    } catch {
      if (this.held === held) board.notice(words.plainfailed);
    }
  }

  async fetch(url) {
    const plain = this.fetched.get(url) ?? Object.assign(new Image(), { className: "plain", alt: "", src: url });
    await plain.decode();
    this.fetched.set(url, plain);
    return plain;
  }

  get uncoversComparison() {
    return Boolean(this.figure.querySelector(".plain"));
  }

  release() {
    this.held = null;
    this.control.setAttribute("aria-pressed", "false");
    for (const plain of this.fetched.values()) plain.remove();
    this.clock.run();
    countHarm();
  }

  /* Another image has come up: it is softened until somebody asks anew, though the key may still be down. */
  follow(card) {
    if (this.held && this.held.card !== card) this.release();
    if (card === this.card) return;
    this.card = card;
    this.fetched.clear();
  }
}

const comparison = byId("compare");
const look = byId("show-plain") && new Look({ control: byId("show-plain"), figure: comparison });
const harm = new Clock("harm");

/* The judged image that is compared, by its link in the strip. */
function compares() {
  return comparison.hidden ? null : byId("similar").querySelector('.neighbour[aria-current="true"]');
}

function countHarm() {
  const seen = !look || look.uncoversComparison;
  harm.run(seen && compares()?.dataset.action === "block" ? deck.current : undefined);
}

function onLook(event, act) {
  if (event.ctrlKey || event.metaKey || event.altKey || !look.looks(event)) return;
  event.preventDefault();
  if (!event.repeat) act();
}

if (look) {
  document.addEventListener("keydown", (event) => onLook(event, () => look.hold()));
  document.addEventListener("keyup", (event) => look.looks(event) && look.release());
  window.addEventListener("blur", () => look.release()); // then nobody tells us when the key comes up
}
document.addEventListener("visibilitychange", () => look?.release());
new MutationObserver(() => (look?.held ? look.release() : countHarm())).observe(comparison, {
  attributes: true,
  attributeFilter: ["hidden", "src"],
  subtree: true,
});

bench.addEventListener("shown", () => {
  const card = deck.current;
  if (look && card) look.control.href = bench.dataset.plainUrl.replace(page, card.dataset.assignment);
  look?.follow(card);
  countHarm();
});

bench.addEventListener("answered", ({ detail: { card, fields } }) => {
  countHarm();
  const away = card.shown ? Math.round(sight.away - card.shown.away) : 0;
  if (away) fields.away_ms = away;
  fields.plain_ms = look ? look.clock.take(card) : Math.max(0, fields.looked_ms - away);
  const compared = harm.take(card);
  if (compared) fields.harm_ms = compared;
});

/* A break is suggested once, and never in the way. */
bench.addEventListener("renewed", ({ detail: { rest } }) => {
  if (!rest) return;
  byId("rest").querySelector("p").textContent = rest;
  byId("rest").hidden = false;
});
byId("rest").querySelector("button").addEventListener("click", () => (byId("rest").hidden = true));
