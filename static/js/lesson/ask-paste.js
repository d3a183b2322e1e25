// Asks before several lines are pasted: each may run as soon as it is there.
import { ask } from "./ask.js";

const SHOWN_LINES = 12, SHOWN_CHARACTERS = 2000;

function preview(lines) {
  const text = lines.slice(0, SHOWN_LINES).join("\n").slice(0, SHOWN_CHARACTERS);
  const left = lines.length - SHOWN_LINES;
  return left > 0 ? `${text}\n… and ${left} more` : text;
}

// Returns a promise of whether to paste.
export async function askPaste(lines) {
  const box = document.getElementById("ask-paste");
  box.querySelector("h2").textContent = `Paste ${lines.length} lines?`;
  box.querySelector("pre").textContent = preview(lines);
  return (await ask(box, [[box.querySelector("[data-act=paste]"), true]])) ?? false;
}
