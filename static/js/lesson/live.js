// What changes while the page is open comes as HTML over a WebSocket and takes the place of what is there.
import { say } from "../site/say.js";
import { swap } from "./morph.js";
import { Socket } from "./socket.js";

function apply({ fragments, say: words }) {
  for (const { target, html } of fragments) {
    const element = document.getElementById(target);
    if (element) swap(element, html);
  }
  say(words);
}

export function openLive(path) {
  return new Socket(path, {
    onMessage: apply,
    onState: (detail) => document.dispatchEvent(new CustomEvent("slipway:live-state", { detail })),
  });
}
