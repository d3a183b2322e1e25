// The files' panel: tree, editor, and what is said between them.
import { say } from "../site/say.js";
import { Entries } from "./entries.js";
import { OpenFiles } from "./open-files.js";
import { FileError, machine } from "./remote.js";
import { Tree } from "./tree.js";

const panel = document.getElementById("files");

// One sentence at a time, with what can be done about it.
function noticeIn(element) {
  const clear = () => {
    element.hidden = true;
    element.replaceChildren();
  };
  return {
    clear,
    show(sentence, acts = []) {
      const said = Object.assign(document.createElement("span"), { textContent: sentence });
      const buttons = acts.map(([label, act]) => {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: label });
        button.addEventListener("click", act);
        return button;
      });
      const close = element.querySelector("[data-act=close]") ?? closeButton();
      close.addEventListener("click", clear);
      element.replaceChildren(said, ...buttons, close);
      element.hidden = false;
      say(sentence);
    },
  };
}

function closeButton() {
  return document.getElementById("files-close").content.firstElementChild.cloneNode(true);
}

function watchTree(root, tree, entries) {
  root.addEventListener("keydown", (event) => {
    const acts = { F2: "rename", Delete: "remove", z: event.ctrlKey || event.metaKey ? "undo" : "" };
    const act = acts[event.key];
    if (!act || event.repeat) return;
    event.preventDefault();
    entries[act]();
  });
  root.addEventListener("dragstart", (event) => entries.drag(event));
  const side = panel.querySelector(".files-side");
  side.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    side.toggleAttribute("data-drop", true);
  });
  side.addEventListener("dragleave", () => side.toggleAttribute("data-drop", false));
  side.addEventListener("drop", (event) => {
    event.preventDefault();
    side.toggleAttribute("data-drop", false);
    entries.drop(event);
  });
}

function watchButtons(tree, files, entries) {
  const picked = panel.querySelector("input[type=file]");
  const menu = document.getElementById("files-menu");
  const acts = {
    file: () => entries.create("file"),
    folder: () => entries.create("folder"),
    upload: () => picked.click(),
    rename: () => entries.rename(),
    download: () => entries.download(),
    remove: () => entries.remove(),
    undo: () => entries.undo(),
    refresh: () => tree.refresh(),
    hidden: (button) => {
      tree.hidden = !tree.hidden;
      button.setAttribute("aria-pressed", tree.hidden);
      tree.refresh();
    },
    save: () => files.save(),
    "close-file": () => files.close(),
  };
  for (const place of [panel, menu]) {
    place.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-act]");
      if (!acts[button?.dataset.act]) return;
      menu.hidePopover();
      acts[button.dataset.act](button);
    });
  }
  picked.addEventListener("change", async () => {
    await entries.upload(picked.files);
    picked.value = "";
  });
}

export function openPanel() {
  const notice = noticeIn(panel.querySelector(".files-notice"));
  const files = new OpenFiles(panel.querySelector(".files-main"), notice);
  const root = panel.querySelector("[role=tree]");
  const tree = new Tree(root, (sentence) => notice.show(sentence));
  const entries = new Entries(tree, files, notice);
  const open = (place) => entries.try(() => files.open(place));
  tree.addEventListener("open", ({ detail }) => open({ path: detail }));
  files.addEventListener("saved", ({ detail }) => tree.refresh(detail.slice(0, detail.lastIndexOf("/")) || "/"));
  files.addEventListener("closed", ({ detail }) => tree.mark(detail, false));
  files.addEventListener("mark", ({ detail }) => tree.mark(detail.path, detail.isUnsaved));
  watchTree(root, tree, entries);
  watchButtons(tree, files, entries);
  const refresh = () => {
    if (panel.hidden || !machine()) return;
    tree.refresh();
    // It only looks: what keeps it from looking is said when something is done.
    files.look().catch((error) => error instanceof FileError || Promise.reject(error));
  };
  addEventListener("focus", refresh);
  // The machine came back, or another one took its place.
  new MutationObserver(() => document.getElementById("machine-state").dataset.kind === "ready" && (notice.clear(), refresh())).observe(
    document.getElementById("machine-state"), { attributes: true, attributeFilter: ["data-kind", "data-sandbox"] },
  );
  return { open, refresh, focus: () => (files.front ? files.focus() : tree.focus()) };
}
