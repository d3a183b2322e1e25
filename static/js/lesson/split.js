// The divider: drag, arrow keys, Page keys, double click for the middle. Its place is kept for the next page.
import { keep } from "../site/cookies.js";

const LEAST = 28, MOST = 70, MIDDLE = 50;
const STEPS = { ArrowLeft: -2, ArrowRight: 2, PageUp: -10, PageDown: 10 };

export function watchGrip() {
  const split = document.querySelector(".split");
  const grip = document.querySelector(".grip");

  const set = (percent) => {
    const place = Math.round(Math.min(MOST, Math.max(LEAST, percent)));
    split.style.setProperty("--at", `${place}%`);
    grip.setAttribute("aria-valuenow", place);
    return place;
  };
  const settle = (percent) => keep("split", set(percent));
  const now = () => Number(grip.getAttribute("aria-valuenow"));

  grip.addEventListener("pointerdown", (event) => grip.setPointerCapture(event.pointerId));
  grip.addEventListener("pointermove", (event) => {
    if (!grip.hasPointerCapture(event.pointerId)) return;
    const { left, width } = split.getBoundingClientRect();
    set((100 * (event.clientX - left)) / width);
  });
  grip.addEventListener("pointerup", () => settle(now()));
  grip.addEventListener("dblclick", () => settle(MIDDLE));
  grip.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    settle(now() + step);
  });
}
