// One terminal's WebSocket for as long as the page is open: it comes back by itself and loses and doubles nothing.

import { socketTo } from "./early.js";
import { Keys, Output } from "./flow.js";
import * as frames from "./frames.js";

const STEPS_SECONDS = [1, 2, 4, 8, 15];
// Who is full does not get room by being asked.
const FULL_STEPS_SECONDS = [15, 30, 60];
// The holder accepts keys within milliseconds: this long without a word means that the connection is dead.
const SILENT_MILLISECONDS = 10_000;
// Close codes of platform/slipway/terminal/access.py. All others are worth another try.
const SHELL_ENDED = 4410, NOT_READY = 4409, BEYOND = 4416, FULL = 4529;
const REFUSED = new Set([4400, 4401, 4403, 4404, BEYOND, 4429]);

const isSame = (one, other) => one.every((byte, at) => byte === other[at]);

// `onState` gets what mount.js describes.
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
  #code = 0;
  #isClosed = false;
  #isHeld = false;
  #isMachineDown = false;
  #isFull = false;
  #isFinal = false;
  #isWanted = false;
  #isShown = true;
  #others = frames.LARGEST;
  #heardAt = Date.now();
  #since = null;
  #past = null;

  constructor(path, onState) {
    this.#path = path;
    this.#onState = onState;
    addEventListener("online", this.retry);
    addEventListener("focus", this.retry);
    document.addEventListener("visibilitychange", this.retry);
    document.addEventListener("visibilitychange", this.#tellSize);
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
  // It has: size() → {columns, rows}; share({columns, rows}); draw(data, end, drawn);
  // welcome({isReset, isNewShell, isBusy, replayStart, replayEnd, past}).
  join(screen) {
    this.#screen = screen;
    if (this.#socket.readyState === WebSocket.OPEN) this.#greet(this.#socket);
  }

  #greet(socket) {
    this.#others = frames.LARGEST;
    this.#past = null;
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

  // The screen has another size.
  resize() {
    this.#tellSize();
  }

  // A terminal that this window does not show is no reason to make it small in another one.
  show(isShown) {
    this.#isShown = isShown;
    this.#tellSize();
  }

  #tellSize = () => {
    if (this.#state !== "ready") return;
    const isSeen = this.#isShown && document.visibilityState !== "hidden";
    const { columns, rows } = isSeen ? this.#screen.size() : { columns: 0, rows: 0 };
    this.#socket.send(frames.resize(columns, rows));
  };

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    removeEventListener("online", this.retry);
    removeEventListener("focus", this.retry);
    document.removeEventListener("visibilitychange", this.retry);
    document.removeEventListener("visibilitychange", this.#tellSize);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #handle(frame) {
    this.#heardAt = Date.now();
    if (frame.kind === "past") this.#past = frame;
    else if (frame.kind === "welcome") this.#welcome(frame);
    else if (frame.kind === "output") this.#draw(frame);
    else if (frame.kind === "accepted") this.#keys.accept(frame.offset);
    else if (frame.kind === "resync") this.#keys.resume(frame.offset);
    else if (frame.kind === "shared") this.#share(frame);
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
    this.#isWanted = this.#isMachineDown = this.#isFull = false;
    this.#since = null;
    const past = this.#past;
    this.#past = null;
    this.#screen.share(this.#others);
    this.#screen.welcome({ isReset, isNewShell: !isFirst && !isSameShell, isBusy, replayStart: offset, replayEnd: end, past });
    this.#tell("ready");
    this.#keys.lost = this.#keys.orphaned = 0;
    // The size may have changed since HELLO.
    this.#tellSize();
  }

  // May come before the welcome: only then is there something to draw in that size.
  #share(others) {
    this.#others = others;
    if (this.#state === "ready") this.#screen.share(others);
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
    this.#since ??= this.#heardAt;
    this.#closed(1006, "");
  }

  #closed(code, reason) {
    clearTimeout(this.#watchdog);
    this.#socket = null;
    if (this.#isClosed) return;
    this.#reason = reason;
    this.#code = code;
    this.#isMachineDown = code === NOT_READY;
    if (code === FULL && !this.#isFull) this.#tries = 0;
    this.#isFull = code === FULL;
    this.#isFinal = code === BEYOND;
    this.#since ??= Date.now();
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
    const steps = this.#isFull ? FULL_STEPS_SECONDS : STEPS_SECONDS;
    const step = steps[Math.min(this.#tries, steps.length - 1)];
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
      code: this.#code,
      isMachineDown: this.#isMachineDown,
      isFull: this.#isFull,
      isFinal: this.#isFinal,
      since: this.#since,
      retryAt: this.#retryAt,
      held: state === "ready" && !this.#isHeld ? 0 : this.#keys.waiting,
      lost: this.#keys.lost,
      orphaned: this.#keys.orphaned,
    });
  }
}
