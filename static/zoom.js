"use strict";
/* Closer to the picture, under the pointer. Cards, overlays and the image that is compared move as one. */

const CLOSEST = 8;
const STEP = 1.25;
const NUDGE = 0.1; // of the stage

class Zoom {
  constructor(stage, cards) {
    Object.assign(this, { stage, cards });
    this.pointer = null; // where it is, on the stage; null: elsewhere
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    stage.addEventListener("pointermove", (event) => this.move(event));
    stage.addEventListener("pointerleave", () => (this.pointer = null));
    stage.addEventListener("pointerdown", (event) => this.grab(event));
    for (const over of ["pointerup", "pointercancel"]) stage.addEventListener(over, () => (this.grabbed = null));
    this.fit();
  }

  get closer() {
    return this.scale > 1;
  }

  fit() {
    this.place(1, 0, 0);
  }

  /* Between the whole picture and its own pixels; twice the size where those are no more. */
  toggle() {
    if (this.closer) return this.fit();
    const image = this.cards.querySelector(".current img");
    if (!image?.naturalWidth) return;
    const { width, height } = this.cards.getBoundingClientRect();
    const drawn = Math.min(width / image.naturalWidth, height / image.naturalHeight);
    const own = 1 / (drawn * devicePixelRatio);
    this.zoom(own > STEP ? own : 2);
  }

  /* Magnify by a factor, so that what is under the pointer, or else in the middle, stays where it is. Where no image is,
     there is nothing to come closer to. */
  zoom(factor) {
    if (!this.cards.querySelector(".current")) return;
    const { clientWidth, clientHeight } = this.cards;
    const at = this.pointer ?? { x: clientWidth / 2, y: clientHeight / 2 };
    const scale = Math.min(CLOSEST, Math.max(1, this.scale * factor));
    const grown = scale / this.scale;
    this.place(scale, at.x - (at.x - this.x) * grown, at.y - (at.y - this.y) * grown);
  }

  /* By shares of the stage; false while there is nothing to move. */
  nudge(x, y) {
    if (!this.closer) return false;
    this.place(this.scale, this.x - x * NUDGE * this.cards.clientWidth, this.y - y * NUDGE * this.cards.clientHeight);
    return true;
  }

  /* The picture never leaves its place altogether. */
  place(scale, x, y) {
    const { clientWidth, clientHeight } = this.cards;
    this.scale = scale;
    this.x = Math.min(0, Math.max(clientWidth * (1 - scale), x));
    this.y = Math.min(0, Math.max(clientHeight * (1 - scale), y));
    this.stage.classList.toggle("closer", this.closer);
    this.stage.style.setProperty("--zoom", this.closer ? `translate(${this.x}px, ${this.y}px) scale(${scale})` : "none");
  }

  wheel(event) {
    if (event.target.closest(".heat, .notice")) return;
    event.preventDefault();
    this.at(event);
    this.zoom(Math.exp(-event.deltaY * 0.002));
  }

  move(event) {
    this.at(event);
    if (!this.grabbed) return;
    this.place(this.scale, this.grabbed.x + event.clientX, this.grabbed.y + event.clientY);
  }

  grab(event) {
    if (!this.closer || event.button || event.target.closest("button, a, .heat, .notice")) return;
    this.grabbed = { x: this.x - event.clientX, y: this.y - event.clientY };
    this.stage.setPointerCapture(event.pointerId);
  }

  /* On whichever of two pictures the pointer is. */
  at({ clientX, clientY, target }) {
    const { left, top } = (target.closest(".compare") ?? this.stage).getBoundingClientRect();
    this.pointer = { x: clientX - left, y: clientY - top };
  }
}

const zoom = new Zoom(byId("stage"), byId("cards"));
let zoomed = ""; // the assignment that is looked at more closely

bench.addEventListener("shown", () => {
  const assignment = deck.current?.dataset.assignment ?? "";
  if (assignment === zoomed) return;
  zoomed = assignment;
  if (zoom.closer) zoom.fit(); // else it lies fitted, and a layout just to say so would cost the key its frame
});
