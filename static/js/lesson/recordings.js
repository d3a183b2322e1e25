// Recordings of terminals, played where they stand. Each has its text below it, open for as long as there is no player:
// without this module, and on paper, that is what is read.
const still = matchMedia("(prefers-reduced-motion: reduce)");
const players = new WeakMap();

async function mount(place) {
  place.dataset.mounted = "";
  const { AsciinemaPlayer } = await import("../../vendor/asciinema/player.mjs");
  if (!place.isConnected) return;
  // It was left behind by another text in its place, as after a change of language.
  players.get(place)?.dispose();
  place.hidden = false;
  players.set(place, AsciinemaPlayer.create({ url: place.dataset.recording }, place, {
    autoPlay: false, preload: true, poster: "npt:0:01", controls: true, fit: "width", theme: "slipway", idleTimeLimit: 2,
    terminalFontFamily: getComputedStyle(place).fontFamily, cursorMode: still.matches ? "steady" : "blinking",
  }));
  place.closest(".recording").querySelector("details").open = false;
}

export function watchRecordings() {
  const lesson = document.getElementById("main");
  const mountAll = () => lesson.querySelectorAll(".player:not([data-mounted])").forEach(mount);
  mountAll();
  new MutationObserver(mountAll).observe(lesson, { childList: true, subtree: true });
}
