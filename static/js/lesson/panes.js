// The two panes of a phone: a swipe or a button, each follows the other.
import { say } from "../site/say.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

export function turnTo(id) {
  const split = document.querySelector(".split");
  if (split.scrollWidth <= split.clientWidth) return;
  const left = document.getElementById(id).offsetLeft;
  split.scrollTo({ left, behavior: still.matches ? "instant" : "smooth" });
}

export function watchPanes() {
  const split = document.querySelector(".split");
  const buttons = [...document.querySelectorAll(".panes button")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      turnTo(button.dataset.pane);
      say(button.firstChild.textContent.trim());
    });
  }
  split.addEventListener("scroll", () => {
    const at = Math.round(split.scrollLeft / split.clientWidth);
    buttons.forEach((button, number) => {
      if (number === at) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
  }, { passive: true });
}
