// The machine's pane: opens the terminals when the machine is ready, and says when the connection is lost.
import { say } from "../site/say.js";
import { watchKeyRow } from "./keyrow.js";
import { watchLostTyping } from "./typing.js";
import { has, language, text } from "../site/texts.js";

const title = document.title;

export function followMachine(terminals) {
  const state = document.getElementById("machine-state");
  const { kind, sandbox, place, setUp } = state.dataset;
  document.getElementById("machine").dataset.kind = kind;
  document.title = Number(place) ? `(${place}) ${title}` : title;
  // Commands would meet a lesson that is half there; the look is free.
  terminals.hold(setUp === "running");
  // A start is over within moments, and often by now. Who asks too early waits a little, is told so, and asks again when it is.
  if (sandbox && (kind === "ready" || kind === "starting")) terminals.open(sandbox, kind === "ready");
}

const clock = (time) => new Date(time).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

// A tick of the countdown in the banner; null while a try is under way.
function wait(retryAt) {
  if (retryAt === null) return text("trying");
  return text("tryingIn", { seconds: Math.max(0, Math.ceil((retryAt - Date.now()) / 1000)) });
}

// Not read out: it is another one at each keystroke.
const kept = (held) => (held ? text("held", { bytes: held }) : "");

// Why a terminal was refused, by its close code; the server's own words, in English, where the page has none for that.
// A number in them is how many terminals there may be.
function reasonOf({ code, reason }) {
  const name = `refused${code}`;
  return has(name) ? text(name, { most: reason.match(/\d+/)?.[0] }) : reason;
}

// The close code of platform/slipway/crowds.py: the page itself found no room.
const NO_ROOM = 4529;

class Connection {
  #banner = document.getElementById("reconnecting");
  #lost = document.getElementById("lost");
  #ended = document.getElementById("shell-ended");
  #live = { isOpen: true, retryAt: null };
  #liveSince = null;
  #timer = null;

  constructor(terminals, live) {
    this.terminals = terminals;
    this.#banner.querySelector("button").addEventListener("click", () => {
      live?.retry();
      terminals.retry();
    });
    this.#ended.querySelector("button").addEventListener("click", () => {
      terminals.current.handle.restart();
      terminals.current.focus();
    });
    document.addEventListener("slipway:live-state", ({ detail }) => {
      this.#live = detail;
      this.#liveSince = detail.isOpen ? null : (this.#liveSince ?? Date.now());
      this.show();
    });
    terminals.addEventListener("change", () => this.show());
  }

  show() {
    clearInterval(this.#timer);
    const detail = this.terminals.current?.detail ?? {};
    const isShellLost = detail.state === "reconnecting" && !detail.isMachineDown && this.#isReady();
    const isLost = !this.#live.isOpen || isShellLost;
    this.#banner.hidden = this.#lost.hidden = !isLost;
    this.#showEnded(detail);
    if (!isLost) return;
    const since = clock((isShellLost && detail.since) || this.#liveSince);
    const says = { strong: this.#why(detail, since), ".held": kept(detail.held) };
    const isNews = this.#banner.querySelector("strong").textContent !== says.strong;
    for (const [place, words] of Object.entries(says)) this.#banner.querySelector(place).textContent = words;
    if (isNews) say(says.strong);
    const retryAt = this.#live.isOpen ? detail.retryAt : this.#live.retryAt;
    const tick = () => { this.#banner.querySelector(".when").textContent = wait(retryAt); };
    tick();
    this.#timer = setInterval(tick, 1000);
  }

  #why(detail, since) {
    if (this.#live.code === NO_ROOM) return text("tooManyPages");
    return detail.isFull ? reasonOf(detail) : text("connectionLost", { time: since });
  }

  #showEnded(detail) {
    const { state, isFinal } = detail;
    const isOver = (state === "ended" || state === "refused") && this.#isReady();
    this.#ended.hidden = !isOver;
    const why = this.#ended.querySelector(".why");
    if (!isOver) {
      why.textContent = "";
      return;
    }
    this.#ended.querySelector("button").hidden = isFinal;
    const words = state === "ended" ? text("shellEnded") : reasonOf(detail);
    if (why.textContent !== words) say(words);
    why.textContent = words;
    this.#ended.querySelector("button").textContent = text(state === "ended" ? "newShell" : "tryAgain");
  }

  #isReady() {
    return document.getElementById("machine").dataset.kind === "ready";
  }
}

// When the machine moves to another host is said once, however often the page is told.
function watchMove() {
  const banner = document.getElementById("machine-move");
  let said = "";
  new MutationObserver(() => {
    const words = banner.hidden ? "" : banner.textContent.trim().replace(/\s+/g, " ");
    if (words && words !== said) say(words);
    said = words;
  }).observe(banner, { attributes: true, childList: true, characterData: true, subtree: true });
}

export function watchMachine(terminals, live) {
  const connection = new Connection(terminals, live);
  const watcher = new MutationObserver(() => {
    followMachine(terminals);
    connection.show();
  });
  const state = document.getElementById("machine-state");
  watcher.observe(state, { attributes: true, attributeFilter: ["data-kind", "data-sandbox", "data-place", "data-set-up"] });
  watchMove();
  watchKeyRow(terminals);
  watchLostTyping();
}
