// One terminal's WebSocket for as long as the page is open: it comes back by itself and loses and doubles nothing.

import { socketTo } from "./early.js";
import { Keys, Output } from "./flow.js";
import * as frames from "./frames.js";

const STEPS_SECONDS = [1, 2, 4, 8, 15];
// The holder accepts keys within milliseconds: this long without a word means that the connection is dead.
const SILENT_MILLISECONDS = 10_000;
// Close codes of platform/slipway/terminal/access.py. All others are worth another try.
const SHELL_ENDED = 4410, NOT_READY = 4409;
const REFUSED = new Set([4400, 4401, 4403, 4404]);

const isSame = (one, other) => one.every((byte, at) => byte === other[at]);

// `onState` gets {state, reason, retryAt, held, lost}, state being connecting, ready, reconnecting, ended or refused.
export class Connection {
  #path;
  #screen = null;
  #onState;
  #socket = null;
  #client = crypto.getRandomValues(new Uint8Array(16));
  #boot = frames.NO_BOOT;
  #output = new Output();
  #keys = new Keys();
  #state = "connecting";
  #tries = 0;
  #retryAt = null;
  #timer = null;
  #watchdog = null;
  #reason = "";
  #isClosed = false;
  #isHeld = false;
  #isMachineDown = false;
  #isWanted = false;
  #past = null;

  constructor(path, onState) {
    this.#path = path;
    this.#onState = onState;
    addEventListener("online", this.retry);
    addEventListener("focus", this.retry);
    document.addEventListener("visibilitychange", this.retry);
  }

  get state() {
    return this.#state;
  }

  open() {
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    this.#retryAt = null;
    const socket = socketTo(this.#path);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => this.#greet(socket));
    socket.addEventListener("message", ({ data }) => socket === this.#socket && this.#handle(frames.decode(data)));
    socket.addEventListener("close", ({ code, reason }) => socket === this.#socket && this.#closed(code, reason));
    this.#socket = socket;
    this.#watchdog = setTimeout(() => this.#abandon(), SILENT_MILLISECONDS);
    this.#tell(this.#tries ? "reconnecting" : "connecting");
  }

  // Takes the screen, before anything can have come over the socket: in the same task as the first open().
  // It has: size() → {columns, rows}; welcome({isReset, isNewShell, isBusy, replayStart, replayEnd, past}); draw(data, end, drawn).
  join(screen) {
    this.#screen = screen;
    if (this.#socket.readyState === WebSocket.OPEN) this.#greet(this.#socket);
  }

  #greet(socket) {
    const { columns, rows } = this.#screen.size();
    socket.send(frames.hello({ client: this.#client, boot: this.#boot, offset: this.#output.received, columns, rows }));
  }

  // Try now instead of at the next step; also opens the next shell after one has ended.
  retry = () => {
    if (this.#isClosed || document.visibilityState === "hidden") return;
    if (this.#retryAt !== null) this.open();
    else this.#isWanted = this.#state !== "ready";
  };

  restart() {
    if (this.#state === "ended" || this.#state === "refused") this.open();
    else this.retry();
  }

  get isHeld() {
    return this.#isHeld;
  }

  // While held, what is typed waits here as if the connection were down.
  hold(isHeld) {
    this.#isHeld = isHeld;
    this.#pump();
  }

  // Returns whether the text is on its way or held.
  type(data) {
    const isKept = this.#keys.add(data, this.#state !== "ready" || this.#isHeld);
    if (this.#state === "ready" && !this.#isHeld) this.#pump();
    else this.#tell(this.#state);
    return isKept;
  }

  resize(columns, rows) {
    if (this.#state === "ready") this.#socket.send(frames.resize(columns, rows));
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    removeEventListener("online", this.retry);
    removeEventListener("focus", this.retry);
    document.removeEventListener("visibilitychange", this.retry);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #handle(frame) {
    if (frame.kind === "past") this.#past = frame;
    else if (frame.kind === "welcome") this.#welcome(frame);
    else if (frame.kind === "output") this.#draw(frame);
    else if (frame.kind === "accepted") this.#keys.accept(frame.offset);
    else if (frame.kind === "resync") this.#keys.resume(frame.offset);
    if (frame.kind !== "output") this.#pump();
    this.#watch();
  }

  #welcome({ boot, offset, end, accepted, isReset, isBusy }) {
    const isFirst = isSame(this.#boot, frames.NO_BOOT);
    const isSameShell = isSame(this.#boot, boot);
    // Before the first welcome there is no other shell that the keys could have been meant for.
    this.#keys.rejoin(isFirst || isSameShell, accepted);
    this.#boot = boot;
    this.#output.begin(offset);
    this.#tries = 0;
    this.#isWanted = this.#isMachineDown = false;
    const past = this.#past;
    this.#past = null;
    this.#screen.welcome({ isReset, isNewShell: !isFirst && !isSameShell, isBusy, replayStart: offset, replayEnd: end, past });
    this.#tell("ready");
    this.#keys.lost = 0;
    // The size may have changed since HELLO.
    const { columns, rows } = this.#screen.size();
    this.resize(columns, rows);
  }

  #draw({ offset, data }) {
    const end = offset + data.length;
    this.#output.received = end;
    const socket = this.#socket;
    this.#screen.draw(data, end, () => {
      const drawn = socket === this.#socket && socket.readyState === WebSocket.OPEN ? this.#output.drawn(end) : null;
      if (drawn !== null) socket.send(frames.ack(drawn));
    });
  }

  #pump() {
    if (this.#state !== "ready" || this.#isHeld) return;
    for (let piece = this.#keys.next(); piece; piece = this.#keys.next()) {
      this.#socket.send(frames.input(piece.offset, piece.data));
    }
    this.#watch();
  }

  #watch() {
    clearTimeout(this.#watchdog);
    this.#watchdog = null;
    if (this.#state !== "ready" || !this.#keys.unanswered) return;
    this.#watchdog = setTimeout(() => this.#abandon(), SILENT_MILLISECONDS);
  }

  // A socket whose other end is gone closes only after a long time: go on without it.
  #abandon() {
    const socket = this.#socket;
    this.#socket = null;
    socket.close();
    this.#closed(1006, "");
  }

  #closed(code, reason) {
    clearTimeout(this.#watchdog);
    this.#socket = null;
    if (this.#isClosed) return;
    this.#reason = reason;
    this.#isMachineDown = code === NOT_READY;
    // Asked to try again while this try was under way: by now the machine may be ready.
    const isWanted = this.#isWanted && this.#isMachineDown;
    this.#isWanted = false;
    if (isWanted) {
      this.open();
      return;
    }
    if (code === SHELL_ENDED || REFUSED.has(code)) {
      this.#tries = 0;
      this.#retryAt = null;
      this.#tell(code === SHELL_ENDED ? "ended" : "refused");
      return;
    }
    const step = STEPS_SECONDS[Math.min(this.#tries, STEPS_SECONDS.length - 1)];
    const milliseconds = step * 1000 * (0.75 + Math.random() / 4);
    this.#tries += 1;
    this.#retryAt = Date.now() + milliseconds;
    this.#timer = setTimeout(() => this.open(), milliseconds);
    this.#tell("reconnecting");
  }

  #tell(state) {
    if (state === "ready") this.#reason = "";
    this.#state = state;
    this.#onState({
      state,
      reason: this.#reason,
      isMachineDown: this.#isMachineDown,
      retryAt: this.#retryAt,
      held: state === "ready" && !this.#isHeld ? 0 : this.#keys.waiting,
      lost: this.#keys.lost,
    });
  }
}
