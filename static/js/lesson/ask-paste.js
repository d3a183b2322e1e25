// Asks before lines are pasted that may run as soon as they are there.
import { ask } from "./ask.js";

const SHOWN_LINES = 12, SHOWN_CHARACTERS = 2000;

function preview(lines) {
  const text = lines.slice(0, SHOWN_LINES).join("\n").slice(0, SHOWN_CHARACTERS);
  const left = lines.join("\n").length - text.length;
  return left > 0 ? `${text}\n… and ${left} more ${left === 1 ? "character" : "characters"}` : text;
}

// Returns a promise of whether to paste.
export async function askPaste(lines) {
  const box = document.getElementById("ask-paste");
  box.querySelector("h2").textContent = lines.length > 1 ? `Paste ${lines.length} lines?` : "Paste this line and run it?";
  box.querySelector("pre").textContent = preview(lines);
  return (await ask(box, [[box.querySelector("[data-act=paste]"), true]])) ?? false;
}
