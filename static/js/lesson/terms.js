// A word of the glossary shows its meaning under a resting mouse too; pressing it needs no script.
const AFTER_MILLISECONDS = 300;
const LEAVING_MILLISECONDS = 200;

export function watchTerms() {
  const lesson = document.getElementById("main");
  let timer = null;
  let shown = null;

  const meaningOf = (term) => document.getElementById(term.getAttribute("popovertarget"));
  const later = (milliseconds, act) => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };

  lesson.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType !== "mouse") return;
    const term = target.closest(".term");
    if (term && !meaningOf(term)?.matches(":popover-open")) {
      later(AFTER_MILLISECONDS, () => {
        // The word may have gone meanwhile; and another popover, such as a question, would be closed by this one.
        const meaning = meaningOf(term);
        const open = document.querySelector(":popover-open");
        if (!meaning || (open && open !== shown)) return;
        shown = meaning;
        shown.showPopover();
      });
    } else if (term || target.closest(".meaning")) clearTimeout(timer);
    else if (shown) {
      later(LEAVING_MILLISECONDS, () => {
        shown.hidePopover();
        shown = null;
      });
    } else clearTimeout(timer);
  });
  // Who presses wants it to stay, or to go.
  lesson.addEventListener("click", ({ target }) => {
    if (!target.closest(".term")) return;
    clearTimeout(timer);
    shown = null;
  });
}
