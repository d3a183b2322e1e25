// A terminal in a page: mountTerminal(element, {path, label, screenReader, isReserved, onState}) → a handle.
//
// The element gets `slipway:terminal-state` events that bubble; event.detail is
//   {state, reason, isMachineDown, retryAt, held, lost}
// state: connecting | ready | reconnecting (retryAt: milliseconds since the epoch, or null while it tries) |
// ended (the shell has ended: restart() opens the next) | refused (reason says why).
// isMachineDown: the machine is not ready, reason names its state or says what is missing.
// held: bytes typed that wait for the connection or the end of setup; lost: bytes that found no room or were meant for a shell that is gone.

import { Connection } from "./connection.js";
import { Screen } from "./screen.js";

// Clears what is half typed: to the end of the line, and delete back from there.
const CLEAR_LINE = "\x05\x15";
const encode = (text) => new TextEncoder().encode(text);

export function mountTerminal(element, options) {
  const { path, label = "Terminal", screenReader = false, isReserved = () => false, onState = () => {} } = options;
  const connection = new Connection(path, (detail) => {
    element.dataset.state = detail.state;
    onState(detail);
    element.dispatchEvent(new CustomEvent("slipway:terminal-state", { bubbles: true, detail }));
  });
  // First, so that the server does its part while the screen is built.
  connection.open();
  const screen = new Screen(element, {
    label,
    screenReader,
    isReserved: (event) => (event.ctrlKey && event.key === "`") || isReserved(event),
    onData: (data) => connection.type(data),
    onSize: (columns, rows) => connection.resize(columns, rows),
  });
  connection.join(screen);

  return {
    get state() {
      return connection.state;
    },
    get isBusy() {
      return screen.isBusy;
    },
    search: screen.search,
    // The text of the terminal with its scrollback, line by line.
    lines: () => screen.lines(),
    focus: () => screen.focus(),
    fit: () => screen.fit(),
    setScreenReader: (isOn) => screen.setScreenReader(isOn),
    retry: () => connection.retry(),
    hold: (isHeld) => connection.hold(isHeld),
    restart: () => connection.restart(),
    // Types bytes or a text as they are, such as a key of a phone's key row.
    send: (data) => connection.type(typeof data === "string" ? encode(data) : data),
    // Types a command and presses Enter. Returns {isRun, reason}: no, while another program would read it.
    run(text) {
      if (connection.state !== "ready" || connection.isHeld) return { isRun: false, reason: "not-ready" };
      if (screen.isBusy) return { isRun: false, reason: "busy" };
      connection.type(encode(`${CLEAR_LINE}${screen.paste(text.trim())}\r`));
      return { isRun: true, reason: "" };
    },
    dispose() {
      connection.close();
      screen.close();
    },
  };
}
