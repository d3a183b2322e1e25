// Where the learner reads: it is kept with the lesson, found again when it is opened, and marked in the contents.
const AFTER_MILLISECONDS = 1500;

const SECTIONS = ":is(.prose, .untranslated) > :is(:is(h2, h3)[id], .exercise)";

const marks = (lesson) => [...lesson.querySelectorAll(SECTIONS)];

// The last section that begins above the middle of the pane, or in it when there is nothing below.
function inHand(lesson) {
  const { top, height } = lesson.getBoundingClientRect();
  const isAtEnd = lesson.scrollTop + lesson.clientHeight >= lesson.scrollHeight - 4;
  return marks(lesson).findLast((mark) => mark.getBoundingClientRect().top < top + (isAtEnd ? height : height / 2));
}

function keep(lesson, section) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  body.set("section", section);
  // It is sent even while the page is being left.
  navigator.sendBeacon(lesson.dataset.keep, body);
}

function markInContents(section) {
  for (const link of document.querySelectorAll("#contents-list a")) {
    if (link.hash === `#${section}`) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  }
}

export function watchPlace() {
  const lesson = document.getElementById("main");
  const contents = document.getElementById("contents");
  let kept = lesson.dataset.place ?? "";
  let timer = null;

  const settle = () => {
    const section = inHand(lesson)?.id ?? "";
    if (!lesson.dataset.keep || !section || section === kept) return;
    kept = section;
    keep(lesson, section);
  };

  if (kept && !location.hash) document.getElementById(kept)?.scrollIntoView({ block: "start", behavior: "instant" });
  lesson.addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(settle, AFTER_MILLISECONDS);
  }, { passive: true });
  addEventListener("pagehide", () => timer !== null && settle());
  contents.addEventListener("toggle", () => markInContents(inHand(lesson)?.id));
  contents.addEventListener("click", ({ target }) => {
    const link = target.closest("a[href^='#']");
    if (!link) return;
    contents.hidePopover();
    document.getElementById(link.hash.slice(1))?.focus?.();
  });
}
