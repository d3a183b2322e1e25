// Asks where a command should run while a program holds the terminal that it would go to.
import { ask } from "./ask.js";
import { text } from "../site/texts.js";

// What can be done, in words: {number} of another terminal, "new", "wait" or "into".
function offers(busy, terminals) {
  const free = terminals.all.filter((terminal) => terminal !== busy && (terminal.isFree || !terminal.handle));
  return [
    ...free.map(({ name, number }) => [text("runIn", { terminal: name }), { number }]),
    ...(terminals.layout.isFull ? [] : [[text("runInNew"), "new"]]),
    [text("runAfter"), "wait"],
    [text("typeInto"), "into"],
  ];
}

function button(words) {
  const made = document.createElement("button");
  made.className = "button";
  made.type = "button";
  made.textContent = words;
  return made;
}

// Returns a promise of the choice, or of null.
export function askWhere(busy, terminals) {
  const box = document.getElementById("ask-where");
  box.querySelector("h2").textContent = text("holds", { terminal: busy.name });
  const buttons = offers(busy, terminals).map(([words, choice]) => [button(words), choice]);
  box.querySelector(".choices").replaceChildren(...buttons.map(([made]) => made));
  return ask(box, buttons);
}
