// The lesson in another language: same page, same place in it, same machine. Without this module it is a form.
import { say } from "../site/say.js";
import { swap } from "./morph.js";
import { text } from "../site/texts.js";

function firstInView(lesson) {
  const top = lesson.getBoundingClientRect().top;
  const marks = [...lesson.querySelectorAll("[id]")];
  return marks.find((mark) => mark.getBoundingClientRect().bottom > top && mark.id !== "prose");
}

function replaceWith(page) {
  const lesson = document.getElementById("main");
  const mark = firstInView(lesson);
  const before = mark?.getBoundingClientRect().top;
  for (const id of ["prose", "languages-wide", "languages-narrow"]) swap(document.getElementById(id), page.getElementById(id));
  const after = mark && document.getElementById(mark.id)?.getBoundingClientRect().top;
  if (after !== undefined) lesson.scrollBy({ top: after - before, behavior: "instant" });
  document.querySelector(".where strong").replaceChildren(...page.querySelector(".where strong").childNodes);
  document.title = page.title;
}

export function watchLanguages(live) {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest(".languages");
    if (!form) return;
    event.preventDefault();
    const chosen = event.submitter;
    const body = new FormData(form, chosen);
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      replaceWith(new DOMParser().parseFromString(await answer.text(), "text/html"));
      live?.send({ language: chosen.value });
      say(chosen.textContent);
    } catch {
      say(text("languageStays"));
    }
  });
}
