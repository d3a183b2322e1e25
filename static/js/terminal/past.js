// What a terminal showed before its machine was suspended, as plain grey text above a line that says when that was.

import { Terminal } from "../../vendor/xterm/xterm.mjs";

const GREY = "\x1b[90m", PLAIN = "\x1b[0m";

// Returns the lines that a terminal shows after this output, those that it wrapped put together again.
function linesOf(terminal) {
  const buffer = terminal.buffer.normal;
  const lines = [];
  for (let at = 0; at < buffer.length; at += 1) {
    const line = buffer.getLine(at);
    if (line.isWrapped && lines.length) lines.push(lines.pop() + line.translateToString(true));
    else lines.push(line.translateToString(true));
  }
  return lines.join("\n").trimEnd().split("\n");
}

// Calls `done` with what to write. A terminal that nobody sees interprets the output, so that nothing of it has an effect.
export function fade({ data, suspendedAt }, { columns, rows }, done) {
  const scratch = new Terminal({ allowProposedApi: true, cols: columns, rows, scrollback: 5000 });
  scratch.write(data, () => {
    const when = new Date(suspendedAt).toLocaleString([], { dateStyle: "long", timeStyle: "short" });
    const lines = [...linesOf(scratch), "", `── Suspended ${when}. A new shell begins here. ──`, ""];
    scratch.dispose();
    done(`${GREY}${lines.join("\r\n")}${PLAIN}\r\n`);
  });
}
