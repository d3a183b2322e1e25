// Asks in a popover. `buttons` are pairs of a button and what it means; the first gets the focus.
// Returns a promise of what the pressed one means, or of null when the popover is closed otherwise, or open already.
export function ask(box, buttons) {
  if (box.matches(":popover-open")) return Promise.resolve(null);
  return new Promise((resolve) => {
    const asked = new AbortController();
    const { signal } = asked;
    const end = (meaning) => {
      asked.abort();
      resolve(meaning);
    };
    for (const [button, meaning] of buttons) {
      button.addEventListener("click", () => {
        end(meaning);
        box.hidePopover();
      }, { signal });
    }
    box.addEventListener("toggle", ({ newState }) => newState === "closed" && end(null), { signal });
    box.showPopover();
    buttons[0][0].focus();
  });
}
