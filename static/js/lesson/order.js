// Items of a question that are put in order: by the two buttons, by the number of the place, or by dragging.
import { say } from "../site/say.js";
import { text } from "../site/texts.js";

const itemsOf = (list) => [...list.children];

function number(list) {
  itemsOf(list).forEach((item, at) => { item.querySelector("select").value = at + 1; });
  list.dispatchEvent(new Event("input", { bubbles: true }));
}

function put(item, place) {
  const list = item.parentElement;
  const others = itemsOf(list).filter((other) => other !== item);
  const at = Math.max(0, Math.min(others.length, place));
  list.insertBefore(item, others[at] ?? null);
  number(list);
  say(text("placed", { item: item.querySelector("label span:last-child").textContent, place: at + 1, total: others.length + 1 }));
}

function drag(lesson) {
  let lifted = null;
  const itemUnder = ({ target }) => target.closest?.("[data-kind=order] .items > li");
  lesson.addEventListener("dragstart", (event) => {
    lifted = itemUnder(event);
    lifted?.classList.add("lifted");
  });
  lesson.addEventListener("dragover", (event) => {
    const item = itemUnder(event);
    if (lifted && item?.parentElement === lifted.parentElement) event.preventDefault();
  });
  lesson.addEventListener("drop", (event) => {
    const item = itemUnder(event);
    if (!lifted || item?.parentElement !== lifted.parentElement) return;
    event.preventDefault();
    put(lifted, itemsOf(item.parentElement).indexOf(item));
  });
  lesson.addEventListener("dragend", () => {
    lifted?.classList.remove("lifted");
    lifted = null;
  });
}

export function watchOrder() {
  const lesson = document.getElementById("main");
  lesson.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-move]");
    if (!button) return;
    const item = button.closest("li");
    put(item, itemsOf(item.parentElement).indexOf(item) + Number(button.dataset.move));
    // Moving the item took the focus from its button.
    button.focus();
  });
  lesson.addEventListener("change", ({ target }) => {
    const item = target.matches("select") ? target.closest("[data-kind=order] li") : null;
    if (!item) return;
    put(item, Number(target.value) - 1);
    target.focus();
  });
  drag(lesson);
}
