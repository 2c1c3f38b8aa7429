"use strict";
/* Help beside a case, after the adjudicator's own answer: where the model looks, and the places of a caption's words. */

const byName = (id) => document.getElementById(id);
const [overlay, lit, heat, said] = ["overlay", "lit", "show-heat", "heat_said"].map(byName);
const picture = document.querySelector(".card img");

/* The heatmap is that of the category which is chosen below, so that it says nothing of the model's own opinion. */
function showHeat(shown) {
  const chosen = document.querySelector("[name=category]:checked") ?? document.querySelector("[name=category]");
  heat.setAttribute("aria-pressed", String(shown));
  overlay.hidden = said.hidden = !shown;
  if (!shown) return;
  said.textContent = said.dataset.says.replace("{category}", chosen.parentElement.lastChild.textContent.trim());
  overlay.style.setProperty("--ratio", picture.naturalWidth / picture.naturalHeight);
  overlay.src = heat.dataset.url.replace("KEY", chosen.value);
}

overlay.addEventListener("error", async () => {
  overlay.hidden = true;
  said.textContent = await (await fetch(overlay.src)).text();
});
heat.addEventListener("click", () => showHeat(heat.getAttribute("aria-pressed") !== "true"));
byName("settle").addEventListener("change", ({ target }) => {
  if (target.name === "category" && heat.getAttribute("aria-pressed") === "true") showHeat(true);
});

/* A word under the pointer or the focus lights its place in the image. */
function light(word) {
  lit.hidden = !word;
  if (!word) return;
  const { rows, columns } = word.closest(".words").dataset;
  const region = new Region(word.dataset.grid, Number(rows), Number(columns));
  const ratio = picture.naturalWidth / picture.naturalHeight;
  lit.style.setProperty("--ratio", ratio);
  if (region.peak) region.paint(lit, ratio);
}

for (const [type, isOn] of Object.entries({ mouseover: true, mouseout: false, focusin: true, focusout: false }))
  document.addEventListener(type, ({ target }) => {
    const word = target.closest?.(".word");
    if (word) light(isOn && word);
  });
document.addEventListener("htmx:afterSwap", () => {
  for (const word of document.querySelectorAll("#sentence .word")) word.tabIndex = 0;
});
