"use strict";
/* Time as a person's eyes have it: it stands still while the page is out of sight, behind another tab say. */

class Sight {
  constructor() {
    this.gone = 0;
    this.turn();
    document.addEventListener("visibilitychange", () => this.turn());
  }

  /* For how many ms the page has been out of sight until now. */
  get away() {
    return this.gone + (this.since === undefined ? 0 : performance.now() - this.since);
  }

  get now() {
    return performance.now() - this.away;
  }

  turn() {
    this.gone = this.away;
    this.since = document.hidden ? performance.now() : undefined;
  }
}

const sight = new Sight();

/* Counts milliseconds in sight for one card at a time, in a property of the card. */
class Clock {
  constructor(field) {
    this.field = field;
  }

  /* From now on for this card; for none without one. */
  run(card) {
    if (card === this.card) return;
    if (this.card) this.card[this.field] = (this.card[this.field] ?? 0) + sight.now - this.since;
    Object.assign(this, { card, since: sight.now });
  }

  take(card) {
    const counted = Math.round(card[this.field] ?? 0);
    delete card[this.field];
    return counted;
  }
}
