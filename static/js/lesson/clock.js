// The machine's time: counted down here from what the server said last, and warned of once, five minutes before the end.
import { say } from "../site/say.js";
import { language, text } from "../site/texts.js";

const MINUTE = 60_000;
const SOON = 5 * MINUTE;
// Fragments that say something of the time, each replaced whole when there is news.
const PLACES = ["machine-clock", "machine-time", "machine-times"];

const atHand = (moment) => new Date(moment).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

class Clock {
  #clock = document.getElementById("machine-clock");
  #banner = document.getElementById("machine-time");
  #ends = null;
  #isWarned = false;

  constructor() {
    const news = new MutationObserver(() => this.#take());
    news.observe(this.#clock, { attributes: true, attributeFilter: ["data-ends", "data-now"] });
    document.addEventListener("slipway:extended", () => this.#tell());
    setInterval(() => this.#show(), 1000);
    this.#take();
  }

  // By the difference of the server's two times: the clock of this computer may be wrong.
  #take() {
    const { ends, now } = this.#clock.dataset;
    this.#ends = ends ? Date.now() + Number(ends) - Number(now) : null;
    for (const place of PLACES) {
      for (const time of document.querySelectorAll(`#${place} time`)) time.textContent = atHand(time.dateTime);
    }
    this.#show();
  }

  // A button that went with its warning hands the focus on to the one that stays.
  #tell() {
    if (this.#ends === null || this.#ends - Date.now() <= SOON) return;
    say(text("extended", { time: atHand(this.#ends) }));
    if (document.activeElement === document.body) this.#clock.querySelector("button")?.focus();
  }

  #show() {
    const left = this.#ends === null ? Infinity : Math.max(0, this.#ends - Date.now());
    const isSoon = left <= SOON;
    this.#clock.toggleAttribute("data-soon", isSoon);
    this.#banner.hidden = !isSoon;
    if (this.#ends === null) return;
    const words = text("minutes", { minutes: Math.ceil(left / MINUTE) });
    for (const place of document.querySelectorAll("[data-left]")) if (place.textContent !== words) place.textContent = words;
    if (isSoon && !this.#isWarned) say(this.#banner.querySelector("span").textContent);
    this.#isWarned = isSoon;
  }
}

export function watchClock() {
  if (document.getElementById("machine-clock")) new Clock();
}
