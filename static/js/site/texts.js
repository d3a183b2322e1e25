// What modules say, in the page's language: its templates hold the texts as data attributes of `.texts` elements.

const places = [...document.querySelectorAll(".texts")];

// The page's language, for dates and times.
export const language = document.documentElement.lang || "en";

// The text of this name with values in its {places}. One that the page has not is a mistake of ours: its name is shown.
export function text(name, values = {}) {
  const said = places.find((place) => name in place.dataset)?.dataset[name] ?? name;
  return said.replaceAll(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export const has = (name) => places.some((place) => name in place.dataset);
