// The bell as a flash. WCAG 2.3.1 allows three in a second; a program that rings without end gets two.
const EVERY_MILLISECONDS = 500, FLASH_MILLISECONDS = 160;

export class Bell {
  #element;
  #rungAt = -Infinity;

  constructor(element) {
    this.#element = element;
  }

  ring() {
    const now = performance.now();
    if (now - this.#rungAt < EVERY_MILLISECONDS) return;
    this.#rungAt = now;
    this.#element.dataset.bell = "";
    setTimeout(() => { delete this.#element.dataset.bell; }, FLASH_MILLISECONDS);
  }
}
