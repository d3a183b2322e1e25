// xterm.js with what a lesson's terminal needs of it; what it shows comes from a Connection.

import "./sheet.js";
import { Terminal } from "../../vendor/xterm/xterm.mjs";
import { FitAddon } from "../../vendor/xterm/addon-fit.mjs";
import { Unicode11Addon } from "../../vendor/xterm/addon-unicode11.mjs";
import { WebLinksAddon } from "../../vendor/xterm/addon-web-links.mjs";
import { LARGEST } from "./frames.js";
import { linesOf } from "./lines.js";
import { COLOURS } from "./look.js";
import { fade } from "./past.js";
import { Renderer } from "./renderer.js";
import { straight } from "./straight.js";

// A shell that does not tell pastes from keys says nothing when its prompt is complete: by then it is.
const PROMPT_MILLISECONDS = 200;
const FULL_RESET = "\x1bc";
// For another shell in the same place: what was on the screen stays readable, every mode goes back.
const SOFT_RESET = "\x1b[?1047l\x1b[?1000;1002;1003;1004;1006;2004;1l\x1b[?25h\x1b[!p\x1b[0m\r\n";
// What xterm.js answers to the questions of programs (DA, DSR, DECRQM, DECRQSS, OSC colours).
const ANSWER = /^\x1b(?:\[[?>=]?[\d;]*(?:c|n|R|\$y|t)|P|\])/;

export class Screen {
  #element;
  #terminal;
  #on;
  #fit = new FitAddon();
  #own = { columns: 80, rows: 24 };
  #others = LARGEST;
  #replayEnd = 0;
  #isReplay = false;
  #isBusy = false;
  #waiting = null;
  #promptAt = null;
  #prompts = 0;
  #leaves = true;
  #observer;
  #sayPast;
  #decoder = newDecoder();
  #renderer;
  #search = null;

  // `on` has data(text): what is typed; size(): another one; prompt(): isAtPrompt may be true now; newShell(); bell();
  // leave(): Escape at a prompt; isReserved(event), which keeps keys for the page; askLink(address): a promise of yes or no.
  constructor(element, { label, help, sayPast, look, on }) {
    this.#sayPast = sayPast;
    this.#element = element;
    this.#on = on;
    this.#terminal = new Terminal({
      allowProposedApi: true, cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      fontFamily: "monospace", lineHeight: 1.2, linkHandler: links(element, on.askLink), macOptionIsMeta: true,
      minimumContrastRatio: 4.5, scrollback: 5000,
    });
    this.dress(look);
    for (const addon of [this.#fit, new Unicode11Addon(), new WebLinksAddon(openLink)]) {
      this.#terminal.loadAddon(addon);
    }
    this.#terminal.unicode.activeVersion = "11";
    this.#listen();
    this.#terminal.open(element);
    this.#terminal.textarea.setAttribute("aria-label", label);
    if (help) this.#terminal.textarea.setAttribute("aria-describedby", help);
    this.#renderer = new Renderer(this.#terminal, (renderer) => {
      element.dataset.renderer = renderer;
      // Cells of another renderer may have another size.
      this.fit();
    });
    this.#observer = new ResizeObserver(() => requestAnimationFrame(() => this.fit()));
    this.#observer.observe(element);
    // Measured only once the font is there, or every cell has the wrong width.
    const { fontFamily } = getComputedStyle(element);
    document.fonts.load(`${look.size}px ${fontFamily}`).finally(() => {
      this.#terminal.options.fontFamily = fontFamily;
      this.fit();
    });
  }

  get isBusy() {
    return this.#isBusy;
  }

  // How many prompts there were.
  get prompts() {
    return this.#prompts;
  }

  // Whether a prompt is complete, so that what is typed reaches the shell, as far as its marks tell.
  get isAtPrompt() {
    if (this.#isReplay || this.#isBusy || this.#promptAt === null) return false;
    return this.#terminal.modes.bracketedPasteMode || performance.now() - this.#promptAt >= PROMPT_MILLISECONDS;
  }

  dress({ size, colours, leaves, isRead }) {
    this.#leaves = leaves;
    Object.assign(this.#terminal.options, { fontSize: size, theme: COLOURS[colours], screenReaderMode: isRead });
    this.fit();
  }

  label(text) {
    this.#terminal.textarea.setAttribute("aria-label", text);
  }

  // The size that this window has room for.
  size() {
    return this.#own;
  }

  fit() {
    const found = this.#terminal.element?.offsetParent && this.#fit.proposeDimensions();
    if (!found?.cols || !found.rows) return;
    const own = { columns: Math.min(found.cols, LARGEST.columns), rows: Math.min(found.rows, LARGEST.rows) };
    const isNew = own.columns !== this.#own.columns || own.rows !== this.#own.rows;
    this.#own = own;
    this.#apply();
    if (isNew) this.#on.size();
  }

  // Other windows show this terminal too: it is drawn no larger than the smallest of them.
  share(others) {
    this.#others = others;
    this.#apply();
  }

  #apply() {
    const columns = Math.min(this.#own.columns, this.#others.columns);
    const rows = Math.min(this.#own.rows, this.#others.rows);
    const isSmaller = columns < this.#own.columns || rows < this.#own.rows;
    this.#element.toggleAttribute("data-shared", isSmaller);
    if (columns !== this.#terminal.cols || rows !== this.#terminal.rows) this.#terminal.resize(columns, rows);
  }

  welcome({ isReset, isNewShell, isBusy, replayStart, replayEnd, past }) {
    this.#isReplay = true;
    this.#replayEnd = replayEnd;
    this.#isBusy = isBusy;
    if (isNewShell || isReset) {
      this.#promptAt = null;
      this.#decoder = newDecoder();
    }
    if (isNewShell) this.#on.newShell();
    if (past) this.#showPast(past);
    else if (isNewShell) this.#write(SOFT_RESET);
    else if (isReset) this.#write(FULL_RESET);
    this.#write("", () => this.#replayed(replayStart));
  }

  draw(data, end, drawn) {
    this.#renderer.printed(data.length);
    this.#write(straight(this.#decoder.decode(data, { stream: true })), () => {
      this.#replayed(end);
      drawn();
    });
  }

  // Returns all lines that are kept, without trailing blanks; what was only wrapped is one line.
  lines() {
    return linesOf(this.#terminal.buffer.active);
  }

  // Returns a promise of xterm.js's search, which is loaded when it is first wanted.
  async search() {
    this.#search ??= import("../../vendor/xterm/addon-search.mjs").then(({ SearchAddon }) => {
      const search = new SearchAddon();
      this.#terminal.loadAddon(search);
      return search;
    });
    try {
      return await this.#search;
    } catch (error) {
      this.#search = null;
      throw error;
    }
  }

  // Whether the program asked to be told what is pasted.
  get tellsPastes() {
    return this.#terminal.modes.bracketedPasteMode;
  }

  // Returns the text as a paste of it would arrive, for a shell that may tell pastes from keys.
  asPaste(text) {
    const typed = text.replaceAll("\x1b", "").replace(/\r?\n/g, "\r");
    return this.tellsPastes ? `\x1b[200~${typed}\x1b[201~` : typed;
  }

  // Returns what an arrow key sends: xterm's cursor keys, in the mode that the program has chosen (DECCKM).
  arrow(letter, isControl) {
    if (isControl) return `\x1b[1;5${letter}`;
    return `\x1b${this.#terminal.modes.applicationCursorKeysMode ? "O" : "["}${letter}`;
  }

  paste(text) {
    this.#terminal.paste(text);
  }

  get selection() {
    return this.#terminal.getSelection();
  }

  unselect() {
    this.#terminal.clearSelection();
  }

  focus() {
    this.#terminal.focus();
  }

  close() {
    this.#observer.disconnect();
    this.#terminal.dispose();
  }

  #listen() {
    this.#terminal.onData((text) => {
      if (!(this.#isReplay && ANSWER.test(text))) this.#on.data(new TextEncoder().encode(text));
    });
    this.#terminal.onBinary((text) => this.#on.data(Uint8Array.from(text, (character) => character.charCodeAt(0))));
    this.#terminal.onBell(() => this.#isReplay || this.#on.bell());
    this.#terminal.attachCustomKeyEventHandler((event) => this.#isForProgram(event));
    // A program may not read or change the clipboard.
    this.#terminal.parser.registerOscHandler(52, () => true);
    this.#terminal.parser.registerOscHandler(133, (mark) => {
      if (mark[0] === "C") this.#begin();
      if (mark[0] === "A") this.#prompt();
      return true;
    });
    this.#terminal.onWriteParsed(() => this.#on.prompt());
    this.#terminal.parser.registerOscHandler(633, () => true);
  }

  #isForProgram(event) {
    if (event.ctrlKey && event.key === "c" && this.#terminal.hasSelection()) {
      // The browser copies. What is selected goes, so that the next one interrupts.
      if (event.type === "keydown") setTimeout(() => this.unselect());
      return false;
    }
    if (this.#isWayOut(event)) {
      if (event.type === "keydown") this.#on.leave(event);
      return false;
    }
    return !this.#on.isReserved(event);
  }

  // Programs such as an editor need their Escape; also one that was started where nothing told of it.
  #isWayOut({ key, isComposing, ctrlKey, altKey, metaKey, shiftKey }) {
    const isPlain = key === "Escape" && !isComposing && !ctrlKey && !altKey && !metaKey && !shiftKey;
    return isPlain && this.#leaves && !this.#isBusy && this.#terminal.buffer.active.type === "normal";
  }

  #begin() {
    this.#isBusy = true;
    this.#promptAt = null;
  }

  #prompt() {
    this.#isBusy = false;
    this.#prompts++;
    this.#promptAt = performance.now();
    setTimeout(() => this.#on.prompt(), PROMPT_MILLISECONDS);
  }

  // Begins with what was there before the suspension; what comes meanwhile waits.
  #showPast(past) {
    const waiting = (this.#waiting = []);
    fade(past, this.size(), this.#sayPast, (text) => {
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
    if (end < this.#replayEnd || !this.#isReplay) return;
    this.#isReplay = false;
    this.#on.prompt();
  }
}

// What it has of a character that was cut in two waits for the rest.
function newDecoder() {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}

// Links that a program names itself may have any text: where one leads is shown, and asked about.
function links(element, askLink) {
  return {
    activate: async (event, address) => (await askLink(address)) && openLink(event, address),
    hover: (_event, address) => { element.title = address; },
    leave: () => { element.title = ""; },
  };
}

function openLink(_event, address) {
  window.open(address, "_blank", "noopener,noreferrer");
}
