// Looks whether somebody listens by now, and loads the page again when it is so: often at first, then every five seconds.
const body = document.body;
if (body.dataset.waits) {
  let pause = 700;
  const look = async () => {
    try {
      const found = await (await fetch("/_slipway/state", { cache: "no-store" })).json();
      if (found.answers || found.stamp !== body.dataset.stamp) return location.reload();
    } catch {
      // The way there is lost for a moment: the next look finds it.
    }
    pause = Math.min(pause * 1.3, 5000);
    setTimeout(look, pause);
  };
  setTimeout(look, pause);
  document.addEventListener("visibilitychange", () => { pause = 700; });
}
