"use strict";
/* How long a person has had pixels on the labeling screen that may hurt; the server says which did. And the break that
   it suggests. */

const comparison = byId("compare");
const [plain, harm] = [new Clock("plain"), new Clock("harm")];
const look = byId("show-plain") && new Look({
  control: byId("show-plain"),
  pictures: softened,
  covered: () => (plain.run(), countHarm()),
  failed: () => board.notice(words.plainfailed),
});
let eyed; // the card that can be uncovered

function softened() {
  const card = deck.current;
  if (card?.dataset.state !== "ready") return [];
  const pictures = [[card.querySelector("img"), look.control.href, () => plain.run(card)]];
  const compared = compares();
  return compared ? [...pictures, [comparison.querySelector("img"), compared.dataset.plain, countHarm]] : pictures;
}

/* The judged image that is compared, by its link in the strip. */
function compares() {
  return comparison.hidden ? null : byId("similar").querySelector('.neighbour[aria-current="true"]');
}

function countHarm() {
  const seen = !look || comparison.querySelector(".plain");
  harm.run(seen && compares()?.dataset.action === "block" ? deck.current : undefined);
}

new MutationObserver(() => (look?.held ? look.release() : countHarm())).observe(comparison, {
  attributes: true,
  attributeFilter: ["hidden", "src"],
  subtree: true,
});

bench.addEventListener("shown", () => {
  const card = deck.current;
  if (look && card) look.control.href = bench.dataset.plainUrl.replace(page, card.dataset.assignment);
  if (card !== eyed) look?.forget();
  eyed = card;
  countHarm();
});

bench.addEventListener("answered", ({ detail: { card, fields } }) => {
  countHarm();
  const away = card.shown ? Math.round(sight.away - card.shown.away) : 0;
  if (away) fields.away_ms = away;
  fields.plain_ms = look ? plain.take(card) : Math.max(0, fields.looked_ms - away);
  const compared = harm.take(card);
  if (compared) fields.harm_ms = compared;
});

/* A break is suggested once, and never in the way. */
bench.addEventListener("renewed", ({ detail: { rest } }) => {
  if (!rest) return;
  byId("rest").querySelector("p").textContent = rest;
  byId("rest").hidden = false;
});
byId("rest").querySelector("button").addEventListener("click", () => (byId("rest").hidden = true));
