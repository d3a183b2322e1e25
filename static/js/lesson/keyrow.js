// Keys that a phone's keyboard does not have, in a row above it. Ctrl holds for the next key, from here or from the
// keyboard; arrows repeat while they are held.
import { say } from "../site/say.js";

const BYTES = { escape: "\x1b", tab: "\t" };
const ARROWS = { up: "A", down: "B", right: "C", left: "D" };
const HELD_MILLISECONDS = 400, REPEAT_MILLISECONDS = 60;

const row = document.getElementById("keys");
const control = row.querySelector("[data-key=control]");

const isHeld = () => control.getAttribute("aria-pressed") === "true";
const hold = (isOn) => control.setAttribute("aria-pressed", isOn);

// ECMA-48: with Control a letter, or one of @[\]^_?, is its control character.
function asControl(byte) {
  if (byte === 0x3f) return 0x7f;
  return byte === 0x20 || (byte >= 0x40 && byte < 0x7f) ? byte & 0x1f : byte;
}

// What is typed passes here: returns it as it is, or its first key with Control while that is held.
export function altered(data) {
  if (!isHeld()) return data;
  hold(false);
  return data.length ? Uint8Array.of(asControl(data[0]), ...data.subarray(1)) : data;
}

function press(key, handle) {
  if (key === "control") {
    hold(!isHeld());
    if (isHeld()) say(control.dataset.on);
  } else if (key in ARROWS) {
    handle?.pressArrow(ARROWS[key], { isControl: isHeld() });
    hold(false);
  } else handle?.send(altered(new TextEncoder().encode(BYTES[key] ?? key)));
}

// Calls `again` while a finger stays on an arrow; returns whether it did, for the click that follows.
function repeat(button, again) {
  let timer = null;
  let hasRepeated = false;
  const stop = () => clearTimeout(timer);
  const next = () => {
    hasRepeated = true;
    again();
    timer = setTimeout(next, REPEAT_MILLISECONDS);
  };
  button.addEventListener("pointerdown", () => {
    hasRepeated = false;
    timer = setTimeout(next, HELD_MILLISECONDS);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(end, stop);
  return () => hasRepeated;
}

export function watchKeyRow(terminals) {
  for (const button of row.querySelectorAll("button")) {
    const { key } = button.dataset;
    const act = () => press(key, terminals.current?.handle);
    const hasRepeated = key in ARROWS ? repeat(button, act) : () => false;
    // The keyboard stays open only as long as the terminal keeps the focus.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    button.addEventListener("click", (event) => {
      // A keyboard's click, which has no count, follows no finger.
      if (!event.detail || !hasRepeated()) act();
    });
  }
  row.hidden = false;
}
