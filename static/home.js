"use strict";
/* Answers that a labeling page could not send are sent from here too, and the person sees how many. */

const note = document.getElementById("outbox");
const kept = new Outbox(note.dataset.user, {
  changed(state, count) {
    if (count) note.hidden = false;
    note.textContent = count ? note.dataset.waiting.replace("{n}", count) : note.dataset.done;
  },
  stored() {},
  refused() {},
});
kept.run();
