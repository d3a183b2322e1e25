// xterm.js with what a lesson's terminal needs of it; what it shows comes from a Connection.

import "./sheet.js";
import { fade } from "./past.js";
import { Terminal } from "../../vendor/xterm/xterm.mjs";
import { FitAddon } from "../../vendor/xterm/addon-fit.mjs";
import { SearchAddon } from "../../vendor/xterm/addon-search.mjs";
import { Unicode11Addon } from "../../vendor/xterm/addon-unicode11.mjs";
import { WebLinksAddon } from "../../vendor/xterm/addon-web-links.mjs";
import { WebglAddon } from "../../vendor/xterm/addon-webgl.mjs";

// The machine's colours in both themes, each at least 4.5:1 on the background.
const THEME = {
  background: "#0b1216", foreground: "#dbe5e8", cursor: "#dbe5e8", cursorAccent: "#0b1216",
  selectionBackground: "#31566a", black: "#22303a", red: "#f39a7c", green: "#74cf97", yellow: "#e2c06c",
  blue: "#82b4f0", magenta: "#cfa3e6", cyan: "#72c7e2", white: "#c3d0d5", brightBlack: "#95a5ad",
  brightRed: "#ffb59c", brightGreen: "#95e6b3", brightYellow: "#f4d98f", brightBlue: "#a8cdff",
  brightMagenta: "#e2c2f5", brightCyan: "#9adff3", brightWhite: "#ffffff",
};
const FULL_RESET = "\x1bc";
// For another shell in the same place: what was on the screen stays readable, every mode goes back.
const SOFT_RESET = "\x1b[?1047l\x1b[?1000;1002;1003;1004;1006;2004;1l\x1b[?25h\x1b[!p\x1b[0m\r\n";
// What xterm.js answers to the questions of programs (DA, DSR, DECRQM, DECRQSS, OSC colours).
const ANSWER = /^\x1b(?:\[[?>=]?[\d;]*(?:c|n|R|\$y|t)|P|\])/;

export class Screen {
  #terminal;
  #fit = new FitAddon();
  #replayEnd = 0;
  #isReplay = false;
  #waiting = null;
  #observer;
  search = new SearchAddon();
  isBusy = false;

  // `onData(text)` gets what is typed, `onSize(columns, rows)` the new size, `isReserved(event)` keeps keys for the page.
  constructor(element, { label, screenReader, onData, onSize, isReserved }) {
    const style = getComputedStyle(element);
    this.#terminal = new Terminal({
      allowProposedApi: true, cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      fontFamily: "monospace", fontSize: parseFloat(style.fontSize) || 14, lineHeight: 1.2, macOptionIsMeta: true,
      minimumContrastRatio: 4.5, screenReaderMode: screenReader, scrollback: 5000, theme: THEME,
    });
    for (const addon of [this.#fit, this.search, new Unicode11Addon(), new WebLinksAddon(openLink)]) {
      this.#terminal.loadAddon(addon);
    }
    this.#terminal.unicode.activeVersion = "11";
    this.#listen(onData, isReserved);
    this.#terminal.open(element);
    this.#terminal.textarea.setAttribute("aria-label", label);
    this.#draw();
    this.fit();
    this.#terminal.onResize(({ cols, rows }) => onSize(cols, rows));
    this.#observer = new ResizeObserver(() => requestAnimationFrame(() => this.fit()));
    this.#observer.observe(element);
    // Measured only once the font is there, or every cell has the wrong width.
    document.fonts.load(`${style.fontSize} ${style.fontFamily}`).finally(() => {
      this.#terminal.options.fontFamily = style.fontFamily;
      this.fit();
    });
  }

  size() {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  fit() {
    if (this.#terminal.element?.offsetParent) this.#fit.fit();
  }

  welcome({ isReset, isNewShell, isBusy, replayStart, replayEnd, past }) {
    this.#isReplay = true;
    this.#replayEnd = replayEnd;
    this.isBusy = isBusy;
    if (past) this.#begin(past);
    else if (isNewShell) this.#write(SOFT_RESET);
    else if (isReset) this.#write(FULL_RESET);
    this.#write("", () => this.#replayed(replayStart));
  }

  draw(data, end, drawn) {
    this.#write(data, () => {
      this.#replayed(end);
      drawn();
    });
  }

  // Returns all lines that are kept, without trailing blanks.
  lines() {
    const buffer = this.#terminal.buffer.active;
    return Array.from({ length: buffer.length }, (_, at) => buffer.getLine(at).translateToString(true));
  }

  // Returns the text as a paste of it would arrive, for a shell that may tell pastes from keys.
  paste(text) {
    const clean = text.replaceAll("\x1b", "").replace(/\r?\n/g, "\r");
    return this.#terminal.modes.bracketedPasteMode ? `\x1b[200~${clean}\x1b[201~` : clean;
  }

  focus() {
    this.#terminal.focus();
  }

  setScreenReader(isOn) {
    this.#terminal.options.screenReaderMode = isOn;
  }

  close() {
    this.#observer.disconnect();
    this.#terminal.dispose();
  }

  #listen(onData, isReserved) {
    this.#terminal.onData((text) => {
      if (!(this.#isReplay && ANSWER.test(text))) onData(new TextEncoder().encode(text));
    });
    this.#terminal.onBinary((text) => onData(Uint8Array.from(text, (character) => character.charCodeAt(0))));
    this.#terminal.attachCustomKeyEventHandler((event) => {
      const isCopy = event.ctrlKey && event.key === "c" && this.#terminal.hasSelection();
      return !isCopy && !isReserved(event);
    });
    // A program may not read or change the clipboard.
    this.#terminal.parser.registerOscHandler(52, () => true);
    this.#terminal.parser.registerOscHandler(133, (mark) => {
      if (mark[0] === "C") this.isBusy = true;
      if (mark[0] === "A") this.isBusy = false;
      return true;
    });
    this.#terminal.parser.registerOscHandler(633, () => true);
  }

  // By WebGL where there is one, for it is several times as quick; by the DOM else, and again once the context is lost.
  #draw() {
    try {
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => webgl.dispose());
      this.#terminal.loadAddon(webgl);
    } catch {
      this.#terminal.element.dataset.renderer = "dom";
    }
  }

  // Begins with what was there before the suspension; what comes meanwhile waits.
  #begin(past) {
    const waiting = (this.#waiting = []);
    fade(past, this.size(), (text) => {
      if (this.#waiting !== waiting) return;
      this.#waiting = null;
      this.#terminal.write(FULL_RESET + text);
      for (const [data, done] of waiting) this.#terminal.write(data, done);
    });
  }

  #write(data, done) {
    if (this.#waiting) this.#waiting.push([data, done]);
    else this.#terminal.write(data, done);
  }

  #replayed(end) {
    if (end >= this.#replayEnd) this.#isReplay = false;
  }
}

function openLink(event, address) {
  window.open(address, "_blank", "noopener,noreferrer");
}
