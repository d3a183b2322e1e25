// Keys that a phone's keyboard does not have.
import { text } from "../site/texts.js";

const KEYS = [
  ["Esc", "\x1b"], ["Tab", "\t"], ["Ctrl C", "\x03"], ["Ctrl D", "\x04"], ["↑", "\x1b[A"], ["↓", "\x1b[B"], ["←", "\x1b[D"], ["→", "\x1b[C"],
  ["|", "|"], ["-", "-"], ["/", "/"], ["~", "~"],
];
const NAMES = { "↑": "keyUp", "↓": "keyDown", "←": "keyLeft", "→": "keyRight", "|": "keyPipe", "-": "keyDash", "/": "keySlash", "~": "keyTilde" };

export function watchKeyRow(terminals) {
  const row = document.getElementById("keys");
  for (const [label, bytes] of KEYS) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    if (NAMES[label]) button.setAttribute("aria-label", text(NAMES[label]));
    // The keyboard stays open only as long as the terminal keeps the focus.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => terminals.current?.handle?.send(bytes));
    row.append(button);
  }
  row.hidden = false;
}
