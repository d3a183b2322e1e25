// A WebSocket that comes back: after 1, 2, 4, 8, then every 15 seconds, and at once when the network or the person does.
const STEPS_SECONDS = [1, 2, 4, 8, 15];
// Close codes of platform/slipway/pages/consumers.py that another try does not help.
const REFUSED = new Set([4401, 4404]);

export class Socket {
  #url;
  #onMessage;
  #onState;
  #socket = null;
  #tries = 0;
  #timer = null;

  // onState gets {isOpen, retryAt, code}: retryAt in milliseconds since the epoch, or null; code, of one that was closed, says why.
  constructor(path, { onMessage, onState }) {
    this.#url = new URL(path, location.href.replace(/^http/, "ws"));
    this.#onMessage = onMessage;
    this.#onState = onState;
    addEventListener("online", this.retry);
    document.addEventListener("visibilitychange", this.retry);
    this.#open();
  }

  // Try now instead of at the next step.
  retry = () => {
    if (this.#timer !== null && document.visibilityState !== "hidden") this.#open();
  };

  // Ends it for good.
  close() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const socket = this.#socket;
    this.#socket = null;
    socket.close();
  }

  send(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #open() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const socket = new WebSocket(this.#url);
    socket.addEventListener("open", () => {
      this.#tries = 0;
      // What the page was made with is news at the first connection alone.
      this.#url.search = "";
      this.#onState({ isOpen: true, retryAt: null });
    });
    socket.addEventListener("message", ({ data }) => this.#onMessage(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => socket === this.#socket && this.#closed(code));
    this.#socket = socket;
  }

  #closed(code) {
    if (REFUSED.has(code)) return;
    const step = STEPS_SECONDS[Math.min(this.#tries, STEPS_SECONDS.length - 1)];
    const milliseconds = step * 1000 * (0.75 + Math.random() / 4);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.#open(), milliseconds);
    this.#onState({ isOpen: false, retryAt: Date.now() + milliseconds, code });
  }
}
