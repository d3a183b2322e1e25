// Keeps the page above a phone's keyboard, which covers the lower end of the window instead of making it smaller.
const LEAST_KEYBOARD_PIXELS = 100;

export function watchViewport() {
  const seen = window.visualViewport;
  if (!seen) return;
  const work = document.querySelector(".work");
  const fit = () => {
    // Who has zoomed in sees a part of the page on purpose.
    const isCovered = seen.scale < 1.05 && innerHeight - seen.height > LEAST_KEYBOARD_PIXELS;
    work.toggleAttribute("data-keyboard", isCovered);
    if (isCovered) work.style.setProperty("--seen", `${seen.height}px`);
    else work.style.removeProperty("--seen");
    // Some browsers move the page up to what has the focus; now that it fits, all of it can be seen.
    if (isCovered && seen.offsetTop) scrollTo(0, 0);
  };
  seen.addEventListener("resize", fit);
  seen.addEventListener("scroll", fit);
  fit();
}
