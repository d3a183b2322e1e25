// The lesson's shortcuts. The list of them opens with a question mark, outside of terminal and fields.
import { turnTo } from "./panes.js";
import { areOn, isShortcut, turn } from "./shortcuts.js";

const lesson = () => document.getElementById("main");
const openCards = () => [...document.querySelectorAll(".exercise:not(.pass)")];
const cardInHand = () => document.activeElement.closest?.(".exercise") ?? openCards()[0];
const press = (act) => cardInHand()?.querySelector(`[data-act=${act}]`)?.click();

function between(terminals) {
  const isInLesson = !document.getElementById("machine").contains(document.activeElement);
  turnTo(isInLesson ? "machine" : "main");
  if (isInLesson) terminals.current?.focus();
  else lesson().focus();
}

function nextExercise() {
  const cards = openCards();
  const at = cards.indexOf(document.activeElement.closest?.(".exercise"));
  const card = cards[(at + 1) % cards.length];
  turnTo("main");
  card?.focus();
  card?.scrollIntoView({ block: "center" });
}

function showTerminal(terminals, number) {
  turnTo("machine");
  terminals.show(number)?.focus();
}

function act(event, terminals) {
  if (event.key === "`") between(terminals);
  else if (event.code === "KeyN") nextExercise();
  else if (event.code === "KeyH") press("hint");
  else if (event.code === "Enter") press("check");
  else showTerminal(terminals, Number(event.code.slice(-1)));
}

function isForList(event) {
  const isTaken = event.target.closest?.("input, textarea, [contenteditable=plaintext-only], .machine");
  return event.key === "?" && !isTaken && areOn();
}

export function watchKeys(terminals) {
  const list = document.getElementById("keys-list");
  const box = document.getElementById("keys-on");
  box.checked = areOn();
  box.addEventListener("change", () => turn(box.checked));
  document.addEventListener("keydown", (event) => {
    if (isShortcut(event)) {
      event.preventDefault();
      act(event, terminals);
    } else if (isForList(event)) list.showPopover();
  });
}
