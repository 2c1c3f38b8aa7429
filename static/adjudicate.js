"use strict";
/* The adjudicator's keys. Without this script everything is there as plain forms. */

const judging = document.getElementById("judge");
const settling = document.getElementById("settle");
const opened = performance.now();

/* What was written is kept until the server has taken it, whatever happens to the page. */
if (settling) {
  const { reason } = settling.elements;
  const kept = `reason ${settling.elements.assignment.value}`;
  reason.value ||= sessionStorage.getItem(kept) ?? "";
  reason.addEventListener("input", () => sessionStorage.setItem(kept, reason.value));
}

judging?.addEventListener("submit", () => {
  judging.elements.looked_ms.value = Math.round(performance.now() - opened);
});

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
