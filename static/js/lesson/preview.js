// Web servers in the machine, shown beside the terminals: ports are found by themselves, one of them is in the pane.
import { notice, say } from "../site/say.js";
import { post } from "./preview-post.js";
import { watchShare } from "./preview-share.js";
import { Socket } from "./socket.js";

const pane = document.getElementById("preview");
const DOCKER_PROXY = "docker-proxy";

const filled = (text, port) => text.replace("{port}", port);

class Preview {
  #tab = document.getElementById("preview-tab");
  #form = document.getElementById("preview-address");
  #port = document.getElementById("preview-port");
  #path = document.getElementById("preview-path");
  #frame = pane.querySelector("iframe");
  #list = pane.querySelector(".ports");
  #ports = null;
  #sandbox = "";
  #socket = null;
  #wasChosen = false;

  constructor(terminals) {
    this.terminals = terminals;
    this.#tab.addEventListener("click", () => this.turn(pane.hidden));
    this.#port.addEventListener("input", () => { this.#wasChosen = true; this.#point(); });
    this.#path.addEventListener("input", () => this.#point());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#load();
    });
    this.#list.addEventListener("click", ({ target }) => {
      const chip = target.closest("button");
      if (chip) this.#choose(chip.value);
    });
    // Whoever turns to a terminal wants to see it.
    document.querySelector("#tabs [role=tablist]").addEventListener("click", () => this.turn(false));
    document.getElementById("views").addEventListener("focusin", () => this.turn(false));
    document.addEventListener("visibilitychange", () => this.follow());
    watchShare(() => ({ sandbox: this.#sandbox, port: this.#port.value }));
  }

  // Looks for ports while the machine is ready and somebody sees the page: each look costs the machine a little.
  follow() {
    const { kind, sandbox } = document.getElementById("machine-state").dataset;
    if (sandbox !== this.#sandbox) {
      this.#sandbox = sandbox;
      this.#frame.hidden = true;
      this.#frame.removeAttribute("src");
      this.#close();
    }
    const isWanted = kind === "ready" && document.visibilityState !== "hidden";
    if (!isWanted) this.#close();
    else if (!this.#socket) {
      this.#socket = new Socket(`/ws/previews/${sandbox}/ports/`, { onMessage: ({ ports }) => this.#found(ports), onState: () => {} });
    }
    this.#point();
  }

  turn(isOn) {
    if (isOn === !pane.hidden) return;
    pane.hidden = !isOn;
    this.#tab.setAttribute("aria-expanded", isOn);
    this.#tab.removeAttribute("data-new");
    if (!isOn) return;
    if (!this.#wasChosen && this.#ports?.length) this.#port.value = this.#ports.at(-1)[0];
    this.#point();
    if (this.#ports?.length && this.#frame.hidden) this.#load();
  }

  #close() {
    this.#socket?.close();
    this.#socket = null;
  }

  #found(ports) {
    const before = this.#ports === null ? null : new Set(this.#ports.map(([port]) => port));
    const now = new Set(ports.map(([port]) => port));
    this.#ports = ports;
    this.#draw();
    if (before === null) return;
    const [opened] = [...now].filter((port) => !before.has(port)).slice(-1);
    const [closed] = [...before].filter((port) => !now.has(port));
    if (opened !== undefined) this.#opened(opened);
    else if (String(closed) === this.#port.value) say(filled(pane.dataset.closed, closed));
  }

  #opened(port) {
    say(filled(pane.dataset.opened, port));
    if (!pane.hidden && this.#frame.hidden && (!this.#wasChosen || this.#port.value === String(port))) this.#choose(String(port));
    else if (pane.hidden) {
      this.#tab.dataset.new = port;
      if (!this.#wasChosen) this.#port.value = port;
    }
  }

  #draw() {
    this.#list.replaceChildren(...this.#ports.map(([port, process]) => {
      const chip = document.createElement("button");
      const name = process === DOCKER_PROXY ? pane.dataset.container : process;
      chip.type = "button";
      chip.className = "button small";
      chip.value = port;
      chip.textContent = name ? `${port} · ${name}` : port;
      return chip;
    }));
    this.#point();
  }

  #choose(port) {
    this.#wasChosen = true;
    this.#port.value = port;
    this.#path.value = "/";
    this.#load();
  }

  // Brings what depends on port and path to what stands there.
  #point() {
    const asked = new URLSearchParams({ path: this.#path.value });
    this.#form.querySelector("a").href = `/previews/${this.#sandbox}/${this.#port.value || 0}/?${asked}`;
    for (const chip of this.#list.children) chip.setAttribute("aria-pressed", chip.value === this.#port.value);
    pane.querySelector(".none").hidden = !this.#frame.hidden;
  }

  async #load() {
    const { value: port } = this.#port;
    this.#point();
    try {
      const { url } = await (await post(this.#sandbox, port, "ticket", { path: this.#path.value })).json();
      this.#frame.src = url;
      this.#frame.title = filled(pane.dataset.shown, port);
      this.#frame.hidden = false;
    } catch {
      notice(pane.dataset.failed);
    }
    this.#point();
  }
}

// Only where this installation has names for previews.
export function watchPreview(terminals) {
  if (!pane) return;
  const preview = new Preview(terminals);
  preview.follow();
  const watcher = new MutationObserver(() => preview.follow());
  watcher.observe(document.getElementById("machine-state"), { attributes: true, attributeFilter: ["data-kind", "data-sandbox"] });
}
