// Paths and names. They are percent-encoded wherever they are kept, for a name may be any bytes. Pure.

// What a person typed, as a name; parts of a path keep their slashes.
export const encoded = (typed) => typed.split("/").map(encodeURIComponent).join("/");

// As it can be read: bytes that are no UTF-8 are shown as \xNN, and so is what would not be seen.
export function shown(path) {
  const bytes = Uint8Array.from(path.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), (letter) => letter.charCodeAt(0));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
  } catch {
    return [...bytes].map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : hex(byte))).join("");
  }
}

const hex = (byte) => `\\x${byte.toString(16).padStart(2, "0")}`;
const escaped = (letter) => [...new TextEncoder().encode(letter)].map(hex).join("");

export const join = (folder, name) => (folder === "/" ? `/${name}` : `${folder}/${name}`);
export const parentOf = (path) => path.slice(0, path.lastIndexOf("/")) || "/";
export const nameOf = (path) => path.slice(path.lastIndexOf("/") + 1) || "/";
export const isBelow = (path, folder) => path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);

// A key for something that must not be done twice, also on pages without crypto.randomUUID.
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
