// How terminals look and behave, as the person chose: the form holds it, rendered by the server from a cookie.
import { keep } from "../site/cookies.js";

const form = document.getElementById("terminal-look");
const told = new Set();

export function lookNow() {
  const { size, colours, copies, asks, flashes, leaves, isRead } = form.elements;
  return {
    size: Number(size.value), colours: colours.value, copies: copies.checked, asks: asks.checked, flashes: flashes.checked,
    leaves: leaves.checked, isRead: isRead.checked,
  };
}

export function watchLook(onLook) {
  told.add(onLook);
}

function paint(look) {
  document.getElementById("machine").dataset.colours = look.colours;
}

form.addEventListener("input", () => {
  if (!form.checkValidity()) return;
  const look = lookNow();
  paint(look);
  for (const tell of told) tell(look);
  keep("terminal", new URLSearchParams(new FormData(form)).toString());
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.closest("[popover]").hidePopover();
});
