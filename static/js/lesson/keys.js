// The lesson's shortcuts. The list of them opens with a question mark, outside of terminal and fields.
import { openFind } from "./find.js";
import { turnTo } from "./panes.js";
import { areOn, isShortcut, stepOf, turn } from "./shortcuts.js";

const lesson = () => document.getElementById("main");
const openCards = () => [...document.querySelectorAll(".exercise:not(.pass)")];
const cardInHand = () => document.activeElement.closest?.(".exercise") ?? openCards()[0];
const press = (act) => cardInHand()?.querySelector(`[data-act=${act}]`)?.click();

function toLesson() {
  turnTo("main");
  lesson().focus();
}

function toTerminal(terminal) {
  turnTo("machine");
  terminal?.focus();
}

function between(terminals) {
  const isInLesson = !document.getElementById("machine").contains(document.activeElement);
  if (isInLesson) toTerminal(terminals.current);
  else toLesson();
}

// From pane to pane: the lesson, then the terminals in view.
function step(terminals, steps) {
  const views = terminals.current ? terminals.inView : [];
  const at = views.findIndex(({ view }) => view.contains(document.activeElement)) + 1;
  const to = (at + steps + views.length + 1) % (views.length + 1);
  if (to === 0) toLesson();
  else toTerminal(views[to - 1]);
}

function nextExercise() {
  const cards = openCards();
  const at = cards.indexOf(document.activeElement.closest?.(".exercise"));
  const card = cards[(at + 1) % cards.length];
  turnTo("main");
  card?.focus();
  card?.scrollIntoView({ block: "center" });
}

function showTerminal(terminals, place) {
  const { all } = terminals;
  toTerminal(place === all.length + 1 ? terminals.add() : all[place - 1] && terminals.show(all[place - 1].number));
}

function act(event, terminals) {
  if (event.key === "`") between(terminals);
  else if (event.code === "KeyF") openFind(terminals.current);
  else if (event.code === "KeyE") document.getElementById("files-open").click();
  else if (event.code === "KeyN") nextExercise();
  else if (event.code === "KeyH") press("hint");
  else if (event.code === "Enter") press("check");
  else showTerminal(terminals, Number(event.code.slice(-1)));
}

function isForList(event) {
  const isTaken = event.target.closest?.("input, textarea, [contenteditable=plaintext-only], .machine, .player");
  return event.key === "?" && !isTaken && areOn();
}

export function watchKeys(terminals) {
  const list = document.getElementById("keys-list");
  const box = document.getElementById("keys-on");
  box.checked = areOn();
  box.addEventListener("change", () => turn(box.checked));
  terminals.addEventListener("leave", toLesson);
  document.addEventListener("keydown", (event) => {
    const steps = stepOf(event);
    if (steps !== undefined) {
      event.preventDefault();
      step(terminals, steps);
    } else if (isShortcut(event)) {
      event.preventDefault();
      act(event, terminals);
    } else if (isForList(event)) list.showPopover();
  });
}
