// Texts that are not saved yet, kept in this browser: a lost connection, a suspended machine or a closed window loses none.
import { store, stored } from "../site/stored.js";

const KEY = "drafts", MOST = 20, MOST_LETTERS = 2_000_000;

const isDraft = (one) => one && typeof one === "object" && ["machine", "path", "token", "text"].every((key) => typeof one[key] === "string");

function all() {
  const found = stored(KEY);
  return Array.isArray(found) ? found.filter(isDraft) : [];
}

export const draftsOf = (machine) => all().filter((one) => one.machine === machine);

// The newest come first; the oldest go when there are too many.
function keep(drafts) {
  let letters = 0;
  store(KEY, drafts.slice(0, MOST).filter(({ text }) => (letters += text.length) <= MOST_LETTERS));
}

const others = (machine, path) => all().filter((one) => one.machine !== machine || one.path !== path);

export const keepDraft = (draft) => keep([draft, ...others(draft.machine, draft.path)]);
export const dropDraft = (machine, path) => keep(others(machine, path));
