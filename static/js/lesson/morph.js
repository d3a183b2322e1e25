// Puts new HTML in the place of an element and leaves alone what a person is about to type there.
import { Idiomorph } from "../../vendor/idiomorph/idiomorph.esm.js";

const isTyped = (node) => node instanceof HTMLInputElement && node.type !== "hidden" && node.value !== node.defaultValue;

const callbacks = {
  beforeNodeMorphed(before, after) {
    if (isTyped(before) && after instanceof HTMLInputElement) after.setAttribute("value", before.value);
    return true;
  },
};

// `content` is HTML, or nodes that are parsed already.
export function swap(target, content) {
  const swapped = Idiomorph.morph(target, content, { morphStyle: "outerHTML", callbacks });
  for (const node of swapped) if (node instanceof Element) window.htmx?.process(node);
  return swapped;
}
