// The button that shows the files in the terminals' place. Everything else of them is fetched when it is first pressed.
import { turnTo } from "../lesson/panes.js";
import { draftsOf } from "./drafts.js";

const PROMPT_MILLISECONDS = 300;

const machine = document.getElementById("machine");
const button = document.getElementById("files-open");
const panel = document.getElementById("files");
let loaded = null;

// Returns a promise of the panel's module.
const load = () => (loaded ??= import("./panel.js").then((module) => module.openPanel()));

function show(isShown) {
  panel.hidden = !isShown;
  button.setAttribute("aria-expanded", isShown);
  machine.toggleAttribute("data-files", isShown);
}

export async function showFiles() {
  show(true);
  turnTo("machine");
  const files = await load();
  files.refresh();
  files.focus();
  return files;
}

// Opens a block of a lesson as the file that it is: what is there, at its place, or else a new file with this text.
export async function openInEditor(place) {
  (await showFiles()).open(place);
}

export function watchFiles(terminals) {
  button.addEventListener("click", () => {
    if (panel.hidden) showFiles();
    else terminals.current?.focus();
  });
  // Whoever wants a terminal gets to see it.
  machine.addEventListener("slipway:terminal-wanted", () => show(false));
  document.querySelector("#tabs [role=tablist]").addEventListener("click", () => show(false));
  // A command that has ended may have changed files. However many end at once, it is looked once.
  let looking = 0;
  machine.addEventListener("slipway:terminal-prompt", () => {
    clearTimeout(looking);
    looking = setTimeout(async () => panel.hidden || (await load()).refresh(), PROMPT_MILLISECONDS);
  });
  const mark = () => button.toggleAttribute("data-unsaved", draftsOf(document.getElementById("machine-state").dataset.sandbox).length > 0);
  document.addEventListener("slipway:drafts", mark);
  mark();
}
