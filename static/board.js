"use strict";
/* What the labeling screen says: every state has its words, and they come from the page. */

const SAVING_SHOWS_AFTER_MS = 400;
const FINE = ["saved", "saving"];

class Board {
  constructor(bench, words) {
    this.words = words;
    this.login = bench.dataset.loginUrl;
    this.parts = Object.fromEntries(
      ["today", "saved", "announce", "notice", "kept", "waiting"].map((id) => [id, document.getElementById(id)]),
    );
    this.today = Number(bench.dataset.today);
  }

  count(change) {
    this.today += change;
    this.parts.today.textContent = this.today;
  }

  notice(text) {
    this.parts.notice.textContent = text;
    this.parts.notice.hidden = !text;
  }

  waiting(text) {
    this.parts.waiting.textContent = text;
    this.parts.waiting.hidden = !text;
  }

  /* A save takes some hundredths of a second: only one that takes longer is worth the eye's attention. */
  saved(state, count) {
    const { saved, announce } = this.parts;
    const before = saved.dataset.state;
    saved.dataset.state = state;
    clearTimeout(this.timer);
    if (state === "saving") this.timer = setTimeout(() => this.write(state, count), SAVING_SHOWS_AFTER_MS);
    else this.write(state, count);
    if (state !== before && !(FINE.includes(state) && FINE.includes(before ?? "saved")))
      announce.textContent = this.words[state].replace("{n}", count);
  }

  write(state, count) {
    const { saved } = this.parts;
    saved.textContent = this.words[state].replace("{n}", count);
    if (!["loggedout", "otherlogin"].includes(state)) return;
    const link = document.createElement("a");
    Object.assign(link, { href: this.login, target: "_blank", textContent: this.words.login });
    saved.append(" ", link);
  }

  /* Answers that no server takes, in sight until the person puts them away. */
  kept(items) {
    const { kept } = this.parts;
    kept.hidden = !items.length;
    const lines = items.map(({ said, at }) => {
      const line = document.createElement("li");
      line.textContent = `${said}, ${new Date(at).toLocaleString()}`;
      return line;
    });
    kept.querySelector("ul").replaceChildren(...lines);
  }
}
