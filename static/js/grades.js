// The grid of grades: arrow keys move, Enter opens the evidence beside it, Escape closes that and goes back to the cell.
import { keepTheme } from "./site/theme.js";
import { say } from "./site/say.js";
import { text } from "./site/texts.js";

const MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
const place = document.getElementById("sheet-place");
const cells = () => [...document.querySelectorAll(".grid .cell")];
let opened = null;

// One tab stop for the whole grid: the cell that was visited last.
function rove(cell) {
  for (const each of cells()) each.tabIndex = each === cell ? 0 : -1;
}

function move(cell, [down, right]) {
  const td = cell.closest("td");
  const rows = [...td.closest("tbody").rows];
  const row = rows[td.parentElement.sectionRowIndex + down];
  return row?.cells[td.cellIndex + right]?.querySelector(".cell") ?? null;
}

function close() {
  place.replaceChildren();
  opened?.removeAttribute("aria-current");
  (opened ?? cells()[0])?.focus();
  opened = null;
}

function open(cell) {
  opened?.removeAttribute("aria-current");
  opened = cell;
  cell.setAttribute("aria-current", "true");
}

keepTheme();
rove(cells()[0]);
document.addEventListener("focusin", ({ target }) => target.matches(".grid .cell") && rove(target));
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(".grid .cell");
  if (event.key === "Escape" && place.firstElementChild) close();
  if (!cell || !MOVES[event.key]) return;
  const to = move(cell, MOVES[event.key]);
  if (!to) return;
  event.preventDefault();
  to.focus();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-act=close]")) return;
  event.preventDefault();
  close();
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const cell = detail.requestConfig.elt.closest(".cell");
  if (!cell) return;
  open(cell);
  place.firstElementChild?.focus();
});
for (const name of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(name, () => say(text("noAnswer")));
}
