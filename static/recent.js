"use strict";
/* The last answers, the newest first: a click, a digit, or arrows and Enter look at one of them again. */

const UNITS = [["second", 60], ["minute", 60], ["hour", 24], ["day", Infinity]];

class Recent {
  /* `past()`: the cards that can be taken back, the newest at the end. `again(card)`: the person wants to see it. */
  constructor({ panel, button, past, again }) {
    Object.assign(this, { panel, button, past, again, list: panel.querySelector("ol") });
    this.clock = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" });
    button.addEventListener("click", () => this.toggle());
  }

  get open() {
    return !this.panel.hidden;
  }

  toggle() {
    this.panel.hidden = this.open;
    this.button.setAttribute("aria-expanded", String(this.open));
    if (this.open) this.fill();
  }

  /* False when it was closed already. */
  close() {
    const { open } = this;
    if (open) this.toggle();
    return open;
  }

  fill() {
    if (!this.open) return;
    const cards = this.past().toReversed();
    this.list.replaceChildren(...cards.map((card, place) => this.line(card, place)));
    this.panel.querySelector("p").hidden = cards.length > 0;
  }

  line(card, place) {
    const line = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "again" });
    const when = this.since(card.at);
    button.ariaLabel = words.again.replace("{said}", card.said).replace("{when}", when);
    if (place < 10) button.dataset.recentKey = (place + 1) % 10;
    const picture = Object.assign(new Image(), { alt: "", src: thumbUrl.replace(page, card.dataset.assignment) });
    const said = Object.assign(document.createElement("span"), { className: `verdict ${card.action || "none"}`, textContent: card.said });
    const key = Object.assign(document.createElement("kbd"), { textContent: (place + 1) % 10 });
    const time = Object.assign(document.createElement("time"), { textContent: when });
    button.append(picture, said, time, key);
    button.addEventListener("click", () => this.reopen(card));
    line.append(button);
    return line;
  }

  since(at) {
    let passed = (at - Date.now()) / 1000;
    for (const [unit, many] of UNITS) {
      if (Math.abs(passed) < many) return this.clock.format(Math.trunc(passed), unit);
      passed /= many;
    }
    return "";
  }

  reopen(card) {
    this.close();
    this.again(card);
  }

  /* Go on by a step, round and round; false where arrows mean something else. */
  move(step) {
    const buttons = [...this.list.querySelectorAll("button")];
    if (!this.open || !buttons.length) return false;
    const at = buttons.indexOf(document.activeElement);
    buttons[at < 0 ? (step > 0 ? 0 : buttons.length - 1) : (at + step + buttons.length) % buttons.length].focus();
    return true;
  }
}

const recent = new Recent({ panel: byId("recent"), button: byId("show-recent"), past: () => past, again: undo });
bench.addEventListener("shown", () => recent.fill());
