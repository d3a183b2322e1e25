// What this browser keeps between pages. Where it keeps nothing, as with storage turned off or full, a page works without.

// Returns the value, or null when there is none that can be read.
export function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export function store(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // It holds for this page alone.
  }
}
