"use strict";
/* Dropping files, and showing how much of them has been sent. Without this the form is a plain one. */

const form = document.getElementById("upload");
const files = document.getElementById("files");
const drop = document.getElementById("drop");
const chosen = document.getElementById("chosen");
const sent = document.getElementById("sent");

files?.addEventListener("change", () => {
  chosen.textContent = chosen.dataset.words.replace("{n}", files.files.length);
});
for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  drop?.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    if (kind !== "drop") return;
    files.files = event.dataTransfer.files;
    files.dispatchEvent(new Event("change"));
  });
}
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (step) => {
    Object.assign(sent, { max: step.total || 1, value: step.loaded });
  });
  // The answer is a redirect to the page that shows how the workers fare.
  request.addEventListener("load", () => location.assign(request.responseURL));
  request.addEventListener("error", () => form.submit());
  request.send(new FormData(form));
  sent.hidden = false;
  form.querySelector("button").disabled = true;
});
