// Improves pages that already work without it.
import { Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, ServiceNavigation, SkipLink, createAll } from "./govuk-frontend.js";

for (const component of [Checkboxes, ErrorSummary, NotificationBanner, Radios, ServiceNavigation, SkipLink]) {
  createAll(component);
}
createAll(Button, { preventDoubleClick: true });

// Keyboard: `/` goes to the search box, and a button or link that shows a key is pressed by it. Anyone may turn it off.
const typing = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const setting = "childindex-shortcuts";
const areOn = () => localStorage.getItem(setting) !== "off";

function isPlain(event) {
  return areOn() && !event.altKey && !event.ctrlKey && !event.metaKey && !event.repeat && !event.target.closest(typing);
}

document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || event.key.length !== 1) return;
  const search = event.key === "/" && document.getElementById("header-search");
  const pressed = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!search && !pressed) return;
  event.preventDefault();
  if (search) {
    search.focus();
    search.select();
  } else {
    pressed.click();
  }
});

for (const note of document.querySelectorAll("[data-shortcuts]")) {
  const control = note.querySelector("button");
  const show = () => control.setAttribute("aria-pressed", String(areOn()));
  control.addEventListener("click", () => {
    localStorage.setItem(setting, areOn() ? "off" : "on");
    show();
  });
  show();
  note.hidden = false;
}

// A page that shows work under way looks again until the work is done, then shows the whole result. It says that nobody
// need be there, so that a sign-in still ends where somebody has gone and left the page open.
function lookAgainLater(waiting) {
  setTimeout(async () => {
    const headers = { accept: "text/html", "x-looking-again": "1" };
    const answer = await fetch(waiting.dataset.refreshFrom || window.location.href, { headers }).catch(() => null);
    if (!answer || answer.status >= 500) return lookAgainLater(waiting); // the server is away for a moment
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-refresh-seconds]");
    if (!answer.ok || answer.redirected || !now) return window.location.reload();
    waiting.querySelector("progress").replaceWith(now.querySelector("progress"));
    const told = now.querySelectorAll("[data-refreshed]");
    waiting.querySelectorAll("[data-refreshed]").forEach((text, place) => {
      if (text.textContent !== told[place].textContent) text.textContent = told[place].textContent;
    });
    return lookAgainLater(waiting);
  }, Number(waiting.dataset.refreshSeconds) * 1000);
}
document.querySelectorAll("[data-refresh-seconds]").forEach(lookAgainLater);

for (const control of document.querySelectorAll("[data-print]")) {
  control.hidden = false;
  control.addEventListener("click", () => window.print());
}

// A table is a stop for the keyboard only while there is more of it than fits.
const scrolling = [...document.querySelectorAll(".ci-scroll")];
const mind = () => scrolling.forEach((box) => (box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1));
if (scrolling.length) {
  mind();
  new ResizeObserver(mind).observe(document.body);
}

// Filters stand open beside a list, and closed above it where there is no room beside.
if (window.matchMedia("(max-width: 61.99em)").matches) {
  document.querySelectorAll("details[data-closed-when-narrow]").forEach((box) => (box.open = false));
}
