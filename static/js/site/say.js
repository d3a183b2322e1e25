// Says something: softly to a screen reader, or as a notice that everybody sees.

export function say(text) {
  const live = document.getElementById("live");
  if (live && text) live.textContent = text;
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
}
