"use strict";
/* The images at hand: the first is looked at, the others lie decoded beneath it, so that the next one is just uncovered.

   A card's state: "loading", "ready", "broken" (its picture did not come), "erased", or "undoing" (its answer is being
   taken back, and its new lease is on the way). */

/* A server that starts anew drops what it was sending: only a picture that does not come twice is broken. */
const ONCE_MORE_AFTER_MS = 500;

class Deck {
  /* `shown()`: what is on the screen has changed. `status(url)`: the server's answer about a picture that is broken.
     `lost(card)`: it is not this person's any more. */
  constructor(root, handlers) {
    this.root = root;
    this.handlers = handlers;
    this.seen = new Set();
  }

  open() {
    for (const card of this.cards) this.prepare(card);
    this.show();
  }

  get cards() {
    return [...this.root.querySelectorAll(".card")];
  }

  get current() {
    return this.cards[0];
  }

  find(assignment) {
    return this.cards.find((card) => card.dataset.assignment === assignment);
  }

  /* The card must be in the page already: elsewhere its picture is not loaded. */
  prepare(card) {
    this.seen.add(card.dataset.assignment);
    this.mark(card, "loading");
    const image = card.querySelector("img");
    if (!image.src) image.src = card.dataset.picture;
    const { src } = image;
    image.decode().then(
      () => this.mark(card, "ready"),
      async () => {
        if (image.src !== src) return; // it has been given another address meanwhile
        if (card.tried) this.mark(card, "broken");
        const status = await this.handlers.status(src);
        if (status === 410) this.mark(card, "erased");
        else if (status === 404) this.handlers.lost(card);
        else if (!card.tried) setTimeout(() => this.reload(card), ONCE_MORE_AFTER_MS);
        card.tried = true;
      },
    );
  }

  mark(card, picture = card.picture) {
    card.picture = picture;
    card.dataset.state = card.undoing ? "undoing" : picture;
    if (card === this.current) this.show();
  }

  /* Take cards out of the server's HTML. Those that have been here are left out: they were in two responses at once. */
  append(html) {
    for (const card of this.parse(html)) {
      if (this.seen.has(card.dataset.assignment)) continue;
      this.root.append(card);
      this.prepare(card);
    }
    this.show();
  }

  parse(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return [...holder.content.querySelectorAll(".card")];
  }

  drop(card) {
    card?.remove();
    this.show();
  }

  clear() {
    for (const card of this.cards) card.remove();
    this.seen.clear();
    this.show();
  }

  takeFirst() {
    const card = this.current;
    card.remove();
    this.show();
    return card;
  }

  putFirst(card, { undoing = false } = {}) {
    card.undoing = undoing;
    card.shown = undefined;
    this.root.prepend(card);
    if (card.picture) this.mark(card);
    else this.prepare(card);
    this.show();
  }

  /* The picture is on the screen already; only its lease is new. */
  leaseAnew(card, fresh) {
    const { assignment, help } = fresh.dataset;
    if (this.seen.has(assignment)) this.find(assignment)?.remove();
    this.seen.add(assignment);
    Object.assign(card.dataset, { assignment, help });
    card.undoing = false;
    if (card.picture === "ready") return this.mark(card);
    card.querySelector("img").src = fresh.querySelector("img").src;
    this.prepare(card);
  }

  reload(card) {
    const image = card.querySelector("img");
    image.src = image.src.split("?")[0] + "?again=" + Date.now();
    this.prepare(card);
  }

  /* Uncover the first card; the look at it begins when its pixels are there. */
  show() {
    const card = this.current;
    for (const other of this.cards) other.classList.toggle("current", other === card);
    if (card?.dataset.state === "ready") card.shown ??= { at: performance.now(), away: sight.away };
    this.handlers.shown();
  }
}
