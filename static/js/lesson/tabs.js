// What is done with a terminal's tab: by the keyboard, by dragging, and in the menu.
import { say } from "../site/say.js";
import { openFind } from "./find.js";
import { NAME_LENGTH } from "./layout.js";
import { saveTerminal } from "./save.js";
import { text } from "../site/texts.js";

const list = document.querySelector("#tabs [role=tablist]");
const menu = document.getElementById("terminal-menu");
const asked = document.getElementById("ask-name");

function rename(terminals) {
  const field = asked.querySelector("input");
  field.maxLength = NAME_LENGTH;
  field.value = terminals.current.name;
  asked.showPopover();
  field.select();
}

function move(terminals, steps) {
  const { number, tab } = terminals.current;
  const hadFocus = document.activeElement === tab;
  terminals.change((layout) => layout.step(number, steps));
  if (hadFocus) tab.focus();
  say(text("tabPlace", { terminal: terminals.current.name, place: terminals.layout.placeOf(number) + 1, total: terminals.all.length }));
}

function split(terminals) {
  const isSplit = terminals.layout.beside === null;
  if (!terminals.change((layout) => layout.split(isSplit))) say(text("oneTerminal"));
  else say(isSplit ? text("sideBySide") : text("alone", { terminal: terminals.current.name }));
  terminals.current.focus();
}

function close(terminals) {
  const { number, name, detail } = terminals.current;
  terminals.change((layout) => layout.remove(number));
  say(text(detail.state === "ended" ? "closed" : "closedOpen", { terminal: name }));
  terminals.current.focus();
}

const ACTS = {
  rename,
  left: (terminals) => move(terminals, -1),
  right: (terminals) => move(terminals, 1),
  split,
  find: (terminals) => openFind(terminals.current),
  save: (terminals) => saveTerminal(terminals.current),
  close,
  look: () => document.getElementById("ask-look").showPopover(),
};

function watchMenu(terminals) {
  menu.addEventListener("click", ({ target }) => {
    const act = ACTS[target.closest("[data-act]")?.dataset.act];
    if (!act) return;
    menu.hidePopover();
    act(terminals);
  });
  menu.addEventListener("beforetoggle", () => {
    const count = terminals.all.length;
    const place = terminals.layout.placeOf(terminals.layout.front);
    const isOff = { left: place === 0, right: place === count - 1, close: count === 1 };
    for (const [act, value] of Object.entries(isOff)) menu.querySelector(`[data-act=${act}]`).disabled = value;
    menu.querySelector("[data-act=split]").setAttribute("aria-pressed", terminals.layout.beside !== null);
  });
  asked.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const { number } = terminals.current;
    terminals.change((layout) => layout.rename(number, asked.querySelector("input").value));
    asked.hidePopover();
    terminals.current.tab.focus();
  });
}

function watchKeyboard(terminals) {
  list.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const count = terminals.all.length;
    const at = terminals.layout.placeOf(terminals.layout.front);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: count - 1 }[event.key];
    if (steps && event.ctrlKey && event.shiftKey) move(terminals, steps);
    else if (event.key === "F2") rename(terminals);
    else if (event.key === "Delete" && count > 1) close(terminals);
    else if (to !== undefined && !event.ctrlKey && !event.altKey) terminals.show(terminals.all[(to + count) % count].number).tab.focus();
    else return;
    event.preventDefault();
  });
  list.addEventListener("dblclick", ({ target }) => terminals.at(target) && rename(terminals));
}

function watchDragging(terminals) {
  let dragged = null;
  list.addEventListener("dragstart", (event) => {
    dragged = terminals.at(event.target);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.name);
  });
  list.addEventListener("dragover", (event) => dragged && event.preventDefault());
  list.addEventListener("drop", (event) => {
    event.preventDefault();
    const target = terminals.at(event.target);
    if (dragged && target) terminals.change((layout) => layout.moveTo(dragged.number, layout.placeOf(target.number)));
  });
  list.addEventListener("dragend", () => { dragged = null; });
}

export function watchTabs(terminals) {
  watchMenu(terminals);
  watchKeyboard(terminals);
  watchDragging(terminals);
}
