// Says what of the typing did not reach the shell and never will. It stays until it is closed.
import { say } from "../site/say.js";
import { text } from "../site/texts.js";

export function watchLostTyping() {
  const told = new WeakMap();
  const banner = document.getElementById("typing-lost");
  banner.querySelector("button").addEventListener("click", () => { banner.hidden = true; });
  document.getElementById("machine").addEventListener("slipway:terminal-state", ({ target, detail }) => {
    const count = detail.lost + detail.orphaned;
    const isNews = count > (told.get(target) ?? 0);
    told.set(target, count);
    if (!isNews) return;
    const said = [
      ...(detail.lost ? [text("typedTooMuch", { bytes: detail.lost })] : []),
      ...(detail.orphaned ? [text("typedTooLate", { bytes: detail.orphaned })] : []),
    ];
    banner.querySelector(".why").textContent = said.join(" ");
    say(said.join(" "));
    banner.hidden = false;
  });
}
