// Asks before a page is opened whose address a program may have hidden behind any text.
import { ask } from "./ask.js";

// Returns a promise of whether to open. The address is shown as the browser reads it: letters that look alike differ there.
export async function askLink(address) {
  const box = document.getElementById("ask-link");
  const { host, href } = new URL(address);
  box.querySelector("strong").textContent = host;
  box.querySelector("pre").textContent = href;
  // The rest of the click that asked would close it at once.
  await new Promise((done) => setTimeout(done));
  return (await ask(box, [[box.querySelector("[data-act=open]"), true]])) ?? false;
}
