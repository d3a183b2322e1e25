// What a terminal showed before its machine was suspended, as plain grey text above a line that says when that was.

import { Terminal } from "../../vendor/xterm/xterm.mjs";
import { linesOf } from "./lines.js";
import { straight } from "./straight.js";

const GREY = "\x1b[90m", PLAIN = "\x1b[0m";

// Calls `done` with what to write; `say` makes the line of the moment of suspending. A terminal that nobody sees interprets the output, so that nothing of it has an effect.
export function fade({ data, suspendedAt }, { columns, rows }, say, done) {
  const scratch = new Terminal({ allowProposedApi: true, cols: columns, rows, scrollback: 5000 });
  scratch.write(data, () => {
    const kept = linesOf(scratch.buffer.normal).join("\n").trimEnd().split("\n");
    const lines = [...kept, "", say(new Date(suspendedAt)), ""];
    scratch.dispose();
    done(`${GREY}${straight(lines.join("\r\n"))}${PLAIN}\r\n`);
  });
}
