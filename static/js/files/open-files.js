// The files that are open, a tab each: what is saved, what is not, and what changed in the machine meanwhile.
import { say } from "../site/say.js";
import { dropDraft, draftsOf, keepDraft } from "./drafts.js";
import { compare, goTo, replaceAll, stateOf, textOf, viewIn } from "./editor.js";
import { isBelow, nameOf, shown } from "./names.js";
import { act, machine } from "./remote.js";
import { words } from "./texts.js";

const DRAFT_MILLISECONDS = 400;
const NEW = "new";

export class OpenFiles extends EventTarget {
  #box;
  #tabs;
  #notice;
  #view;
  #all = [];
  #front = null;
  #comparing = null;
  #timer = null;

  // `notice` shows a sentence and buttons above the text: show(text, [[label, act], ...]) and clear().
  constructor(box, notice) {
    super();
    this.#box = box;
    this.#notice = notice;
    this.#tabs = box.querySelector("[role=tablist]");
    this.#view = viewIn(box.querySelector(".source"));
    this.#tabs.addEventListener("click", ({ target }) => this.#all[[...this.#tabs.children].indexOf(target.closest("[role=tab]"))]?.show());
    this.#tabs.addEventListener("keydown", (event) => this.#key(event));
    addEventListener("beforeunload", (event) => {
      this.#keepDrafts();
      if (this.#all.some((file) => this.#isUnsaved(file))) event.preventDefault();
    });
    for (const { path, token, text } of draftsOf(machine())) this.#add(path, token, null, text);
    if (this.#all.length) this.#all.at(-1).show();
    this.#draw();
  }

  get front() {
    return this.#front;
  }

  get paths() {
    return this.#all.map(({ path }) => path);
  }

  // Opens a file, or shows it; `text` is a new file's where there is none. `line` counts from 1, `near` is a text to go to.
  async open({ path, line = 0, near = "", text = null }) {
    let file = this.#all.find((each) => each.path === path);
    if (!file) {
      try {
        const found = await act("read", { path });
        file = this.#add(path, found.token, found.text);
      } catch (error) {
        const isNew = error.code === "missing" && text !== null;
        if (!isNew) throw error;
        file = this.#add(path, NEW, null, text);
        say(words("newFile", { name: shown(nameOf(path)) }));
      }
    }
    file.show();
    const place = line || this.#lineOf(near);
    if (place) goTo(this.#view, place);
    this.focus();
  }

  focus() {
    if (this.#comparing) this.#comparing.focus();
    else this.#view.focus();
  }

  // Saves the file in front. A conflict shows both versions; nothing is overwritten unasked.
  async save(file = this.#front) {
    if (!file || file.isSaving || this.#comparing) return;
    this.#sync();
    const { doc } = file.state;
    file.isSaving = true;
    this.#draw();
    try {
      const { token } = await act("save", { path: file.path, token: file.token }, textOf(file.state));
      this.#saved(file, token, doc);
      say(words("saved", { name: shown(nameOf(file.path)) }));
      this.#notice.clear();
      this.dispatchEvent(new CustomEvent("saved", { detail: file.path }));
    } catch (error) {
      this.#refused(file, error);
    } finally {
      file.isSaving = false;
      this.#draw();
    }
  }

  // Looks whether open files changed in the machine: what has no unsaved text follows, the rest says so.
  async look() {
    const known = this.#all.filter(({ token }) => token !== NEW).slice(0, 20);
    if (!known.length) return;
    const { tokens } = await act("look", { paths: known.map(({ path }) => path).join("\n") });
    for (const file of known) {
      if (!tokens[file.path] || tokens[file.path] === file.token) continue;
      if (this.#isUnsaved(file)) this.#warn(file);
      else await this.#reload(file);
    }
  }

  // A file or folder got another path.
  moved(from, to) {
    for (const file of this.#all.filter(({ path }) => isBelow(path, from))) {
      dropDraft(file.machine, file.path);
      file.path = to + file.path.slice(from.length);
    }
    this.#keepDrafts();
    this.#draw();
  }

  #add(path, token, saved, text = saved) {
    const label = words("editorLabel", { name: shown(nameOf(path)) });
    const file = { path, token, machine: machine(), isSaving: false };
    file.state = stateOf(path, text, label, { change: () => this.#changed(), save: () => this.save() });
    file.saved = saved === null ? null : file.state.doc;
    file.show = () => this.#show(file);
    this.#all.push(file);
    return file;
  }

  #isUnsaved(file) {
    const { doc } = file === this.#front ? this.#view.state : file.state;
    return file.saved === null || !doc.eq(file.saved);
  }

  // What the view shows belongs to the file in front.
  #sync() {
    if (this.#front) this.#front.state = this.#view.state;
  }

  #show(file) {
    this.#sync();
    this.#endCompare();
    if (file !== this.#front) this.#notice.clear();
    this.#front = file;
    this.#view.setState(file.state);
    this.#draw();
  }

  #lineOf(near) {
    const first = near.split("\n").find((line) => line.trim());
    const at = first ? this.#view.state.doc.toString().split("\n").findIndex((line) => line.trim() === first.trim()) : -1;
    return at + 1;
  }

  #changed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keepDrafts(), DRAFT_MILLISECONDS);
    this.#draw();
  }

  #keepDrafts() {
    this.#sync();
    for (const file of this.#all) {
      if (this.#isUnsaved(file)) keepDraft({ machine: file.machine, path: file.path, token: file.token, text: textOf(file.state) });
      else dropDraft(file.machine, file.path);
    }
    document.dispatchEvent(new Event("slipway:drafts"));
  }

  #saved(file, token, doc) {
    file.token = token;
    file.saved = doc;
    this.#keepDrafts();
  }

  #refused(file, error) {
    if (error.code === "changed") {
      this.#compare(file, error);
      return;
    }
    // It was removed meanwhile: the next time it is made anew.
    if (error.code === "missing") file.token = NEW;
    this.#notice.show(error.code === "missing" ? words("removedMeanwhile") : error.message, [[words("tryAgain"), () => this.save(file)]]);
  }

  #warn(file) {
    if (file !== this.#front || this.#comparing) return;
    this.#notice.show(words("changedMeanwhile"), [[words("compare"), async () => {
      const { text, token } = await act("read", { path: file.path });
      this.#compare(file, { text, token, message: words("changedMeanwhile") });
    }]]);
  }

  async #reload(file) {
    const { text, token } = await act("read", { path: file.path });
    if (this.#isUnsaved(file)) return;
    this.#take(file, text, token);
    say(words("reloaded", { name: shown(nameOf(file.path)) }));
  }

  #take(file, text, token) {
    const front = this.#front;
    if (file !== front) this.#show(file);
    replaceAll(this.#view, text);
    this.#sync();
    this.#saved(file, token, file.state.doc);
    if (front && front !== file) this.#show(front);
    this.#draw();
  }

  // Shows the machine's version beside the one that would be saved; the person chooses.
  #compare(file, { text, token, message }) {
    if (file !== this.#front) this.#show(file);
    this.#sync();
    this.#endCompare();
    const place = this.#box.querySelector(".compare-files");
    const labels = { mine: words("mine"), theirs: words("theirs") };
    const merge = compare(place, { path: file.path, mine: textOf(file.state), theirs: text, labels });
    this.#comparing = merge;
    this.#box.toggleAttribute("data-comparing", true);
    const end = (keptText) => {
      this.#endCompare();
      replaceAll(this.#view, keptText);
      this.#notice.clear();
      this.focus();
    };
    this.#notice.show(message, [
      [words("keepMine"), () => {
        file.token = token;
        end(merge.text());
        this.save(file);
      }],
      [words("takeTheirs"), () => {
        end(text);
        this.#sync();
        this.#saved(file, token, file.state.doc);
        this.#draw();
        say(words("tookTheirs"));
      }],
      [words("decideLater"), () => end(merge.text())],
    ]);
    this.#draw();
  }

  #endCompare() {
    this.#comparing?.destroy();
    this.#comparing = null;
    this.#box.toggleAttribute("data-comparing", false);
  }

  // Closes a file; unsaved text is asked about, in the notice.
  close(file = this.#front) {
    if (!file) return;
    const end = () => {
      const at = this.#all.indexOf(file);
      this.#all.splice(at, 1);
      dropDraft(file.machine, file.path);
      document.dispatchEvent(new Event("slipway:drafts"));
      this.#notice.clear();
      if (file === this.#front) {
        this.#front = null;
        this.#endCompare();
        (this.#all[at] ?? this.#all[at - 1])?.show();
      }
      this.#draw();
      this.dispatchEvent(new CustomEvent("closed", { detail: file.path }));
    };
    if (!this.#isUnsaved(file)) {
      end();
      return;
    }
    file.show();
    this.#notice.show(words("closeUnsaved", { name: shown(nameOf(file.path)) }), [[words("discard"), end], [words("keepOpen"), () => this.#notice.clear()]]);
  }

  #key(event) {
    const at = this.#all.indexOf(this.#front);
    const count = this.#all.length;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: count - 1 }[event.key];
    if (event.key === "Delete") this.close();
    else if (to !== undefined && count) {
      this.#all[(to + count) % count].show();
      this.#tabs.querySelector("[aria-selected=true]").focus();
    } else return;
    event.preventDefault();
  }

  #draw() {
    this.#all.forEach((file, place) => {
      const tab = this.#tabs.children[place] ?? this.#tabs.appendChild(this.#tab());
      const isFront = file === this.#front;
      const isUnsaved = this.#isUnsaved(file);
      tab.firstChild.textContent = shown(nameOf(file.path));
      tab.lastChild.textContent = isUnsaved ? `, ${words("unsaved")}` : "";
      tab.title = shown(file.path);
      tab.setAttribute("aria-selected", isFront);
      tab.tabIndex = isFront ? 0 : -1;
      tab.toggleAttribute("data-unsaved", isUnsaved);
    });
    while (this.#tabs.children.length > this.#all.length) this.#tabs.lastChild.remove();
    this.#box.toggleAttribute("data-empty", !this.#front);
    const foot = this.#box.querySelector(".ended");
    foot.hidden = !this.#front;
    if (!this.#front) return;
    const isUnsaved = this.#isUnsaved(this.#front);
    const state = this.#front.isSaving ? "saving" : isUnsaved ? "unsaved" : "isSaved";
    foot.querySelector(".path").textContent = `${shown(this.#front.path)} · ${words(state)}`;
    foot.querySelector("[data-act=save]").disabled = !isUnsaved || Boolean(this.#comparing);
    this.dispatchEvent(new CustomEvent("mark", { detail: { path: this.#front.path, isUnsaved } }));
  }

  #tab() {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.role = "tab";
    tab.setAttribute("aria-controls", "file-text");
    tab.append(document.createElement("span"), Object.assign(document.createElement("span"), { className: "hush" }));
    return tab;
  }
}
