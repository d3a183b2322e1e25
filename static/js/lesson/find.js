// Finds a text in the terminal in front, in its scrollback too.
import { notice, say } from "../site/say.js";
import { FOUND } from "../terminal/look.js";
import { text } from "../site/texts.js";

const form = document.getElementById("find");
const field = form.querySelector("input");
const count = form.querySelector(".count");
let terminal = null;
let search = null;
let listener = null;

function seek(isBack, isTyped) {
  if (!search) return;
  if (!field.value) {
    search.clearDecorations();
    count.textContent = "";
    return;
  }
  const options = { decorations: FOUND, incremental: isTyped && !isBack };
  if (isBack) search.findPrevious(field.value, options);
  else search.findNext(field.value, options);
}

function tell({ resultIndex, resultCount }) {
  if (!field.value) return;
  if (!resultCount) count.textContent = text("notThere");
  else count.textContent = resultIndex < 0
    ? text("moreThan", { count: resultCount })
    : text("ofTotal", { number: resultIndex + 1, total: resultCount });
  say(count.textContent);
}

function close() {
  if (form.hidden) return;
  form.hidden = true;
  leave();
  terminal.focus();
}

// Leaves no mark in the terminal.
function leave() {
  listener?.dispose();
  search?.clearDecorations();
  search = listener = null;
}

export async function openFind(found) {
  if (!found?.handle) return;
  close();
  terminal = found;
  form.hidden = false;
  field.focus();
  field.select();
  try {
    const loaded = await found.handle.search();
    // Meanwhile it may have been closed, or opened for another terminal.
    if (form.hidden || terminal !== found || search) return;
    search = loaded;
  } catch {
    notice(form.dataset.trouble);
    return;
  }
  listener = search.onDidChangeResults(tell);
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
    if (terminals.get(terminal.number) !== terminal) search = null;
    leave();
  });
}
