// The texts of the files' panel, which the template holds in the page's language: data-says-KEY, with {places} in it.
const panel = document.getElementById("files");

export function words(key, values = {}) {
  const name = `says${key[0].toUpperCase()}${key.slice(1)}`;
  return panel.dataset[name].replaceAll(/\{(\w+)\}/g, (_, place) => values[place] ?? "");
}
