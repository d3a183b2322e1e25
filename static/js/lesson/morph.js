// Puts new HTML in the place of an element and leaves alone what a person is about to type there.
import { Idiomorph } from "../../vendor/idiomorph/idiomorph.esm.js";

const isTyped = (node) => node instanceof HTMLInputElement && node.type !== "hidden" && node.value !== node.defaultValue;

const callbacks = {
  // Not copied into the new node: the attribute would then be the default, and the next swap would see nothing typed.
  beforeAttributeUpdated: (name, node) => !(name === "value" && isTyped(node)),
};

// `content` is HTML, or nodes that are parsed already.
export function swap(target, content) {
  const swapped = Idiomorph.morph(target, content, { morphStyle: "outerHTML", callbacks });
  for (const node of swapped) if (node instanceof Element) window.htmx?.process(node);
  return swapped;
}
