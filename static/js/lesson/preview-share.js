// A link by which others see a port of the machine for a while.
import { notice, say } from "../site/say.js";
import { post } from "./preview-post.js";

// `here` returns which sandbox and port are meant.
export function watchShare(here) {
  const box = document.getElementById("ask-share");
  const { dataset } = document.getElementById("preview");
  const field = box.querySelector("#share-link");
  const withdraw = box.querySelector("[value=withdraw]");
  let shared = null;

  const show = (url, words) => {
    field.value = url;
    field.parentElement.hidden = !words;
    withdraw.hidden = !url;
    box.querySelector(".help").textContent = words;
    say(words);
    if (url) field.select();
  };

  box.addEventListener("toggle", ({ newState }) => {
    // A link of another port is not this one's.
    if (newState === "open" && shared !== here().port) show("", "");
  });
  box.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { sandbox, port } = here();
    try {
      const answer = await post(sandbox, port, event.submitter.value);
      if (event.submitter === withdraw) show("", dataset.withdrawn);
      else {
        const { url, minutes } = await answer.json();
        show(url, dataset.shared.replace("{port}", port).replace("{minutes}", minutes));
        shared = port;
      }
    } catch {
      box.hidePopover();
      notice(dataset.failed);
    }
  });
}
