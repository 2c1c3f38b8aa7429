"use strict";
/* Help with a hard image, fetched only when it is asked for: where the model looks, and similar images that people
   have judged. Some images come without. */

/* By `Lease.help`: the server would not send it either. */
const isHelped = (card) => card?.dataset.help !== "without";

/* One question to the server at a time: the next one ends the one before. */
class Question {
  /* The response with its body as a blob; null when none came, undefined when nobody wants to know any more. */
  async ask(url) {
    this.end();
    const running = (this.running = new AbortController());
    try {
      const signal = AbortSignal.any([running.signal, AbortSignal.timeout(PATIENCE_MS)]);
      const response = await ask(url, user, { signal });
      const body = await response.blob();
      return running.signal.aborted ? undefined : { response, body };
    } catch {
      return running.signal.aborted ? undefined : null;
    }
  }

  end() {
    this.running?.abort();
  }
}

/* What to tell a person of an answer without the help that was asked for: the server's own sentence, if it has one. */
async function regret(answer) {
  return answer?.body.type.startsWith("text/plain") ? await answer.body.text() : words.helpfailed;
}

/* A section at the side: fetched when it is opened, and for each further image while it stays open. `box` is the id of
   what the server's fragment takes the place of. */
class Section {
  constructor({ panel, box, button, url }) {
    Object.assign(this, { panel, box, button, url });
    this.question = new Question();
    panel.addEventListener("open", () => this.load());
    panel.addEventListener("close", () => this.close());
  }

  follow(card) {
    this.card = card;
    if (card) this.button.href = this.url.replace(page, card.dataset.assignment);
    if (!this.panel.hidden) this.load();
  }

  async load({ quietly = false } = {}) {
    const { card } = this;
    if (!card) return this.end(words.helpwaits);
    if (!isHelped(card)) return this.end(words.helpless);
    if (!quietly) this.fill(words.helploading, "loading");
    const answer = await this.question.ask(this.button.href);
    if (answer === undefined || this.card !== card) return;
    if (!answer?.response.ok) return this.fill(await regret(answer));
    byId(this.box).outerHTML = await answer.body.text();
    this.filled(byId(this.box));
  }

  end(text) {
    this.question.end();
    this.fill(text);
  }

  /* `kind`: a class of the line. */
  fill(text, kind = "") {
    const line = Object.assign(document.createElement("p"), { className: `muted ${kind}`, textContent: text });
    byId(this.box).replaceChildren(line);
  }

  /* The server's fragment has come. */
  filled() {}

  close() {
    this.question.end();
  }
}

/* Where the model looks for a category, laid over the picture while a key is held or until the button is pressed again.
   The category that was asked for last is the one whose radio button is checked. */
class Heat {
  constructor({ panel, overlay, button, said, announce }) {
    Object.assign(this, { panel, overlay, button, said, announce });
    this.question = new Question();
    this.drawn = new Map(); // the image's overlays by category, and the models that made them
    button.addEventListener("click", () => this.hide() || this.show());
    panel.addEventListener("change", () => this.draw());
  }

  get category() {
    return this.panel.querySelector("input:checked");
  }

  hold() {
    this.held = true;
    this.show();
  }

  release() {
    if (this.held) this.hide();
    this.held = false;
  }

  pick(hotkey) {
    const radio = this.panel.querySelector(`[data-hotkey="${CSS.escape(hotkey)}"]`);
    if (!radio || radio.checked) return;
    radio.checked = true;
    this.show();
  }

  show() {
    if (!isHelped(this.card)) return (this.announce.textContent = words.helpless);
    this.panel.hidden = false;
    this.button.setAttribute("aria-pressed", "true");
    this.draw();
  }

  /* False when there was nothing to hide. */
  hide() {
    const shown = !this.panel.hidden;
    this.question.end();
    this.panel.hidden = this.overlay.hidden = true;
    this.button.setAttribute("aria-pressed", "false");
    return shown;
  }

  /* Another image has come up. The key may still be down, and must not turn into an answer to this one. */
  follow(card) {
    this.hide();
    this.drawn.clear();
    this.card = card;
    if (this.held) this.show();
  }

  async draw() {
    const { category, card } = this;
    this.overlay.hidden = true;
    this.said.textContent = card ? "" : words.helpwaits;
    if (!card || (!this.drawn.has(category.value) && !(await this.fetch(card, category)))) return;
    const { picture, model } = this.drawn.get(category.value);
    const { naturalWidth, naturalHeight } = card.querySelector("img");
    Object.assign(this.overlay, { width: picture.width, height: picture.height, hidden: false });
    this.overlay.style.setProperty("--ratio", naturalWidth / naturalHeight);
    this.overlay.getContext("2d").drawImage(picture, 0, 0);
    this.overlay.ariaLabel = words.heatfor.replace("{category}", category.dataset.name);
    this.tell(words.model.replace("{name}", model), this.overlay.ariaLabel);
  }

  /* True when there is something to draw, and it is still wanted. */
  async fetch(card, { dataset, value }) {
    const answer = await this.question.ask(dataset.url.replace(page, card.dataset.assignment));
    if (answer === undefined) return false;
    const type = answer?.body.type ?? "";
    if (type === "image/png") {
      const model = decodeURIComponent(answer.response.headers.get("X-Model"));
      this.drawn.set(value, { picture: await createImageBitmap(answer.body), model });
      return this.card === card && this.category.value === value && !this.panel.hidden;
    }
    this.tell(await regret(answer));
    return false;
  }

  tell(text, spoken = text) {
    this.said.textContent = text;
    this.announce.textContent = spoken;
  }
}

/* Judged images near the one on the screen; one of them beside it, on a click or by arrows and Enter. */
class Similar extends Section {
  constructor({ stage, figure, ...section }) {
    super({ ...section, box: "strip" });
    Object.assign(this, { stage, figure });
    this.panel.addEventListener("click", (event) => this.open(event));
    figure.querySelector("button").addEventListener("click", () => this.endComparison());
  }

  get links() {
    return [...this.panel.querySelectorAll(".neighbour")];
  }

  follow(card) {
    this.endComparison();
    super.follow(card);
  }

  close() {
    super.close();
    this.endComparison();
  }

  open(event) {
    const link = event.target.closest(".neighbour");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.ariaCurrent) this.endComparison();
    else this.compare(link);
  }

  compare(link) {
    for (const each of this.links) each.ariaCurrent = each === link ? "true" : null;
    const verdict = this.figure.querySelector(".verdict");
    verdict.textContent = link.dataset.said;
    verdict.className = `verdict ${link.dataset.action}`;
    this.figure.querySelector("img").src = link.href;
    this.figure.hidden = false;
    this.stage.classList.add("comparing");
  }

  /* False when nothing was compared. */
  endComparison() {
    const compared = !this.figure.hidden;
    for (const each of this.links) each.ariaCurrent = null;
    this.figure.hidden = true;
    this.figure.querySelector("img").removeAttribute("src");
    this.stage.classList.remove("comparing");
    return compared;
  }

  /* Go on by a step, round and round; false where arrows mean something else. */
  move(step) {
    const { links } = this;
    if (this.panel.hidden || !links.length || document.activeElement.matches("input")) return false;
    const at = links.findIndex((link) => link === document.activeElement || link.ariaCurrent);
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : (at + step + links.length) % links.length];
    next.focus();
    if (!this.figure.hidden) this.compare(next);
    return true;
  }
}

/* A blind queue offers neither. */
const heat = byId("show-heat") && new Heat({
  panel: byId("heat"),
  overlay: byId("overlay"),
  button: byId("show-heat"),
  said: byId("heat_said"),
  announce: byId("announce"),
});
const similar = byId("show-similar") && new Similar({
  panel: byId("similar"),
  button: byId("show-similar"),
  url: bench.dataset.similarUrl,
  stage: byId("stage"),
  figure: byId("compare"),
});
const aids = [heat, similar].filter(Boolean); // each follows the image

let helped = ""; // the assignment that help is about

bench.addEventListener("shown", () => {
  const card = deck.current?.dataset.state === "ready" ? deck.current : undefined;
  const assignment = card?.dataset.assignment ?? "";
  if (assignment === helped) return;
  helped = assignment;
  for (const aid of aids) aid.follow(card);
});
