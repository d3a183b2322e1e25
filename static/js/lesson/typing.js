// Says what of the typing did not reach the shell and never will. It stays until it is closed.

import { say } from "../site/say.js";

const TOO_MUCH = "found no room, so they were not sent: 4 KiB are kept while the connection is down, and a paste may have 8 MiB.";
const TOO_LATE = "were meant for a shell that has ended, so they were not sent.";

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
      ...(detail.lost ? [`${detail.lost} bytes that you typed ${TOO_MUCH}`] : []),
      ...(detail.orphaned ? [`${detail.orphaned} bytes that you typed ${TOO_LATE}`] : []),
    ];
    banner.querySelector(".why").textContent = said.join(" ");
    say(said.join(" "));
    banner.hidden = false;
  });
}
