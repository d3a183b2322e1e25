// One terminal of the machine: its tab and its view. Its shell is asked for when it is first in view.
import { say } from "../site/say.js";
import { mountTerminal } from "../terminal/mount.js";
import { askLink } from "./ask-link.js";
import { askPaste } from "./ask-paste.js";
import { altered } from "./keyrow.js";
import { isReserved } from "./shortcuts.js";
import { language, text } from "../site/texts.js";

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

function sayPast(moment) {
  return text("past", { time: moment.toLocaleString(language, { dateStyle: "long", timeStyle: "short", hourCycle: "h23" }) });
}

export class Terminal {
  #path;
  #options;
  #isHeld = false;
  handle = null;
  detail = { state: "connecting" };
  name = "";
  #bell = element("span", { class: "hush" });

  // `on` has change(): its state is another one; leave(): the person goes back to the page.
  constructor(sandbox, number, look, on) {
    this.number = number;
    this.label = element("span", {});
    this.tab = element(
      "button",
      { role: "tab", type: "button", id: `tab-${number}`, "aria-controls": `view-${number}`, "aria-selected": "false", draggable: "true" },
      icon("term"),
      this.label,
      this.#bell,
    );
    this.view = element("div", { class: "view", role: "tabpanel", id: `view-${number}`, "aria-labelledby": `tab-${number}`, hidden: "" });
    this.#path = `/ws/terminal/${sandbox}/${number}/`;
    this.#options = {
      help: "terminal-help", sayPast, alter: altered, isReserved, look, askLink, askPaste, onLeave: on.leave,
      onBell: () => this.#ring(this.view.hidden),
      onCopied: () => say(text("copied")),
      onState: (detail) => {
        this.detail = detail;
        on.change();
      },
    };
  }

  get isFree() {
    return this.handle?.state === "ready" && !this.handle.isBusy;
  }

  call(name) {
    this.name = name;
    this.label.textContent = name;
    this.handle?.label(name);
  }

  // `isFront`: it gets what is typed, also when another one is in view beside it.
  choose({ isInView, isFront, place }) {
    this.tab.setAttribute("aria-selected", isInView);
    this.tab.tabIndex = isFront ? 0 : -1;
    this.tab.toggleAttribute("data-front", isFront);
    this.view.toggleAttribute("data-front", isFront);
    this.view.hidden = !isInView;
    this.view.style.order = place;
    if (isInView) {
      this.#open();
      this.#ring(false);
    }
    this.handle?.show(isInView);
  }

  dress(look) {
    this.#options.look = look;
    this.handle?.dress(look);
  }

  hold(isHeld) {
    this.#isHeld = isHeld;
    this.handle?.hold(isHeld);
  }

  retry() {
    this.handle?.retry();
  }

  focus() {
    // Something else may stand in its place.
    this.view.dispatchEvent(new Event("slipway:terminal-wanted", { bubbles: true }));
    this.handle.focus();
  }

  dispose() {
    this.handle?.dispose();
    this.tab.remove();
    this.view.remove();
  }

  // Until somebody looks: a dot in the tab, and words where there is nothing to see.
  #ring(isRung) {
    this.tab.toggleAttribute("data-bell", isRung);
    this.#bell.textContent = isRung ? text("rang") : "";
  }

  #open() {
    if (this.handle) return;
    this.handle = mountTerminal(this.view, { ...this.#options, path: this.#path, label: this.name });
    this.handle.hold(this.#isHeld);
  }
}
