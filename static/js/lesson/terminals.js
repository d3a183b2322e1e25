// The machine's terminals: one tab each, up to three. They stay open while the machine sleeps and go on when it is back.
import { say } from "../site/say.js";
import { mountTerminal } from "../terminal/mount.js";
import { isShortcut } from "./shortcuts.js";

const MOST = 3;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function icon(name) {
  const holder = document.createElement("template");
  holder.innerHTML = `<svg class="icon" aria-hidden="true"><use href="#${name}"/></svg>`;
  return holder.content.firstChild;
}

class Terminal {
  constructor(sandbox, number, list, views, onState) {
    this.number = number;
    this.tab = element(
      "button",
      { role: "tab", type: "button", id: `tab-${number}`, "aria-controls": `view-${number}`, "aria-selected": "false", tabindex: "-1" },
      icon("term"),
      ` Terminal ${number}`,
    );
    this.view = element("div", { class: "view", role: "tabpanel", id: `view-${number}`, "aria-labelledby": `tab-${number}`, hidden: "" });
    list.append(this.tab);
    views.append(this.view);
    const path = `/ws/terminal/${sandbox}/${number}/`;
    const label = `Terminal ${number}`;
    this.detail = { state: "connecting" };
    const take = (detail) => {
      this.detail = detail;
      onState();
    };
    this.handle = mountTerminal(this.view, { path, label, isReserved: isShortcut, onState: take });
  }

  run(text) {
    return this.handle.run(text);
  }

  focus() {
    this.handle.focus();
  }

  choose(isChosen) {
    this.tab.setAttribute("aria-selected", isChosen);
    this.tab.tabIndex = isChosen ? 0 : -1;
    this.view.hidden = !isChosen;
    if (isChosen) this.handle.fit();
  }

  dispose() {
    this.handle.dispose();
    this.tab.remove();
    this.view.remove();
  }
}

export class Terminals extends EventTarget {
  #all = [];
  #sandbox = "";
  #isHeld = false;
  #tabs = document.getElementById("tabs");
  #list = this.#tabs.querySelector("[role=tablist]");
  #views = document.getElementById("views");
  #more = document.getElementById("new-terminal");
  current = null;

  constructor() {
    super();
    this.#more.addEventListener("click", () => this.#add().focus());
    this.#list.addEventListener("click", ({ target }) => {
      const terminal = this.#all.find(({ tab }) => tab === target.closest("[role=tab]"));
      if (terminal) this.show(terminal.number);
    });
    this.#list.addEventListener("keydown", (event) => this.#move(event));
  }

  // Opens the terminals of a machine that is ready, or will be; those of another machine go.
  open(sandbox, isReady) {
    if (sandbox !== this.#sandbox) {
      for (const terminal of this.#all) terminal.dispose();
      this.#all = [];
      this.#sandbox = sandbox;
      const count = this.#remembered();
      for (let number = 0; number < count; number += 1) this.#add();
      this.show(1);
    } else for (const { handle } of this.#all) handle.retry();
    if (isReady) this.#tabs.hidden = false;
  }

  // Keeps what is typed back, as while the machine is set up.
  hold(isHeld) {
    this.#isHeld = isHeld;
    for (const { handle } of this.#all) handle.hold(isHeld);
  }

  show(number) {
    const wanted = this.#all.find((terminal) => terminal.number === number) ?? (number === this.#all.length + 1 && this.#add());
    if (!wanted) return null;
    for (const terminal of this.#all) terminal.choose(terminal === wanted);
    this.current = wanted;
    this.#changed();
    return wanted;
  }

  // The terminal that another command can run in: one without a program, else a new one.
  idle() {
    const free = this.#all.find(({ handle }) => handle.state === "ready" && !handle.isBusy);
    if (free) return free;
    return this.#all.length < MOST ? { number: this.#all.length + 1 } : null;
  }

  retry() {
    for (const { handle } of this.#all) handle.retry();
  }

  #add() {
    const terminal = new Terminal(this.#sandbox, this.#all.length + 1, this.#list, this.#views, () => this.#changed());
    terminal.handle.hold(this.#isHeld);
    this.#all.push(terminal);
    this.#more.hidden = this.#all.length >= MOST;
    sessionStorage.setItem(`terminals ${this.#sandbox}`, this.#all.length);
    if (this.#all.length > 1) {
      this.show(terminal.number);
      say(`Terminal ${terminal.number} opened`);
    }
    return terminal;
  }

  #remembered() {
    const count = Number(sessionStorage.getItem(`terminals ${this.#sandbox}`));
    return Math.min(MOST, Math.max(1, count || 1));
  }

  #move(event) {
    const count = this.#all.length;
    const at = this.#all.indexOf(this.current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: count - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.show(((to + count) % count) + 1).tab.focus();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
