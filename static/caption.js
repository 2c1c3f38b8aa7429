"use strict";
/* The caption: a word under the pointer or the focus lights its place in the image, and keeps it lit once it is pressed;
   a place names its words. */

const AGAIN_MS = 3000;
const MOST_TRIES = 20;
const MOST_NAMED = 3;
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

class Caption extends Section {
  constructor({ stage, canvas, ...section }) {
    super({ ...section, box: "sentence" });
    Object.assign(this, { stage, canvas, words: [], tries: 0 });
    for (const [type, act] of Object.entries({
      pointerover: ({ target }) => this.hover(target),
      pointerleave: () => this.hover(),
      click: ({ target }) => this.press(target.closest(".word")),
      focusin: ({ target }) => this.focus(target),
      focusout: () => this.focus(),
      keydown: (event) => this.step(event),
    }))
      this.panel.addEventListener(type, act);
    for (const type of ["pointermove", "pointerdown"]) stage.addEventListener(type, (event) => this.point(event));
    stage.addEventListener("pointerleave", () => this.name([]));
  }

  follow(card) {
    this.tries = 0;
    super.follow(card);
  }

  close() {
    this.tries = 0;
    this.fill("");
    super.close();
  }

  fill(text) {
    this.forget();
    super.fill(text);
  }

  forget() {
    clearTimeout(this.timer);
    this.words = [];
    this.hovered = this.focused = this.pinned = undefined;
    this.light();
  }

  /* The server's words are plain text; here each becomes one that can be pointed at. */
  filled(box) {
    this.forget();
    byId("caption_name").textContent = box.dataset.heading;
    if (box.dataset.state === "waiting") this.askAgain();
    const line = box.querySelector(".words");
    if (!line) return;
    const { rows, columns } = line.dataset;
    this.words = [...line.querySelectorAll(".word")];
    const places = words.places.split(",");
    this.words.forEach((word, index) => {
      word.region = new Region(word.dataset.grid, Number(rows), Number(columns));
      word.tabIndex = index ? -1 : 0;
      word.role = "button";
      word.ariaPressed = "false";
      const plain = word.textContent.replace(/[,;.:!?]+$/, "");
      const said = [plain, word.dataset.means, places[word.region.ninth]];
      word.ariaLabel = said.filter(Boolean).join(", ");
    });
    line.role = "toolbar"; // one stop of the Tab key; its name reads as the sentence that it is
    line.ariaLabel = line.textContent.trim().replace(/\s+/g, " ");
  }

  askAgain() {
    if (this.tries++ < MOST_TRIES) this.timer = setTimeout(() => this.load({ quietly: true }), AGAIN_MS);
    else this.fill(words.captionlate);
  }

  /* Between two words the last one stays lit: that flickers less. */
  hover(target) {
    const word = target?.closest(".word");
    if (!word && target?.closest(".words")) return;
    this.hovered = word;
    this.light();
  }

  /* A click gives the focus too, and what it has unpinned should not stay lit by that. */
  focus(target) {
    const word = this.words.find((each) => each === target);
    if (word) for (const each of this.words) each.tabIndex = each === word ? 0 : -1;
    this.focused = word?.matches(":focus-visible") ? word : undefined;
    this.light();
  }

  /* Keep a word's place lit, wherever pointer and focus go, until it is pressed again or another one is. */
  press(word) {
    if (word && this.words.includes(word)) this.pin(word === this.pinned ? undefined : word);
  }

  pin(word) {
    this.pinned = word;
    for (const each of this.words) each.ariaPressed = String(each === word);
    this.light();
  }

  /* False when none was pinned. */
  unpin() {
    const { pinned } = this;
    if (pinned) this.pin();
    return Boolean(pinned);
  }

  step(event) {
    const at = this.words.indexOf(event.target);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.leave(event.target);
    else if (event.key === "Enter" || event.key === " ") event.repeat || this.press(event.target);
    else if (event.key in STEPS) this.words[clamp(at + STEPS[event.key], 0, this.words.length - 1)].focus();
    else return;
    event.preventDefault();
    event.stopPropagation(); // the arrows choose among similar images elsewhere
  }

  leave(word) {
    this.unpin();
    word.blur();
  }

  light() {
    const word = this.pinned ?? this.hovered ?? this.focused;
    for (const each of this.words) each.classList.toggle("lighting", each === word);
    const image = word?.region.peak && this.card?.querySelector("img");
    this.canvas.hidden = !image;
    if (!image || this.painted === word) return;
    const ratio = image.naturalWidth / image.naturalHeight;
    this.canvas.style.setProperty("--ratio", ratio);
    word.region.paint(this.canvas, ratio);
    this.painted = word;
  }

  point(event) {
    const image = this.words.length && this.card?.querySelector("img");
    const place = image && placeIn(image, event);
    const isHere = (word) => "content" in word.dataset && word.region.at(...place) >= EDGE;
    const here = place ? this.words.filter(isHere) : [];
    here.sort((one, other) => other.region.share(...place) - one.region.share(...place));
    this.name(here.slice(0, MOST_NAMED));
  }

  name(here) {
    for (const word of this.words) {
      const rank = here.indexOf(word) + 1;
      if (rank) word.dataset.here = rank;
      else delete word.dataset.here;
    }
  }
}

const caption = byId("show-caption") && new Caption({
  panel: byId("caption"),
  button: byId("show-caption"),
  url: bench.dataset.captionUrl,
  stage: byId("stage"),
  canvas: byId("lit"),
});
if (caption) aids.push(caption);
