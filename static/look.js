"use strict";
/* The picture as it is, for people to whom images are shown softened: only while they hold a key or the control. */

/* Lays true pictures over softened ones. They are fetched when they are first asked for, and kept until others come. */
class Look {
  /* `pictures()`: what there is to uncover now, each as [softened, address of the true one, what to call when it lies
     there]. `covered()`: none lies there any more. `failed()`: one did not come. */
  constructor({ control, pictures, covered, failed }) {
    Object.assign(this, { control, pictures, covered, failed, fetched: new Map() });
    control.setAttribute("role", "button");
    control.setAttribute("aria-pressed", "false");
    control.addEventListener("pointerdown", (event) => event.button || this.grab(event));
    for (const over of ["pointerup", "pointercancel", "lostpointercapture"])
      control.addEventListener(over, () => this.release());
    for (const kind of ["contextmenu", "dragstart"]) control.addEventListener(kind, (event) => event.preventDefault());
    control.addEventListener("click", (event) => this.click(event));
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keyup", (event) => this.looks(event) && this.release());
    window.addEventListener("blur", () => this.release()); // then nobody tells us when the key comes up
    document.addEventListener("visibilitychange", () => this.release());
  }

  /* Keys that look: its own anywhere but in a text, and on the control those that press a button. */
  looks({ key, target }) {
    if (target === this.control) return ["b", "enter", " "].includes(key.toLowerCase());
    return key.toLowerCase() === "b" && !target.closest?.("textarea");
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.looks(event)) return;
    event.preventDefault();
    if (!event.repeat) this.hold();
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
    const pictures = this.held ? [] : this.pictures();
    if (!pictures.length) return;
    this.held = pictures;
    this.control.setAttribute("aria-pressed", "true");
    for (const each of pictures) this.uncover(...each);
  }

  async uncover(softened, url, uncovered) {
    const { held } = this;
    try {
      const plain = await this.fetch(url);
      if (this.held !== held) return; // let go meanwhile
      softened.after(plain);
      uncovered();
    } catch {
      if (this.held === held) this.failed();
    }
  }

  async fetch(url) {
    const plain = this.fetched.get(url) ?? Object.assign(new Image(), { className: "plain", alt: "", src: url });
    await plain.decode();
    this.fetched.set(url, plain);
    return plain;
  }

  release() {
    this.held = null;
    this.control.setAttribute("aria-pressed", "false");
    for (const plain of this.fetched.values()) plain.remove();
    this.covered();
  }

  /* Another picture has come up: it is softened until somebody asks anew, though the key may still be down. */
  forget() {
    this.release();
    this.fetched.clear();
  }
}
