// What is done with an entry of the tree: new, another name, deleting and undoing it, down and up.
import { ask } from "../lesson/ask.js";
import { say } from "../site/say.js";
import { encoded, join, nameOf, newKey, parentOf, shown } from "./names.js";
import { act, addressOf, download } from "./remote.js";
import { words } from "./texts.js";
import { chosen, dropped, sendAll } from "./upload.js";

const MOST_UNDONE = 20;

export class Entries {
  #tree;
  #files;
  #notice;
  #deleted = [];
  // Paths that something is being done with: a key that is pressed twice acts once.
  #busy = new Set();
  #sending = null;

  constructor(tree, files, notice) {
    this.#tree = tree;
    this.#files = files;
    this.#notice = notice;
  }

  // Does something, and shows the sentence when it fails.
  async try(work) {
    try {
      await work();
    } catch (error) {
      this.#notice.show(error.message);
    }
  }

  // Asks for a name in a popover; null when nothing is to be done.
  async #name(title, before) {
    const box = document.getElementById("ask-file-name");
    const [field, form] = [box.querySelector("input"), box.querySelector("form")];
    box.querySelector("h2").textContent = title;
    field.value = before;
    const submitted = new AbortController();
    const answer = new Promise((resolve) => {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        resolve(field.value);
        box.hidePopover();
      }, { signal: submitted.signal });
      box.addEventListener("toggle", ({ newState }) => newState === "closed" && resolve(null), { signal: submitted.signal });
    });
    box.showPopover();
    field.focus();
    field.setSelectionRange(0, before.lastIndexOf(".") > 0 ? before.lastIndexOf(".") : before.length);
    const name = await answer;
    submitted.abort();
    return name ? name.replaceAll(/^\/+|\/+$/g, "") : null;
  }

  create(kind) {
    return this.try(async () => {
      const { folder } = this.#tree;
      const name = await this.#name(words(kind === "folder" ? "newFolderIn" : "newFileIn", { folder: shown(folder) }), "");
      if (!name) return;
      const path = join(folder, encoded(name));
      await act("create", { path, kind });
      await this.#tree.reveal(folder, path);
      if (kind === "file") await this.#files.open({ path });
    });
  }

  rename() {
    return this.try(async () => {
      const { path } = this.#tree.chosen.dataset;
      const before = nameOf(path);
      const name = await this.#name(words("renameEntry", { name: shown(before) }), shown(before));
      if (!name || name === shown(before)) return;
      const to = name.includes("/") ? `/${encoded(name)}` : join(parentOf(path), encoded(name));
      await act("rename", { path, to });
      this.#files.moved(path, to);
      await this.#tree.refresh(parentOf(path));
      await this.#tree.reveal(parentOf(to), to);
    });
  }

  remove() {
    return this.try(async () => {
      const { path } = this.#tree.chosen.dataset;
      if (this.#busy.has(path)) return;
      this.#busy.add(path);
      // Noted first: a deletion whose answer is lost can be undone, too.
      const deletion = { path, key: newKey() };
      this.#deleted = [...this.#deleted, deletion].slice(-MOST_UNDONE);
      try {
        const { is_kept: isKept } = await act("remove", deletion);
        if (!isKept) this.#forget(deletion);
        this.#offerUndo(words(isKept ? "deleted" : "deletedForGood", { name: shown(nameOf(path)) }), isKept);
        await this.#tree.refresh(parentOf(path));
      } catch (error) {
        if (error.code !== "offline" && error.code !== "silent") {
          this.#forget(deletion);
          throw error;
        }
        this.#offerUndo(words("maybeDeleted", { name: shown(nameOf(path)) }), true);
      } finally {
        this.#busy.delete(path);
      }
    });
  }

  #forget(deletion) {
    this.#deleted = this.#deleted.filter((other) => other !== deletion);
  }

  #offerUndo(sentence, isKept) {
    this.#notice.show(sentence, isKept ? [[words("undo"), () => this.undo()]] : []);
    say(sentence);
  }

  // Undoes the last deletion that is not undone yet.
  undo() {
    return this.try(async () => {
      const deletion = this.#deleted.at(-1);
      if (!deletion || this.#busy.has(deletion.key)) return;
      this.#busy.add(deletion.key);
      try {
        await act("restore", deletion);
        this.#forget(deletion);
        this.#notice.clear();
        await this.#tree.reveal(parentOf(deletion.path), deletion.path);
        say(words("restored", { name: shown(nameOf(deletion.path)) }));
      } finally {
        this.#busy.delete(deletion.key);
      }
    });
  }

  download() {
    return this.try(() => download(this.#tree.chosen.dataset.path));
  }

  // What is dragged out of the window becomes a file there, in browsers that know how.
  drag(event) {
    const item = this.#tree.at(event.target);
    const { path, kind } = item.dataset;
    const name = shown(nameOf(path)).replaceAll(":", "_") + (kind === "folder" ? ".tar" : "");
    event.dataTransfer.setData("DownloadURL", `application/octet-stream:${name}:${new URL(addressOf(path), location.href)}`);
    event.dataTransfer.setData("text/plain", shown(path));
    event.dataTransfer.effectAllowed = "copy";
  }

  upload(files) {
    return this.#send(this.#tree.folder, async () => chosen(files));
  }

  drop(event) {
    const item = this.#tree.at(event.target);
    if (item) item.focus();
    // The browser forgets what was dropped when the event is over.
    const found = dropped(event.dataTransfer);
    return this.#send(this.#tree.folder, () => found);
  }

  async #send(folder, list) {
    if (this.#sending) {
      this.#notice.show(words("oneUpload"));
      return;
    }
    const sending = (this.#sending = new AbortController());
    const stop = [[words("stopUpload"), () => sending.abort()]];
    await this.try(async () => {
      const files = await list();
      await sendAll(folder, files, {
        signal: sending.signal,
        onPart: (name, part) => this.#notice.show(words("sending", { name, percent: Math.floor(part * 100) }), stop),
        ask: (name) => this.#mayReplace(name),
      });
      this.#notice.clear();
      say(words("sent", { count: files.filter(([, file]) => file).length }));
    });
    this.#sending = null;
    await this.#tree.reveal(folder);
  }

  async #mayReplace(name) {
    const box = document.getElementById("ask-replace-file");
    box.querySelector("strong").textContent = name;
    return (await ask(box, [[box.querySelector("[data-act=keep]"), false], [box.querySelector("[data-act=replace]"), true]])) ?? false;
  }
}
