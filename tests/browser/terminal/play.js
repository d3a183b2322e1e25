// Plays the book of typed keys (flow.js) against a holder, with a network that loses what it likes.
import { HELD_BYTES, Keys } from "/static/js/terminal/flow.js";

// A generator with a seed, so that a run that fails can be had again (mulberry32).
function dice(seed) {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

// What sandboxes/toolset/terminal/ring.py accepts: each byte once, no gap.
class Holder {
  taken = [];

  take({ offset, data }) {
    if (offset > this.taken.length) return { kind: "resync", offset: this.taken.length };
    this.taken.push(...data.subarray(this.taken.length - offset));
    return { kind: "accepted", offset: this.taken.length };
  }
}

function playOne(seed) {
  const roll = dice(seed);
  const keys = new Keys();
  const holder = new Holder();
  const typed = [];
  const wire = [], answers = [];
  let isDown = false;
  for (let step = 0; step < 60; step += 1) {
    const act = roll(6);
    if (act < 2) {
      const data = Uint8Array.from({ length: 1 + roll(roll(8) ? 20 : 2000) }, () => roll(256));
      const waited = keys.waiting;
      if (keys.add(data, isDown)) typed.push(...data);
      else if (!isDown || waited + data.length <= HELD_BYTES) return `${seed}: refused with room`;
      if (isDown && keys.waiting > Math.max(HELD_BYTES, waited)) return `${seed}: more than 4 KiB held`;
    } else if (act === 2 && !isDown) {
      for (let piece = keys.next(); piece; piece = keys.next()) wire.push(piece);
    } else if (act === 3) {
      while (wire.length && roll(4)) answers.push(holder.take(wire.shift()));
    } else if (act === 4) {
      while (answers.length && roll(4)) {
        const { kind, offset } = answers.shift();
        if (kind === "accepted") keys.accept(offset);
        else keys.resume(offset);
      }
    } else if (isDown) {
      isDown = false;
      keys.rejoin(true, holder.taken.length);
    } else {
      isDown = true;
      wire.length = answers.length = 0;
    }
  }
  if (isDown) keys.rejoin(true, holder.taken.length);
  else keys.resume(holder.taken.length);
  for (let piece = keys.next(); piece; piece = keys.next()) keys.accept(holder.take(piece).offset);
  const isSame = holder.taken.length === typed.length && holder.taken.every((byte, at) => byte === typed[at]);
  return isSame && keys.waiting === 0 ? null : `${seed}: ${typed.length} typed, ${holder.taken.length} came`;
}

// Returns what went wrong, a line for each run that did.
export const playKeys = (runs) => Array.from({ length: runs }, (_, seed) => playOne(seed)).filter(Boolean);
