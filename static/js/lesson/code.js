// Run, Edit and Copy on the blocks of code in a lesson.
import { say } from "../site/say.js";
import { turnTo } from "./panes.js";

const textOf = (figure) => figure.querySelector("pre code").textContent.replace(/\n$/, "");

function offerOther(figure, terminals) {
  const other = terminals.idle();
  if (!other) {
    say("Every terminal is busy with a program. End one of them first.");
    return;
  }
  const button = figure.querySelector("[data-act=run]");
  button.lastChild.textContent = ` Run in terminal ${other.number}`;
  button.dataset.other = other.number;
  say(`Terminal ${terminals.current.number} is busy with a program. Press again to run it in terminal ${other.number}.`);
}

async function run(figure, terminals) {
  const button = figure.querySelector("[data-act=run]");
  const terminal = button.dataset.other ? terminals.show(Number(button.dataset.other)) : terminals.current;
  const { isRun, reason } = (await terminal?.run(textOf(figure))) ?? { isRun: false, reason: "not-ready" };
  delete button.dataset.other;
  button.lastChild.textContent = " Run";
  if (isRun) {
    figure.querySelector(".ran")?.removeAttribute("hidden");
    turnTo("machine");
    terminal.focus();
    say(`Sent to terminal ${terminal.number}`);
  } else if (reason === "busy") offerOther(figure, terminals);
  else say("Your machine is not ready yet, so nothing was sent.");
}

function edit(figure) {
  const code = figure.querySelector("pre code");
  code.contentEditable = "plaintext-only";
  code.focus();
  say("Edit the command, then press Control Enter to run it, or Escape to leave");
}

async function copy(figure) {
  try {
    await navigator.clipboard.writeText(textOf(figure));
    say("Copied");
  } catch {
    getSelection().selectAllChildren(figure.querySelector("pre code"));
    say("Selected: press Control C to copy");
  }
}

function leave(figure) {
  figure.querySelector("pre code").contentEditable = "false";
  figure.querySelector("[data-act=edit]").focus();
}

export function watchCode(terminals) {
  const lesson = document.getElementById("main");
  const acts = { run: (figure) => run(figure, terminals), edit, copy };
  lesson.addEventListener("click", ({ target }) => {
    const button = target.closest(".code [data-act]");
    if (button) acts[button.dataset.act]?.(button.closest(".code"));
  });
  lesson.addEventListener("keydown", (event) => {
    const figure = event.target.closest?.(".code");
    if (!figure || !event.target.isContentEditable) return;
    if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      event.target.contentEditable = "false";
      run(figure, terminals);
    } else if (event.key === "Escape") leave(figure);
  });
}
