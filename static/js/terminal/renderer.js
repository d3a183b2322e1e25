// How a terminal is drawn: by WebGL where there is one, for it is several times as quick; else by the DOM.

import { WebglAddon } from "../../vendor/xterm/addon-webgl.mjs";

// `onDrawn` is told "webgl" or "dom", and "dom" later when the context is lost: browsers take the oldest of many.
export function drawFast(terminal, onDrawn) {
  try {
    const webgl = new WebglAddon();
    webgl.onContextLoss(() => {
      webgl.dispose();
      onDrawn("dom");
    });
    terminal.loadAddon(webgl);
    onDrawn("webgl");
  } catch {
    onDrawn("dom");
  }
}
