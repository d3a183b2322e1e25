// The theme's button turns without loading the page anew; without this module it is a form.
import { keep } from "./cookies.js";
import { say } from "./say.js";
import { text } from "./texts.js";

const THEMES = ["system", "light", "dark"];
const following = (theme) => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];

function show(button, theme) {
  const next = following(theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  button.value = next;
  button.title = text("themeNow", { now: text(theme) });
  button.setAttribute("aria-label", text("themeSwitch", { now: text(theme), following: text(next) }));
  button.querySelector("use").setAttribute("href", `#theme-${theme}`);
}

export function keepTheme() {
  const form = document.getElementById("theme");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const theme = button.value;
    keep("theme", theme);
    show(button, theme);
    say(text("themeNow", { now: text(theme) }));
  });
}
