// How the terminals of the last few machines are laid out, for the next page and for other windows of this browser.
import { store, stored } from "../site/stored.js";

const KEY = "terminals", MACHINES = 8;

function all() {
  const found = stored(KEY);
  return Array.isArray(found) ? found.filter(Array.isArray) : [];
}

export const laidOut = (sandbox) => all().find(([machine]) => machine === sandbox)?.[1] ?? null;

export function keepLayout(sandbox, layout) {
  const others = all().filter(([machine]) => machine !== sandbox);
  store(KEY, [[sandbox, layout], ...others].slice(0, MACHINES));
}

// Calls when another window laid terminals out anew.
export function watchLayouts(onChange) {
  addEventListener("storage", ({ key }) => key === KEY && onChange());
}
