// The theme's button turns without loading the page anew; without this module it is a form.
import { keep } from "./cookies.js";
import { say } from "./say.js";

const THEMES = ["system", "light", "dark"];
const following = (theme) => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];

function show(button, theme) {
  const next = following(theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  button.value = next;
  button.title = `Theme: ${theme}`;
  button.setAttribute("aria-label", `Theme: ${theme}. Switch to ${next}.`);
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
    say(`Theme: ${theme}`);
  });
}
