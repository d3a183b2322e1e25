// Sends files up, piece by piece: what is sent is bounded, and a lost piece is sent again.
import { encoded, join, nameOf, newKey, shown } from "./names.js";
import { act, FileError } from "./remote.js";
import { words } from "./texts.js";

const PIECE_BYTES = 4 * 1024 * 1024;
const TRIES = 5, PAUSE_MILLISECONDS = 1500;
const MOST_FILES = 500;
// Another try helps with these.
const PASSING = new Set(["offline", "lost", "silent", "crowded", "full-house", "not-ready"]);

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function send(fields, piece, signal) {
  for (let left = TRIES; ; left -= 1) {
    if (signal.aborted) throw new FileError({ code: "given-up", says: words("givenUp") });
    try {
      return await act("upload", fields, piece);
    } catch (error) {
      if (!PASSING.has(error.code) || left === 1) throw error;
      await pause(PAUSE_MILLISECONDS);
    }
  }
}

// Sends one file to a path. `onPart` hears of how much is there, from 0 to 1.
async function sendFile(path, file, { signal, onPart, isToBeReplaced }) {
  const key = newKey();
  const fields = { path, key, total: file.size, replace: isToBeReplaced ? "1" : "0" };
  try {
    let at = 0;
    do {
      const piece = file.slice(at, at + PIECE_BYTES);
      await send({ ...fields, offset: at }, piece, signal);
      at += piece.size;
      onPart(file.size ? at / file.size : 1);
    } while (at < file.size);
  } catch (error) {
    act("give-up", { path, key }).catch(() => undefined);
    throw error;
  }
}

// Lists what was dropped, files in folders too: pairs of a path below the target and a file, or null for a folder.
async function* walk(entry, below) {
  const path = below ? `${below}/${encodeURIComponent(entry.name)}` : encodeURIComponent(entry.name);
  if (entry.isFile) {
    yield [path, await new Promise((resolve, reject) => entry.file(resolve, reject))];
    return;
  }
  yield [path, null];
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const each of some) yield* walk(each, path);
  }
}

export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const found = [];
  for (const entry of entries) {
    for await (const one of walk(entry, "")) {
      found.push(one);
      if (found.length > MOST_FILES) throw new FileError({ code: "too-many", says: words("tooMany", { most: MOST_FILES }) });
    }
  }
  return found;
}

export const chosen = (files) => [...files].map((file) => [encoded(file.name), file]);

// Sends all of them into a folder. `ask` is asked about each name that is taken: whether to replace it.
export async function sendAll(folder, files, { signal, onPart, ask }) {
  for (const [below, file] of files) {
    const path = join(folder, below);
    const options = { signal, onPart: (part) => onPart(shown(nameOf(path)), part), isToBeReplaced: false };
    if (file === null) await act("create", { path, kind: "folder" }).catch((error) => error.code === "exists" || Promise.reject(error));
    else {
      try {
        await sendFile(path, file, options);
      } catch (error) {
        if (error.code !== "exists") throw error;
        if (await ask(shown(nameOf(path)))) await sendFile(path, file, { ...options, isToBeReplaced: true });
      }
    }
  }
}
