// The machine's terminals, a tab each, as many as the lesson allows. They stay open while the machine sleeps and go on
// when it is back.
import { say } from "../site/say.js";
import { keepLayout, laidOut, watchLayouts } from "./kept.js";
import { Layout } from "./layout.js";
import { lookNow, watchLook } from "./look-form.js";
import { Terminal } from "./terminal.js";
import { text } from "../site/texts.js";

export class Terminals extends EventTarget {
  #all = new Map();
  #sandbox = "";
  #isHeld = false;
  #tabs = document.getElementById("tabs");
  #list = this.#tabs.querySelector("[role=tablist]");
  #views = document.getElementById("views");
  #more = document.getElementById("new-terminal");
  #most = Number(this.#tabs.dataset.most);
  layout = new Layout(1, null);

  constructor() {
    super();
    this.#more.addEventListener("click", () => this.add()?.focus());
    this.#list.addEventListener("click", ({ target }) => {
      const terminal = this.at(target);
      if (terminal) this.show(terminal.number);
    });
    this.#views.addEventListener("focusin", ({ target }) => {
      const terminal = [...this.#all.values()].find(({ view }) => view.contains(target));
      if (terminal && terminal !== this.current) this.show(terminal.number);
    });
    watchLook((look) => this.#all.forEach((terminal) => terminal.dress(look)));
    watchLayouts(() => this.#adopt());
  }

  get current() {
    return this.#all.get(this.layout.front) ?? null;
  }

  get inView() {
    return this.#those(this.layout.inView);
  }

  // All of them, in the order of their tabs.
  get all() {
    return this.#those(this.layout.tabs.map(({ number }) => number));
  }

  // Before a machine was opened the layout has a terminal that is not there.
  #those(numbers) {
    return numbers.map((number) => this.#all.get(number)).filter((terminal) => terminal);
  }

  get(number) {
    return this.#all.get(number) ?? null;
  }

  // Returns the terminal whose tab an element belongs to.
  at(element) {
    const tab = element.closest("[role=tab]");
    return tab && [...this.#all.values()].find((terminal) => terminal.tab === tab);
  }

  // Opens the terminals of a machine that is ready, or will be; those of another machine go.
  open(sandbox, isReady) {
    if (sandbox !== this.#sandbox) {
      for (const terminal of this.#all.values()) terminal.dispose();
      this.#all.clear();
      this.#sandbox = sandbox;
      this.layout = new Layout(this.#most, laidOut(sandbox), (number) => text("terminal", { number }));
      this.#draw();
    } else this.retry();
    if (isReady) this.#tabs.hidden = false;
  }

  // Keeps what is typed back, as while the machine is set up.
  hold(isHeld) {
    this.#isHeld = isHeld;
    for (const terminal of this.#all.values()) terminal.hold(isHeld);
  }

  retry() {
    for (const terminal of this.#all.values()) terminal.retry();
  }

  show(number) {
    if (!this.layout.has(number)) return null;
    this.change((layout) => layout.show(number));
    return this.current;
  }

  // Opens one more and shows it; null when the lesson has no more.
  add() {
    const number = this.layout.add();
    if (number === null) return null;
    this.show(number);
    say(text("opened", { terminal: this.current.name }));
    return this.current;
  }

  // Shows the terminal of this name, a new one if need be; without room for that the one in front.
  called(name) {
    const found = this.all.find((terminal) => terminal.name.toLowerCase() === name.toLowerCase());
    if (found) return this.show(found.number);
    const made = this.#sandbox && this.add();
    if (made) this.change((layout) => layout.rename(made.number, name));
    return this.current;
  }

  // Lays out anew, and keeps it.
  change(act) {
    const outcome = act(this.layout);
    this.#draw();
    keepLayout(this.#sandbox, this.layout.keep());
    return outcome;
  }

  #adopt() {
    const kept = this.#sandbox && laidOut(this.#sandbox);
    if (!kept) return;
    this.layout.adopt(kept);
    this.#draw();
  }

  // Brings tabs and views to what the layout says.
  #draw() {
    const { layout } = this;
    for (const [number, terminal] of this.#all) {
      if (layout.has(number)) continue;
      terminal.dispose();
      this.#all.delete(number);
    }
    layout.tabs.forEach(({ number }, place) => {
      const terminal = this.#all.get(number) ?? this.#make(number);
      terminal.call(layout.nameOf(number));
      if (this.#list.children[place] !== terminal.tab) this.#list.insertBefore(terminal.tab, this.#list.children[place] ?? null);
    });
    this.#list.setAttribute("aria-multiselectable", layout.beside !== null);
    this.#views.dataset.inView = layout.inView.length;
    layout.tabs.forEach(({ number }, place) => {
      const isFront = number === layout.front;
      this.#all.get(number).choose({ isInView: layout.inView.includes(number), isFront, place });
    });
    this.#more.hidden = layout.isFull;
    this.#changed();
  }

  #make(number) {
    const terminal = new Terminal(this.#sandbox, number, lookNow(), {
      change: () => this.#changed(),
      leave: () => this.dispatchEvent(new Event("leave")),
    });
    terminal.hold(this.#isHeld);
    this.#all.set(number, terminal);
    this.#views.append(terminal.view);
    return terminal;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
