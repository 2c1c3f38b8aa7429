"""What `label_flow` sees from inside the page: which image is painted when, and what is on the screen."""

# Runs before the page's own scripts. A key waits in `watch.open` until a frame has been painted in which another image
# than the one that it answered is the current one, ready and complete: a frame's callbacks run before it is painted, a
# message that is posted there arrives after it. A key that found nothing to answer waits for any image.
WATCH = """(() => {
  const watch = (window.watch = { answered: [], ms: [], open: [], painting: [], ready: null });
  const channel = new MessageChannel();
  const now = () => document.querySelector(".card.current");
  const seen = (card) => card?.dataset.state === "ready" && card.querySelector("img").complete;

  channel.port1.onmessage = () => {
    const at = performance.now();
    for (const { since } of watch.painting.splice(0)) watch.ms.push(at - since);
    if (watch.ready === null && seen(now())) watch.ready = at;
  };
  const frame = () => {
    const card = now();
    if (seen(card)) {
      watch.painting.push(...watch.open.filter((each) => each.card !== card));
      watch.open = watch.open.filter((each) => each.card === card);
      if (watch.painting.length || watch.ready === null) channel.port2.postMessage(0);
    }
    if (watch.open.length || watch.ready === null) requestAnimationFrame(frame);
  };
  addEventListener("keydown", (event) => {
    if (!/^[123u]$/.test(event.key)) return;
    watch.open.push({ since: event.timeStamp });
    if (watch.open.length === 1) requestAnimationFrame(frame);
  }, true);
  addEventListener("DOMContentLoaded", () => {
    document.querySelector("#workbench")?.addEventListener("answered", ({ detail }) => {
      watch.answered.push(detail.fields.assignment);
      watch.open.at(-1).card = detail.card;
    });
    requestAnimationFrame(frame);
  });
})()"""

# The images that lie ready, the one on the screen among them.
READY = "document.querySelectorAll('.card[data-state=\"ready\"]').length"

# Whether the image on the screen is one of the tenth that come without help, and so without its controls.
WITHOUT_HELP = "document.querySelector('.card.current').dataset.help === 'without'"

# The groups of the page that are to be seen, by the names that a screen reader gives them; of groups within each other
# the innermost.
GROUPS = """() => {
  const all = [...document.querySelectorAll(
    "header, nav, aside, article, section, figure, fieldset, dialog, [role=group], [role=toolbar], [role=alert]")];
  const visible = all.filter((each) => each.checkVisibility({ visibilityProperty: true }) && each.offsetHeight);
  const innermost = visible.filter((each) => !visible.some((other) => other !== each && each.contains(other)));
  const named = (id) => document.getElementById(id)?.textContent.trim();
  return innermost.map((each) =>
    each.ariaLabel || named(each.getAttribute("aria-labelledby")) || each.querySelector("legend")?.textContent.trim() ||
    each.querySelector("img")?.alt || each.id || each.tagName.toLowerCase());
}"""

CONTROLS = """() => [
    ...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea"),
  ]
  .filter((each) => !each.disabled && each.checkVisibility({ visibilityProperty: true }))
  .map((each) => each.textContent.trim().replace(/\\s+/g, " "))"""

# The share of the window that a picture of 4:3 takes as it is drawn.
SHARE = """() => {
  const { width, height } = document.querySelector(".card.current").getBoundingClientRect();
  const drawn = Math.min(width, (height * 4) / 3);
  return (drawn * drawn * 0.75) / (innerWidth * innerHeight);
}"""
