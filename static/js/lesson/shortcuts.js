// Which keys the page keeps for itself, also while a terminal has the focus. They can be turned off.
import { store, stored } from "../site/stored.js";

const KEPT = "shortcuts";
const WITH_ALT = /^(?:KeyN|KeyH|KeyE|Enter|Digit[1-9])$/;
const ARROWS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

export const areOn = () => stored(KEPT) !== false;
export const turn = (isOn) => store(KEPT, isOn);

// Between the panes there is always a way, or a terminal would be a trap: returns -1, 1 or undefined.
export function stepOf(event) {
  return event.ctrlKey && event.altKey && !event.metaKey ? ARROWS[event.key] : undefined;
}

// Never off either, as it leads out of a terminal.
const isWayOut = (event) => event.ctrlKey && event.key === "`";

export function isShortcut(event) {
  if (isWayOut(event)) return true;
  if (!areOn()) return false;
  if (event.ctrlKey && event.shiftKey && event.code === "KeyF") return true;
  return event.altKey && !event.ctrlKey && !event.metaKey && WITH_ALT.test(event.code);
}

// What a terminal leaves to the page.
export const isReserved = (event) => isShortcut(event) || stepOf(event) !== undefined;
