import { PLAIN } from "/static/js/terminal/look.js";
import { mountTerminal } from "/static/js/terminal/mount.js";
import { playKeys } from "/play.js";

window.states = [];
window.violations = [];
window.asked = [];
window.answers = [];
window.left = 0;
window.plain = PLAIN;
window.playKeys = playKeys;
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective + " " + event.sourceFile));
const element = document.getElementById("terminal");
element.addEventListener("slipway:terminal-state", ({ detail }) => window.states.push(detail));
window.terminal = mountTerminal(element, {
  path: "/ws", label: "Terminal 1", sayPast: (moment) => `── Suspended ${moment.toLocaleString("en", { dateStyle: "long" })}. A new shell begins here. ──`,
  onLeave: () => { window.left += 1; },
  askPaste: async (lines) => {
    window.asked.push(lines);
    return window.answers.shift();
  },
});
