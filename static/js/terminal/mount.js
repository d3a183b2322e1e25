// A terminal in a page: mountTerminal(element, options) → a handle. Options, all but the path with a default:
//   path, label, help (id of the element that tells how to leave), sayPast(moment) → the line below what was there before
//   the machine was suspended, look (look.js), isReserved(event), onState(detail),
//   onLeave(), onBell(), onCopied(), alter(bytes) → what is typed instead of a key, askPaste(lines) and askLink(address) → a promise of yes or no.
//
// The element gets `slipway:terminal-state` events that bubble; event.detail is
//   {state, reason, code, isMachineDown, isFull, isFinal, since, retryAt, held, lost, orphaned}
// state: connecting | ready | reconnecting (retryAt: milliseconds since the epoch, or null while it tries) |
// ended (the shell has ended: restart() opens the next) | refused (reason says why, code is the number of that).
// isMachineDown: the machine is not ready, reason names its state or says what is missing. isFull: the server has no room.
// isFinal: it was refused, and would be again.
// since: when the connection was lost, in milliseconds since the epoch, or null.
// held: bytes typed that wait for the connection or the end of setup; lost: bytes that found no room;
// orphaned: bytes that were meant for a shell that is gone.
// It gets a `slipway:terminal-prompt` event, which bubbles, when the shell asks for the next command.

import { Bell } from "./bell.js";
import { copySelection, guardPastes } from "./clipboard.js";
import { Connection } from "./connection.js";
import { PLAIN } from "./look.js";
import { Screen } from "./screen.js";

// Clears what is half typed: to the end of the line, and delete back from there.
const CLEAR_LINE = "\x05\x15";
const encode = (text) => new TextEncoder().encode(text);
const nothing = () => {};
const DEFAULTS = {
  label: "Terminal", help: "", sayPast: (moment) => `── ${moment.toLocaleString()} ──`, look: PLAIN, isReserved: () => false,
  askPaste: async () => true, askLink: async () => true, alter: (data) => data,
  onState: nothing, onLeave: nothing, onBell: nothing, onCopied: nothing,
};

export function mountTerminal(element, given) {
  const options = { ...DEFAULTS, ...given };
  const bell = new Bell(element);
  let look = options.look;
  let waiting = null;
  let toldOf = 0;

  const isFree = () => connection.state === "ready" && !connection.isHeld && screen.isAtPrompt;
  // The state is set after its listeners were told.
  const wake = () => queueMicrotask(() => {
    if (!isFree()) return;
    if (toldOf !== screen.prompts) {
      toldOf = screen.prompts;
      element.dispatchEvent(new Event("slipway:terminal-prompt", { bubbles: true }));
    }
    if (!waiting) return;
    const { text, onRun } = waiting;
    waiting = null;
    type(text, { clears: true });
    onRun();
  });
  // Another shell is another place: what waited for this one's prompt must not run there.
  const drop = () => {
    const dropped = waiting;
    waiting = null;
    dropped?.onDropped();
  };
  const connection = new Connection(options.path, (detail) => {
    element.dataset.state = detail.state;
    options.onState(detail);
    element.dispatchEvent(new CustomEvent("slipway:terminal-state", { bubbles: true, detail }));
    if (detail.state === "ended" || detail.state === "refused") drop();
    wake();
  });
  // First, so that the server does its part while the screen is built.
  connection.open();
  const screen = new Screen(element, {
    label: options.label,
    help: options.help,
    sayPast: options.sayPast,
    look,
    on: {
      data: (data) => connection.type(options.alter(data)),
      size: () => connection.resize(),
      prompt: wake,
      newShell: drop,
      leave: options.onLeave,
      askLink: options.askLink,
      isReserved: (event) => (event.ctrlKey && event.key === "`") || options.isReserved(event),
      bell() {
        if (look.flashes) bell.ring();
        options.onBell();
      },
    },
  });
  connection.join(screen);
  copySelection(element, screen, () => look.copies, options.onCopied);
  guardPastes(element, screen, async (lines) => !look.asks || options.askPaste(lines));

  const type = (text, { clears }) => connection.type(encode(`${clears ? CLEAR_LINE : ""}${screen.asPaste(text.trim())}\r`));

  return {
    get state() {
      return connection.state;
    },
    get isBusy() {
      return screen.isBusy;
    },
    // Returns a promise of what searches the text, which fails without a connection.
    search: () => screen.search(),
    // The text of the terminal with its scrollback, line by line.
    lines: () => screen.lines(),
    focus: () => screen.focus(),
    label: (text) => screen.label(text),
    // Whether this window shows it: then its size counts.
    show(isShown) {
      if (isShown) screen.fit();
      connection.show(isShown);
    },
    dress(chosen) {
      look = chosen;
      screen.dress(chosen);
    },
    retry: () => connection.retry(),
    hold(isHeld) {
      connection.hold(isHeld);
      wake();
    },
    restart: () => connection.restart(),
    // Types bytes or a text as they are, such as a key of a phone's key row.
    send: (data) => connection.type(typeof data === "string" ? encode(data) : data),
    // Types an arrow, A to D for up, down, right and left, as the program asked for them.
    pressArrow: (letter, { isControl }) => connection.type(encode(screen.arrow(letter, isControl))),
    // Types a command and presses Enter. Returns {isRun, reason}: no, while another program would read it.
    run(text) {
      if (connection.state !== "ready" || connection.isHeld) return { isRun: false, reason: "not-ready" };
      if (screen.isBusy) return { isRun: false, reason: "busy" };
      type(text, { clears: true });
      return { isRun: true, reason: "" };
    },
    // The same into the program that holds the terminal, for whoever asks for that.
    runInProgram: (text) => type(text, { clears: false }),
    // Runs a text at the next prompt, in place of one that still waits for it: onDropped() tells that it will not run.
    runWhenFree(text, { onRun = nothing, onDropped = nothing } = {}) {
      drop();
      waiting = { text, onRun, onDropped };
      wake();
    },
    dispose() {
      drop();
      connection.close();
      screen.close();
    },
  };
}
