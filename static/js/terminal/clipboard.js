// Copying from and pasting into a terminal.
import { clean, isRisky, linesOf } from "./paste.js";

// Copies what is selected once the pointer lets go, if the person wants that.
export function copySelection(element, screen, wantsIt, onCopied) {
  const copy = async () => {
    if (!wantsIt() || !screen.selection) return;
    try {
      await navigator.clipboard.writeText(screen.selection);
    } catch {
      // Without TLS there is no clipboard; xterm.js answers the older way.
      document.execCommand("copy");
    }
    onCopied();
  };
  element.addEventListener("pointerdown", () => {
    // Wherever it lets go, and after xterm.js has heard of it.
    document.addEventListener("pointerup", () => setTimeout(copy), { once: true });
  });
}

// Takes pastes before xterm.js does: without what could act by itself, and what may run at once only after `ask(lines)` said yes.
export function guardPastes(element, screen, ask) {
  const paste = async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (isRisky(text, screen.tellsPastes) && !(await ask(linesOf(text)))) return;
    screen.paste(clean(text));
    screen.focus();
  };
  element.addEventListener("paste", paste, { capture: true });
}
