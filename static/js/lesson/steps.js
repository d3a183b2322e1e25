// Pictures that step through: all of it at first, then step by step, each with its own words, then all of it again.
import { say } from "../site/say.js";
import { text } from "../site/texts.js";

function show(figure, at) {
  const steps = [...figure.querySelectorAll(".step")];
  steps.forEach((step, index) => step.toggleAttribute("data-later", at > 0 && index >= at));
  figure.dataset.at = at;
  const words = at > 0 ? (steps[at - 1].querySelector("title")?.textContent ?? "") : "";
  const told = at > 0 ? `${text("ofTotal", { number: at, total: steps.length })}. ${words}` : "";
  figure.querySelector(".steps .told").textContent = told;
  say(told);
}

export function watchSteps() {
  document.getElementById("main").addEventListener("click", ({ target }) => {
    const button = target.closest("[data-step]");
    if (!button) return;
    const figure = button.closest("figure");
    const places = figure.querySelectorAll(".step").length + 1;
    show(figure, (Number(figure.dataset.at ?? 0) + Number(button.dataset.step) + places) % places);
  });
}
