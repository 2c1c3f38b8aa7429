"use strict";
/* Dropping files, and sending them in portions, so that hundreds can be sent at once and a lost connection costs one
   portion. Without this the form is a plain one. */

const form = document.getElementById("upload");
const files = document.getElementById("files");
const drop = document.getElementById("drop");
const chosen = document.getElementById("chosen");
const sent = document.getElementById("sent");
const trouble = document.getElementById("trouble");

const PORTION_FILES = 20;
const PORTION_BYTES = 20e6;
let done = 0; // of the chosen files, counted from the first

files?.addEventListener("change", () => {
  chosen.textContent = chosen.dataset.words.replace("{n}", files.files.length);
  done = 0;
});
for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  drop?.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    files.files = event.dataTransfer.files;
    files.dispatchEvent(new Event("change"));
  });
}

function nextPortion() {
  const portion = [];
  let bytes = 0;
  for (const file of [...files.files].slice(done, done + PORTION_FILES)) {
    bytes += file.size;
    if (portion.length && bytes > PORTION_BYTES) break;
    portion.push(file);
  }
  return portion;
}

/* Send one portion; return the page that shows how the workers fare. Sent twice, because the answer was lost, the
   server knows the files by their batch. */
async function send(portion) {
  const body = new FormData(form);
  body.delete("files");
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/); // another one since a login in another tab
  if (token) body.set("csrfmiddlewaretoken", token[1]);
  for (const file of portion) body.append("files", file);
  const headers = { "HX-Request": "true" }; // logged out, the answer is 401 and not the login page
  const answer = await fetch(form.action, { method: "POST", body, headers }).catch(() => null);
  if (!answer) throw new Error(form.dataset.lost);
  if (!answer.ok) throw new Error(answer.status === 401 ? form.dataset.loggedOut : form.dataset.refused);
  return answer.url;
}

async function sendAll() {
  let page;
  while (done < files.files.length) {
    const portion = nextPortion();
    page = await send(portion);
    done += portion.length;
    sent.value = done;
  }
  location.assign(page);
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  Object.assign(sent, { max: files.files.length, value: done, hidden: false });
  trouble.hidden = button.disabled = true;
  try {
    await sendAll();
  } catch (error) {
    Object.assign(trouble, { textContent: error.message, hidden: false });
    button.disabled = false;
  }
});
