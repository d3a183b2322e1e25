// How a terminal is drawn: by the DOM, which is quick enough for what people type, and once a program has printed much,
// by WebGL where there is one. That is several times as quick, and too large to wait for with the first prompt.

const MUCH_BYTES = 64 * 1024;

export class Renderer {
  #terminal;
  #onDrawn;
  #printed = 0;
  #isAsked = false;

  // `onDrawn` is told "dom", then "webgl", and "dom" again when the context is lost: browsers take the oldest of many.
  constructor(terminal, onDrawn) {
    this.#terminal = terminal;
    this.#onDrawn = onDrawn;
    onDrawn("dom");
  }

  printed(bytes) {
    this.#printed += bytes;
    if (this.#isAsked || this.#printed < MUCH_BYTES) return;
    this.#isAsked = true;
    this.#drawFast();
  }

  async #drawFast() {
    try {
      const { WebglAddon } = await import("../../vendor/xterm/addon-webgl.mjs");
      if (!this.#terminal.element?.isConnected) return;
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => {
        webgl.dispose();
        this.#onDrawn("dom");
      });
      this.#terminal.loadAddon(webgl);
      this.#onDrawn("webgl");
    } catch {
      // There is none here, or no connection to load it: the DOM draws on.
    }
  }
}
