// Says something: to a screen reader, by the one live region that a page has, or also as a notice that everybody sees.

export function say(text) {
  const live = document.getElementById("live");
  if (!live || !text) return;
  // The same words again are no change, and would not be read out: a blank makes them another text.
  live.textContent = live.textContent === text ? `${text}\u00a0` : text;
}

export function notice(text) {
  const place = document.getElementById("notice");
  if (!place) return;
  place.replaceChildren();
  if (!text) return;
  const banner = document.createElement("p");
  banner.className = "banner fail";
  banner.textContent = text;
  place.append(banner);
  place.scrollIntoView({ block: "nearest" });
  say(text);
}
