import { mountTerminal } from "/static/js/terminal/mount.js";

window.states = [];
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective + " " + event.sourceFile));
const element = document.getElementById("terminal");
element.addEventListener("slipway:terminal-state", ({ detail }) => window.states.push(detail));
window.terminal = mountTerminal(element, { path: "/ws", label: "Terminal 1" });
