"use strict";
/* Answers on their way to the server: kept in the browser, in order, until the server says that they are stored.

   Sending one twice is harmless, because the server stores an assignment's answer once. Each page keeps its own list,
   and a page that opens takes over what earlier pages of the same person could not send. */

const OUTBOX = "winnow.outbox.";
const REFUSED = "winnow.refused.";
const PATIENCE_MS = 15000;
const LONGEST_PAUSE_MS = 8000;

function csrfToken() {
  // Read at every use: logging in, also in another tab, changes it.
  const match = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return match ? match[1] : "";
}

function post(url, fields) {
  return fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
    signal: AbortSignal.timeout(PATIENCE_MS),
    redirect: "manual",
  });
}

class Outbox {
  /* `changed(state, count)`: "saved", "saving", "offline" or "loggedout". `done(item, response text)`,
     `refused(item, text)`: what became of an item. */
  constructor(user, { changed, done, refused }) {
    this.key = `${OUTBOX}${user}.${Date.now()}.${Math.random().toString(36).slice(2)}`;
    this.refusedKey = REFUSED + user;
    this.handlers = { changed, done, refused };
    this.items = this.takeOver(`${OUTBOX}${user}.`);
    this.state = "saved";
    this.failures = 0;
    this.keep();
    for (const event of ["online", "focus"]) window.addEventListener(event, () => this.hurry());
  }

  takeOver(prefix) {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix)).sort();
    const items = keys.flatMap((key) => JSON.parse(localStorage.getItem(key)));
    localStorage.setItem(this.key, JSON.stringify(items));
    for (const key of keys) localStorage.removeItem(key);
    return items;
  }

  keep() {
    if (this.items.length) localStorage.setItem(this.key, JSON.stringify(this.items));
    else localStorage.removeItem(this.key);
  }

  has(assignment) {
    return this.items.some((item) => item.assignment === assignment && item.kind === "answer");
  }

  add(item) {
    this.items.push({ ...item, at: Date.now() });
    this.keep();
    this.tell();
    this.run();
  }

  /* Take an answer back that is not on its way yet; false when it is, or has arrived. */
  recall(assignment) {
    const index = this.items.findIndex((item) => item.kind === "answer" && item.assignment === assignment);
    if (index < 0 || (index === 0 && this.sending)) return false;
    this.items.splice(index, 1);
    this.keep();
    this.tell();
    return true;
  }

  hurry() {
    this.failures = 0;
    clearTimeout(this.timer);
    this.run();
  }

  async run() {
    if (this.sending || !this.items.length) return;
    this.sending = true;
    clearTimeout(this.timer);
    let goOn = true;
    while (goOn && this.items.length) goOn = await this.sendFirst();
    this.sending = false;
    this.tell();
    if (!goOn) this.timer = setTimeout(() => this.run(), Math.min(LONGEST_PAUSE_MS, 250 * 2 ** this.failures++));
  }

  /* Send the oldest item; true when it is dealt with. */
  async sendFirst() {
    const item = this.items[0];
    let response, text;
    try {
      const { url, at, kind, ...fields } = item;
      if (kind === "answer") fields.ago_ms = Math.max(0, Date.now() - at);
      response = await post(url, fields);
      text = await response.text();
    } catch {
      return this.wait("offline");
    }
    if (response.status === 401 || response.status === 403) return this.wait("loggedout");
    if (![200, 404, 409, 422].includes(response.status)) return this.wait("offline");
    this.items.shift();
    this.failures = 0;
    if (response.ok) this.state = "saved";
    else if (response.status !== 409) this.setAside(item, response.status);
    this.keep();
    this.tell();
    if (response.ok) this.handlers.done(item, text);
    else this.handlers.refused(item, response.status === 404 ? "" : text);
    return true;
  }

  wait(state) {
    this.state = state;
    return false;
  }

  /* Nothing that a person said is dropped silently, not even what no server will take. */
  setAside(item, status) {
    const kept = JSON.parse(localStorage.getItem(this.refusedKey) || "[]");
    localStorage.setItem(this.refusedKey, JSON.stringify([...kept, { ...item, status }].slice(-100)));
  }

  tell() {
    const count = this.items.length;
    const state = !count ? "saved" : this.state === "saved" ? "saving" : this.state;
    this.handlers.changed(state, count);
  }
}
