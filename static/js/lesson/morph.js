// Puts new HTML in the place of an element and leaves alone what a person has typed or opened there.
import { Idiomorph } from "../../vendor/idiomorph/idiomorph.esm.js";

const isField = (node) => node instanceof HTMLInputElement && node.type !== "hidden";

// A form that a person is filling in stays as it is until it is sent.
const isTouched = (node) => node instanceof Element && node.matches("form[data-touched]");

// A recording plays on while something else of its card changes.
const isPlayer = (node, other) => node instanceof Element && node.matches(".player[data-mounted]") && node.dataset.recording === other.dataset?.recording;

const callbacks = {
  beforeNodeMorphed: (node, other) => !isTouched(node) && !isPlayer(node, other),
  beforeAttributeUpdated: (name, node) => !(name === "value" && isField(node)) && !(name === "open" && node instanceof HTMLDetailsElement),
};

// `content` is HTML, or nodes that are parsed already.
export function swap(target, content) {
  const swapped = Idiomorph.morph(target, content, { morphStyle: "outerHTML", callbacks });
  for (const node of swapped) if (node instanceof Element) window.htmx?.process(node);
  return swapped;
}
