// Run, Edit and Copy on the blocks of code in a lesson.
import { notice, say } from "../site/say.js";
import { encoded } from "../files/names.js";
import { openInEditor } from "../files/open.js";
import { turnTo } from "./panes.js";
import { askWhere } from "./where.js";
import { text } from "../site/texts.js";

const textOf = (figure) => figure.querySelector("pre code").textContent.replace(/\n$/, "");

// Else its own terminal had no room, or was not free.
const isItsOwn = ({ dataset }, { name }) => !dataset.terminal || dataset.terminal.toLowerCase() === name.toLowerCase();

function tell(figure, terminal) {
  const ran = figure.querySelector(".ran");
  if (ran) {
    ran.lastChild.textContent = ` ${isItsOwn(figure, terminal) ? text("ran") : text("ranIn", { terminal: terminal.name })}`;
    ran.hidden = false;
  }
  turnTo("machine");
  terminal.focus();
  say(text("sentTo", { terminal: terminal.name }));
}

function runLater(figure, terminal) {
  terminal.handle.runWhenFree(textOf(figure), {
    onRun: () => tell(figure, terminal),
    onDropped: () => notice(text("dropped", { terminal: terminal.name })),
  });
}

// A program would read the command instead of the shell: the person says what to do.
async function runElsewhere(figure, busy, terminals) {
  const choice = await askWhere(busy, terminals);
  if (choice === null) return;
  if (choice === "into") {
    busy.handle.runInProgram(textOf(figure));
    tell(figure, busy);
    return;
  }
  const terminal = choice === "wait" ? busy : choice === "new" ? terminals.add() : terminals.show(choice.number);
  runLater(figure, terminal);
  if (choice === "wait") say(text("runsAfter", { terminal: terminal.name }));
}

function run(figure, terminals) {
  const terminal = figure.dataset.terminal ? terminals.called(figure.dataset.terminal) : terminals.current;
  // It may have been opened just for this.
  if (terminal?.handle?.state === "connecting") {
    runLater(figure, terminal);
    say(text("runsNext"));
    return;
  }
  const { isRun, reason } = terminal?.handle?.run(textOf(figure)) ?? { isRun: false, reason: "not-ready" };
  if (isRun) tell(figure, terminal);
  else if (reason === "busy") runElsewhere(figure, terminal, terminals);
  else say(text("notReady"));
}

function edit(figure) {
  const code = figure.querySelector("pre code");
  code.contentEditable = "plaintext-only";
  code.focus();
  say(text("editing"));
}

async function copy(figure) {
  try {
    await navigator.clipboard.writeText(textOf(figure));
    say(text("copied"));
  } catch {
    getSelection().selectAllChildren(figure.querySelector("pre code"));
    say(text("selected"));
  }
}

// The file is made of the block, or what is there is shown at the block's place.
function open(figure) {
  const { file, line } = figure.dataset;
  const text = `${textOf(figure)}\n`;
  openInEditor({ path: encoded(file), line: Number(line ?? 0), near: text, text });
}

function leave(figure) {
  figure.querySelector("pre code").contentEditable = "false";
  figure.querySelector("[data-act=edit]").focus();
}

export function watchCode(terminals) {
  const lesson = document.getElementById("main");
  const acts = { run: (figure) => run(figure, terminals), edit, copy, open };
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
