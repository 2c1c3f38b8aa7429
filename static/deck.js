"use strict";
/* The images at hand: the first is looked at, the others lie decoded beneath it, so that the next one is just uncovered. */

class Deck {
  constructor(root, { shown, broken }) {
    this.root = root;
    this.handlers = { shown, broken };
    for (const card of [...root.children]) this.prepare(card);
  }

  get current() {
    return this.root.querySelector(".card");
  }

  get size() {
    return this.root.querySelectorAll(".card").length;
  }

  get assignments() {
    return [...this.root.querySelectorAll(".card")].map((card) => card.dataset.assignment);
  }

  /* The card must be in the page already: images in a template are not loaded. */
  prepare(card) {
    const image = card.querySelector("img");
    image
      .decode()
      .then(() => this.settle(card, "ready"))
      .catch(() => this.settle(card, "broken"));
  }

  settle(card, state) {
    card.dataset.state = state;
    if (card === this.current) this.show();
  }

  /* Take cards out of the server's HTML; those that are here already are left out. */
  append(html) {
    for (const card of this.parse(html)) {
      if (this.assignments.includes(card.dataset.assignment)) continue;
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

  drop(assignment) {
    this.root.querySelector(`.card[data-assignment="${CSS.escape(assignment)}"]`)?.remove();
    this.show();
  }

  takeFirst() {
    const card = this.current;
    card.remove();
    this.show();
    return card;
  }

  putFirst(card) {
    this.root.prepend(card);
    if (!card.dataset.state) this.prepare(card);
    this.show();
  }

  reload(card) {
    const image = card.querySelector("img");
    card.dataset.state = "";
    image.src = image.src.split("?")[0] + "?again=" + Date.now();
    this.prepare(card);
    this.show();
  }

  /* Uncover the first card and tell what state it is in; the clock of the look starts when its pixels are there. */
  show() {
    const card = this.current;
    for (const other of this.root.children) other.classList.toggle("current", other === card);
    if (card && card.dataset.state === "ready" && !card.shownAt) card.shownAt = performance.now();
    this.handlers.shown(card);
  }
}
