// The tree of the machine's folders. A folder is asked for when it is opened; one that is open is asked for again at a refresh.
import { say } from "../site/say.js";
import { isBelow, join, nameOf, shown } from "./names.js";
import { act } from "./remote.js";
import { words } from "./texts.js";

const HOME = "/root", TOP = "/";

function icon(name) {
  const holder = document.createElement("template");
  holder.innerHTML = `<svg class="icon" aria-hidden="true"><use href="#${name}"/></svg>`;
  return holder.content.firstChild;
}

export class Tree extends EventTarget {
  #root;
  #tell;
  hidden = false;

  // `tell` shows a sentence about what failed.
  constructor(root, tell) {
    super();
    this.#root = root;
    this.#tell = tell;
    for (const path of [HOME, TOP]) root.append(this.#make(path, { kind: "folder", label: path, level: 1 }));
    root.firstChild.tabIndex = 0;
    root.addEventListener("click", ({ target }) => {
      const item = target.closest("[role=treeitem]");
      if (item) this.#press(item);
    });
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("focusin", ({ target }) => this.#choose(target.closest("[role=treeitem]")));
    this.toggle(root.firstChild, true);
  }

  get chosen() {
    return this.#root.querySelector("[tabindex='0']");
  }

  // The folder that something new goes to.
  get folder() {
    const item = this.chosen;
    if (item.dataset.kind === "folder") return item.dataset.path;
    return item.parentElement.closest("[role=treeitem]").dataset.path;
  }

  focus() {
    this.chosen.focus();
  }

  at(element) {
    return element.closest?.("[role=treeitem]") ?? null;
  }

  // Asks again for every folder that is open, outer ones first: what is inside of one that has gone is not asked for.
  async refresh(below = TOP) {
    const open = [...this.#root.querySelectorAll("[aria-expanded=true]")].filter(({ dataset }) => isBelow(dataset.path, below));
    for (const item of open) if (item.isConnected) await this.#fill(item);
  }

  // Opens a folder, and goes to what was made in it just now, if that is said.
  async reveal(folder, path) {
    for (const item of this.#all(folder)) await this.toggle(item, true);
    const [made] = this.#all(path);
    if (made) made.focus();
  }

  mark(path, isUnsaved) {
    for (const item of this.#all(path)) item.toggleAttribute("data-unsaved", isUnsaved);
  }

  async toggle(item, isOpen) {
    item.setAttribute("aria-expanded", isOpen);
    if (isOpen) await this.#fill(item);
    else item.querySelector("[role=group]").replaceChildren();
  }

  #all(path) {
    return [...this.#root.querySelectorAll("[role=treeitem]")].filter(({ dataset }) => dataset.path === path);
  }

  #make(path, { kind, label, level, isLink = false }) {
    const item = document.createElement("li");
    item.role = "treeitem";
    item.tabIndex = -1;
    item.draggable = true;
    Object.assign(item.dataset, { path, kind });
    item.setAttribute("aria-level", level);
    item.setAttribute("aria-selected", "false");
    const row = document.createElement("span");
    row.className = "entry";
    row.append(icon(kind === "folder" ? "folder" : "file"), label);
    if (isLink) row.append(Object.assign(document.createElement("small"), { textContent: words("link") }));
    item.append(row);
    if (kind === "folder") {
      item.setAttribute("aria-expanded", "false");
      item.append(Object.assign(document.createElement("ul"), { role: "group" }));
    }
    return item;
  }

  async #fill(item) {
    const { path } = item.dataset;
    const group = item.querySelector("[role=group]");
    item.setAttribute("aria-busy", "true");
    try {
      const { entries, left_out: leftOut } = await act("list", { path, hidden: this.hidden ? "1" : "0" });
      this.#draw(item, group, entries, leftOut);
    } catch (error) {
      if (error.code === "missing") item.setAttribute("aria-expanded", "false");
      this.#tell(`${shown(path)}: ${error.message}`);
    }
    item.removeAttribute("aria-busy");
  }

  // What was open stays so, and so does the focus.
  #draw(item, group, entries, leftOut) {
    const before = new Map([...group.children].map((child) => [`${child.dataset.kind}${child.dataset.path}`, child]));
    const level = Number(item.getAttribute("aria-level")) + 1;
    const hadFocus = group.contains(document.activeElement);
    const hadChoice = group.contains(this.chosen);
    group.replaceChildren(...entries.map(({ name, kind, is_link: isLink }) => {
      const path = join(item.dataset.path, name);
      return before.get(`${kind}${path}`) ?? this.#make(path, { kind, label: shown(name), level, isLink });
    }));
    if (leftOut) {
      const note = Object.assign(document.createElement("li"), { className: "left-out", role: "none" });
      note.textContent = words("leftOut", { count: leftOut });
      group.append(note);
    }
    if (hadChoice && !this.chosen) this.#choose(item);
    if (hadFocus) this.chosen.focus();
  }

  #choose(item) {
    if (!item) return;
    const before = this.chosen;
    if (before) {
      before.tabIndex = -1;
      before.setAttribute("aria-selected", "false");
    }
    item.tabIndex = 0;
    item.setAttribute("aria-selected", "true");
  }

  #press(item) {
    item.focus();
    if (item.dataset.kind === "folder") this.toggle(item, item.getAttribute("aria-expanded") !== "true");
    else this.dispatchEvent(new CustomEvent("open", { detail: item.dataset.path }));
  }

  #key(event) {
    const item = this.at(event.target);
    if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
    const items = [...this.#root.querySelectorAll("[role=treeitem]")];
    const at = items.indexOf(item);
    const isOpen = item.getAttribute("aria-expanded");
    const go = (to) => to?.focus();
    const keys = {
      ArrowDown: () => go(items[at + 1]),
      ArrowUp: () => go(items[at - 1]),
      Home: () => go(items[0]),
      End: () => go(items.at(-1)),
      ArrowRight: () => (isOpen === "false" ? this.toggle(item, true) : isOpen && go(item.querySelector("[role=treeitem]"))),
      ArrowLeft: () => (isOpen === "true" ? this.toggle(item, false) : go(item.parentElement.closest("[role=treeitem]"))),
      Enter: () => this.#press(item),
      " ": () => this.#press(item),
    };
    const found = keys[event.key];
    if (found) {
      event.preventDefault();
      found();
    } else if (/^[\p{L}\p{N}._-]$/u.test(event.key)) {
      const begins = (other) => shown(nameOf(other.dataset.path)).toLowerCase().startsWith(event.key.toLowerCase());
      go([...items.slice(at + 1), ...items.slice(0, at)].find(begins));
    }
  }

  sayChosen(key) {
    say(words(key, { name: shown(nameOf(this.chosen.dataset.path)) }));
  }
}
