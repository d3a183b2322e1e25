// Asks before lines are pasted that may run as soon as they are there.
import { ask } from "./ask.js";
import { text } from "../site/texts.js";

const SHOWN_LINES = 12, SHOWN_CHARACTERS = 2000;

function preview(lines) {
  const shown = lines.slice(0, SHOWN_LINES).join("\n").slice(0, SHOWN_CHARACTERS);
  const left = lines.join("\n").length - shown.length;
  return left > 0 ? `${shown}\n${text(left === 1 ? "oneMore" : "more", { count: left })}` : shown;
}

// Returns a promise of whether to paste.
export async function askPaste(lines) {
  const box = document.getElementById("ask-paste");
  box.querySelector("h2").textContent = lines.length > 1 ? text("pasteLines", { count: lines.length }) : text("pasteLine");
  box.querySelector("pre").textContent = preview(lines);
  return (await ask(box, [[box.querySelector("[data-act=paste]"), true]])) ?? false;
}
