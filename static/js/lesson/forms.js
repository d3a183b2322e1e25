// Forms of cards and of the machine answer with the parts that changed; htmx sends them, idiomorph puts them in place.
import { notice, say } from "../site/say.js";
import { swap } from "./morph.js";
import { text } from "../site/texts.js";


function tell(form) {
  const act = form.querySelector("[data-act]")?.dataset.act;
  const card = form.closest(".exercise");
  if (act === "check") say(text("checking", { exercise: card.querySelector("h2 small").textContent.toLowerCase() }));
}

function tellHint(path) {
  const [, slug] = path.match(/\/exercises\/([^/]+)\/hint\/$/) ?? [];
  const hints = slug ? document.querySelectorAll(`#${CSS.escape(slug)} .hints li`) : [];
  if (hints.length) say(text("hint", { number: hints.length, hint: hints[hints.length - 1].textContent }));
}

function showStory(path) {
  const [, slug] = path.match(/\/exercises\/([^/]+)\/explain\/$/) ?? [];
  if (slug) document.getElementById(`${slug}-story`)?.focus();
}

// A question and the menu that it was opened from.
function closeQuestions() {
  for (const open of document.querySelectorAll(":popover-open")) open.hidePopover();
}

export function watchForms() {
  window.htmx.defineExtension("morph", {
    isInlineSwap: (style) => style === "morph",
    handleSwap: (style, target, fragment) => (style === "morph" ? swap(target, [...fragment.children]) : false),
  });
  document.addEventListener("input", ({ target }) => target.closest?.(".answers, .own form")?.setAttribute("data-touched", ""));
  document.addEventListener("htmx:beforeRequest", ({ target }) => tell(target));
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (target.closest("[popover]")) closeQuestions();
    if (!detail.successful) return;
    tellHint(detail.pathInfo.requestPath);
    showStory(detail.pathInfo.requestPath);
  });
  document.addEventListener("htmx:sendError", () => notice(text("offline")));
  document.addEventListener("htmx:responseError", () => notice(text("trouble")));
  document.addEventListener("slipway:notice", ({ target, detail }) => {
    notice(detail.text);
    // What was refused stays to be mended.
    if (!detail.text) target.closest?.(".answers, .own form")?.removeAttribute("data-touched");
  });
}
