// Acts on the files of the machine: one request each (platform/slipway/files/).
import { words } from "./texts.js";

// Why an act failed: `code` of platform/slipway/files/saying.py, or "offline"; `message` is the sentence for it.
export class FileError extends Error {
  constructor({ code, says, text, token }) {
    super(says);
    this.code = code;
    this.text = text;
    this.token = token;
  }
}

export const machine = () => document.getElementById("machine-state").dataset.sandbox;
const base = () => `/machines/${machine()}/files`;

export async function act(name, fields, content = "") {
  let answer;
  try {
    answer = await fetch(`${base()}/${name}/?${new URLSearchParams(fields)}`, {
      method: "POST",
      headers: {
        "Content-Type": "application/octet-stream",
        "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body: content,
    });
  } catch {
    throw new FileError({ code: "offline", says: words("offline") });
  }
  const said = await answer.json().catch(() => ({ code: "offline", says: words("offline") }));
  if (!answer.ok) throw new FileError(said);
  return said;
}

export const addressOf = (path) => `${base()}/download/?${new URLSearchParams({ path })}`;

// Asks first whether it can be sent, for a browser would show the refusal in the page's place.
export async function download(path) {
  const answer = await fetch(addressOf(path), { signal: AbortSignal.timeout(120_000) }).catch(() => null);
  if (!answer) throw new FileError({ code: "offline", says: words("offline") });
  if (!answer.ok) throw new FileError(await answer.json().catch(() => ({ code: "offline", says: words("offline") })));
  await answer.body.cancel();
  const link = document.createElement("a");
  link.href = addressOf(path);
  link.download = "";
  link.click();
}
