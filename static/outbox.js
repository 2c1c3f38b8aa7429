"use strict";
/* Answers on their way to the server: kept in the browser, in order, until the server says that they are stored.

   Sending one twice is harmless, because the server stores an assignment's answer once. Each page keeps its own list,
   and a page that opens takes over what earlier pages of the same person could not send. */

const OUTBOX = "winnow.outbox.";
const REFUSED = "winnow.refused.";
const PATIENCE_MS = 15000;
const LONGEST_PAUSE_MS = 8000;
const MOST_REFUSED = 100;

function csrfToken() {
  // Read at every use: logging in, also in another tab, changes it.
  const match = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return match ? match[1] : "";
}

/* The server refuses what is sent for one person when another is logged in. */
function ask(url, user, options = {}) {
  return fetch(url, {
    headers: { "HX-Request": "true", "X-Person": user, "X-CSRFToken": csrfToken() },
    signal: AbortSignal.timeout(PATIENCE_MS),
    redirect: "manual",
    ...options,
  });
}

function post(url, user, fields) {
  return ask(url, user, { method: "POST", body: new URLSearchParams(fields) });
}

class Outbox {
  /* `changed(state, count)`: "saved", "saving", "offline", "loggedout", "otherlogin" or "forbidden".
     `stored(item, text, response)` and `refused(item, text)`: what became of an item. */
  constructor(user, { changed, stored, refused }) {
    this.user = user;
    this.key = `${OUTBOX}${user}.${Date.now()}.${Math.random().toString(36).slice(2)}`;
    this.refusedKey = REFUSED + user;
    this.handlers = { changed, stored, refused };
    this.state = "saved";
    this.failures = 0;
    this.items = this.takeOver(`${OUTBOX}${user}.`);
    for (const event of ["online", "focus"]) window.addEventListener(event, () => this.hurry());
    window.addEventListener("beforeunload", (event) => this.homeless && this.items.length && event.preventDefault());
  }

  /* No images for what earlier pages sent: theirs are gone, or from another queue. */
  takeOver(prefix) {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix)).sort();
      const items = keys.flatMap((key) => JSON.parse(localStorage.getItem(key)));
      for (const item of items) delete item.fields.page;
      if (items.length) localStorage.setItem(this.key, JSON.stringify(items));
      for (const key of keys) localStorage.removeItem(key);
      return items;
    } catch {
      return []; // a browser that keeps nothing for us
    }
  }

  keep() {
    try {
      if (this.items.length) localStorage.setItem(this.key, JSON.stringify(this.items));
      else localStorage.removeItem(this.key);
      this.homeless = false;
    } catch {
      this.homeless = true; // then only this page has them, and leaving it is asked about
    }
  }

  /* `fields` go to `url`; `kind` is "answer" or "undo"; `said` is the answer in words. */
  add({ kind, url, fields, said = "" }) {
    this.items.push({ kind, url, fields, said, at: Date.now() });
    this.keep();
    this.tell();
    this.run();
  }

  /* Take back an answer that has never left this browser; false when it may have arrived. */
  recall(assignment) {
    const index = this.items.findIndex((item) => item.kind === "answer" && item.fields.assignment === assignment);
    if (index < 0 || this.items[index].tried) return false;
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
      response = await post(item.url, this.user, this.prepare(item));
      text = await response.text();
    } catch {
      return this.wait("offline");
    }
    if (response.status === 401) return this.wait(response.headers.has("X-Person") ? "otherlogin" : "loggedout");
    if (response.status === 403) return this.wait(this.forbidden());
    if (![200, 404, 409, 422].includes(response.status)) return this.wait("offline");
    this.items.shift();
    this.failures = 0;
    this.state = "saved";
    if (item.kind === "answer" && [404, 422].includes(response.status)) this.setAside(item);
    this.keep();
    this.tell();
    if (response.ok) this.handlers.stored(item, text, response);
    else this.handlers.refused(item, response.status === 409 ? text : "");
    return true;
  }

  prepare(item) {
    const fields = { ...item.fields };
    if (item.kind === "answer") fields.ago_ms = Math.max(0, Date.now() - item.at);
    // The first try may have brought an image that never arrived; the page asks for what it holds, later.
    if (item.tried && item.kind === "answer") delete fields.page;
    item.tried = true;
    this.keep();
    return fields;
  }

  /* The token may have been stale: the first time nothing is said. Without one the cookies have been cleared. */
  forbidden() {
    if (!csrfToken()) return "loggedout";
    return this.failures ? "forbidden" : this.state;
  }

  wait(state) {
    this.state = state;
    return false;
  }

  tell() {
    const count = this.items.length;
    const state = !count ? "saved" : this.state === "saved" ? "saving" : this.state;
    this.handlers.changed(state, count);
  }

  /* Nothing that a person said is dropped silently, not even what no server will take. */
  setAside({ said, at }) {
    this.putAway([...this.refused(), { said, at }].slice(-MOST_REFUSED));
  }

  refused() {
    try {
      return JSON.parse(localStorage.getItem(this.refusedKey)) ?? [];
    } catch {
      return this.homelessRefused ?? [];
    }
  }

  putAway(left = []) {
    try {
      localStorage.setItem(this.refusedKey, JSON.stringify(left));
    } catch {
      this.homelessRefused = left;
    }
  }
}
