// Which keys the page keeps for itself, also while a terminal has the focus. They can be turned off.
const KEPT = "shortcuts";
const WITH_ALT = new Set(["KeyN", "KeyH", "Enter", "Digit1", "Digit2", "Digit3"]);

export const areOn = () => localStorage.getItem(KEPT) !== "off";
export const turn = (isOn) => localStorage.setItem(KEPT, isOn ? "on" : "off");

export function isShortcut(event) {
  if (!areOn()) return false;
  if (event.ctrlKey && event.key === "`") return true;
  return event.altKey && !event.ctrlKey && !event.metaKey && WITH_ALT.has(event.code);
}
