"use strict";
/* The adjudicator's keys. Without this script everything is there as plain forms. */

const judging = document.getElementById("judge");
const settling = document.getElementById("settle");
const opened = performance.now();

/* How long the picture has been seen as it is: all the time in sight, or while it is held. */
const card = document.querySelector(".card");
const shown = card?.querySelector("img");
const plain = new Clock("plain");
const control = document.getElementById("show-plain");
if (control)
  new Look({
    control,
    pictures: () => (shown.naturalWidth ? [[shown, control.href, () => plain.run(card)]] : []),
    covered: () => plain.run(),
    failed: () => (document.getElementById("plain_failed").hidden = false),
  });
else shown?.decode().then(() => plain.run(card), () => {}); // there was nothing to see

function seen() {
  const running = plain.card;
  plain.run();
  const ms = plain.take(card);
  plain.run(running);
  return ms;
}

/* What was written is kept until the server has taken it, whatever happens to the page. */
if (settling) {
  const { reason } = settling.elements;
  const kept = `reason ${settling.elements.assignment.value}`;
  reason.value ||= sessionStorage.getItem(kept) ?? "";
  reason.addEventListener("input", () => sessionStorage.setItem(kept, reason.value));
}

judging?.addEventListener("submit", () => {
  judging.elements.looked_ms.value = Math.round(performance.now() - opened);
  judging.elements.away_ms.value = Math.round(sight.away);
});
for (const form of [judging, settling])
  form?.addEventListener("submit", () => (form.elements.plain_ms.value = seen()));

/* A form that is on its way is not sent a second time. */
for (const form of document.forms)
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

function act(target) {
  if (target.matches("textarea")) return target.focus();
  target.click();
  if (target.matches("input")) target.focus();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return settling?.requestSubmit();
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches("textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target) return;
  event.preventDefault();
  act(target);
});
