// Saves what a terminal printed, as far as it is kept, as a text file.
import { say } from "../site/say.js";
import { text } from "../site/texts.js";

const fileName = (name) => `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")}.txt`;

export function saveTerminal(terminal) {
  const lines = terminal.handle.lines();
  while (lines.length && !lines.at(-1)) lines.pop();
  const address = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName(terminal.name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  say(text("saved", { count: lines.length, file: link.download }));
}
