// The page "Machines" keeps itself up to date (htmx). Here it says when it can not.
const page = document.querySelector(".machines");
const stale = document.getElementById("stale");

const say = (text) => {
  stale.textContent = text;
  stale.hidden = !text;
};

document.addEventListener("htmx:sendError", () => say(page.dataset.offline));
document.addEventListener("htmx:responseError", ({ detail }) =>
  say([401, 403].includes(detail.xhr.status) ? page.dataset.loggedout : page.dataset.offline));
document.addEventListener("htmx:afterOnLoad", ({ detail }) => detail.xhr.status < 300 && say(""));
