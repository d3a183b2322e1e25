// Which terminals of a machine are open, in which order and under which names, and which of them are in view. Pure.

export const NAME_LENGTH = 24;
const isObject = (value) => typeof value === "object" && value !== null;

// A name that a person gave, made fit to be shown in a tab; empty for the terminal's own.
const tidy = (name) => String(name ?? "").replaceAll(/[\p{C}\s]+/gu, " ").trim().slice(0, NAME_LENGTH);

export class Layout {
  #most;
  #call;
  tabs = [];
  front = 1;
  // The other one in view, or null.
  beside = null;

  // `kept` is what keep() returned, perhaps long ago or by another version; call(number) names those without a name.
  constructor(most, kept, call = String) {
    this.#most = most;
    this.#call = call;
    this.adopt(kept);
    this.show(isObject(kept) ? kept.front : 1);
    if (isObject(kept) && kept.beside !== this.front && this.has(kept.beside)) this.beside = kept.beside;
  }

  // Takes the tabs of another window; what is in view here stays, as far as it is there.
  adopt(kept) {
    const found = isObject(kept) && Array.isArray(kept.tabs) ? kept.tabs.filter(isObject) : [];
    const numbers = new Set();
    this.tabs = [];
    for (const { number, name } of found) {
      const isRight = Number.isInteger(number) && number >= 1 && number <= this.#most && !numbers.has(number);
      if (isRight) this.tabs.push({ number, name: tidy(name) });
      numbers.add(number);
    }
    if (!this.tabs.length) this.tabs.push({ number: 1, name: "" });
    if (!this.has(this.beside)) this.beside = null;
    if (!this.has(this.front)) this.show(this.beside ?? this.tabs[0].number);
  }

  has(number) {
    return this.tabs.some((tab) => tab.number === number);
  }

  get isFull() {
    return this.tabs.length >= this.#most;
  }

  get inView() {
    return this.tabs.map(({ number }) => number).filter((number) => number === this.front || number === this.beside);
  }

  nameOf(number) {
    return this.tabs.find((tab) => tab.number === number)?.name || this.#call(number);
  }

  // Returns the number of a new terminal at the end, or null.
  add() {
    if (this.isFull) return null;
    let number = 1;
    while (this.has(number)) number += 1;
    this.tabs.push({ number, name: "" });
    return number;
  }

  // The last one stays. Two side by side remain two, as long as there are.
  remove(number) {
    if (this.tabs.length < 2 || !this.has(number)) return;
    const at = this.placeOf(number);
    this.tabs.splice(at, 1);
    const isSplit = this.beside !== null;
    if (number !== this.front && number !== this.beside) return;
    const near = this.tabs.map((tab) => tab.number).sort((one, other) => this.#far(one, at) - this.#far(other, at));
    this.front = [this.front, this.beside].find((other) => other !== null && other !== number) ?? near[0];
    this.beside = isSplit ? (near.find((other) => other !== this.front) ?? null) : null;
  }

  #far(number, place) {
    return Math.abs(this.placeOf(number) + 0.5 - place);
  }

  rename(number, name) {
    const tab = this.tabs.find((other) => other.number === number);
    if (tab) tab.name = tidy(name);
  }

  // Moves a tab to the place of another, or by steps; it stops at the ends.
  moveTo(number, place) {
    const at = this.tabs.findIndex((tab) => tab.number === number);
    if (at < 0) return;
    const [tab] = this.tabs.splice(at, 1);
    this.tabs.splice(Math.max(0, Math.min(place, this.tabs.length)), 0, tab);
  }

  step(number, steps) {
    this.moveTo(number, this.placeOf(number) + steps);
  }

  placeOf(number) {
    return this.tabs.findIndex((tab) => tab.number === number);
  }

  // Brings a terminal to the front; in a split view it takes the place of the one that was.
  show(number) {
    if (!this.has(number)) return;
    if (this.beside === number) this.beside = this.front;
    this.front = number;
  }

  // Shows two side by side, or one again. Returns whether it could.
  split(isSplit) {
    if (!isSplit) {
      this.beside = null;
      return true;
    }
    const after = this.tabs[(this.placeOf(this.front) + 1) % this.tabs.length].number;
    this.beside = this.tabs.length > 1 ? after : this.add();
    return this.beside !== null;
  }

  keep() {
    return { tabs: this.tabs, front: this.front, beside: this.beside };
  }
}
