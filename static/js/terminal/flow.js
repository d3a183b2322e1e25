// What is on the way, in both directions, by absolute offsets. No network and no screen in here.

import { INPUT_BYTES } from "./frames.js";

export const ACK_BYTES = 64 * 1024;
// What may be on the way to the shell before it says that it has accepted some.
export const WINDOW_BYTES = 128 * 1024;
// Keys that are kept while the connection is down or held, and the largest paste that is kept at all.
export const HELD_BYTES = 4 * 1024;
export const PASTE_BYTES = 8 * 1024 * 1024;

// How far the output was received and drawn, and when to say so.
export class Output {
  received = 0;
  #acknowledged = 0;

  begin(offset) {
    this.received = offset;
    this.#acknowledged = offset;
  }

  // Returns the offset to acknowledge, or null when there is no need yet.
  drawn(offset) {
    if (offset > this.received || offset - this.#acknowledged < ACK_BYTES) return null;
    this.#acknowledged = offset;
    return offset;
  }
}

// What was typed and is not accepted yet. It goes out once, in order; `lost` counts what found no room, `orphaned` what
// was meant for a shell that is gone.
export class Keys {
  #pieces = [];
  #accepted = 0;
  #sent = 0;
  #end = 0;
  lost = 0;
  orphaned = 0;

  get waiting() {
    return this.#end - this.#accepted;
  }

  get unanswered() {
    return this.#sent - this.#accepted;
  }

  // Keeps all of the data or nothing of it: half a command must not reach the shell.
  add(data, isDown) {
    const room = (isDown ? HELD_BYTES : PASTE_BYTES) - this.waiting;
    if (data.length > room) {
      this.lost += data.length;
      return false;
    }
    this.#pieces.push({ offset: this.#end, data });
    this.#end += data.length;
    return true;
  }

  // Returns the next piece to send, {offset, data}, or null.
  next() {
    const room = Math.min(INPUT_BYTES, WINDOW_BYTES - this.unanswered);
    const piece = this.#pieces.find(({ offset, data }) => offset + data.length > this.#sent);
    if (!piece || room <= 0) return null;
    const from = this.#sent - piece.offset;
    const data = piece.data.subarray(from, from + room);
    const offset = this.#sent;
    this.#sent += data.length;
    return { offset, data };
  }

  accept(offset) {
    if (offset < this.#accepted || offset > this.#end) return;
    this.#accepted = offset;
    this.#sent = Math.max(this.#sent, offset);
    while (this.#pieces.length && this.#pieces[0].offset + this.#pieces[0].data.length <= offset) this.#pieces.shift();
  }

  // The holder missed something: send again from where it says.
  resume(offset) {
    this.accept(offset);
    this.#sent = this.#accepted;
  }

  // A shell that does not know these keys: they were meant for another one.
  restart(offset) {
    this.orphaned += this.waiting;
    this.#pieces = [];
    this.#accepted = this.#sent = this.#end = offset;
  }

  // After a reconnect: go on with the same shell where it says, or begin anew with another one.
  rejoin(isSameShell, accepted) {
    if (isSameShell && accepted >= this.#accepted && accepted <= this.#end) this.resume(accepted);
    else this.restart(accepted);
  }
}
