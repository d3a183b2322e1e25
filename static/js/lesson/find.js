// Finds a text in the terminal in front, in its scrollback too.
import { FOUND } from "../terminal/look.js";
import { text } from "../site/texts.js";

const form = document.getElementById("find");
const field = form.querySelector("input");
const count = form.querySelector("output");
let terminal = null;
let listener = null;

function seek(isBack, isTyped) {
  if (!field.value) {
    terminal.handle.search.clearDecorations();
    count.textContent = "";
    return;
  }
  const options = { decorations: FOUND, incremental: isTyped && !isBack };
  if (isBack) terminal.handle.search.findPrevious(field.value, options);
  else terminal.handle.search.findNext(field.value, options);
}

function tell({ resultIndex, resultCount }) {
  if (!field.value) return;
  if (!resultCount) count.textContent = text("notThere");
  else count.textContent = resultIndex < 0
    ? text("moreThan", { count: resultCount })
    : text("ofTotal", { number: resultIndex + 1, total: resultCount });
}

function close() {
  if (form.hidden) return;
  form.hidden = true;
  listener.dispose();
  terminal.handle.search.clearDecorations();
  terminal.focus();
}

export function openFind(found) {
  if (!found?.handle) return;
  close();
  terminal = found;
  listener = terminal.handle.search.onDidChangeResults(tell);
  form.hidden = false;
  field.focus();
  field.select();
  seek(false, true);
}

export function watchFind(terminals) {
  field.addEventListener("input", () => seek(false, true));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    seek(event.submitter?.value === "back", false);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      seek(true, false);
    }
  });
  form.querySelector("[data-act=close]").addEventListener("click", close);
  // It belongs to one terminal: when another comes to the front, or this one goes, it closes.
  terminals.addEventListener("change", () => {
    if (form.hidden || terminals.current === terminal) return;
    form.hidden = true;
    listener.dispose();
    if (terminals.get(terminal.number) === terminal) terminal.handle.search.clearDecorations();
  });
}
