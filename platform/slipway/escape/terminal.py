"""The terminal: what a hostile program prints at the browser of whoever looks at it.

A program in the machine prints; the page draws it as a learner's or a grader's would. Afterwards the page is looked
at, or the program tells what the terminal answered, for an answer is typed into the shell.
"""

import base64
import contextlib
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from slipway.escape.attempts import Outcome, Proof, Result
from slipway.escape.chromium import BrowserError, Page
from slipway.escape.guests import Guest, Shell, SiteError

FAMILY = "terminal"
# Without a c, which ends the terminal's answer to WHICH.
PAYLOAD = "typed-by-it"
SETTLE_SECONDS = 0.2
ANSWER_SECONDS = 8
STOPPED_SECONDS = 20.0
HOVERS = 3
# Which terminal are you? The answer comes after those to what was asked before. It is this and a c, as bash quotes it.
WHICH, THIS_ONE = r"\033[c", r"$'\E[?1;2'"
OVERSIZED = 1 << 21
# As bash quotes it.
PASTE_ENDS = r"\E[201~"
# What a click opened.
WATCH = """
window.opened = [];
window.open = (address) => { window.opened.push(String(address)); return null; };
"""
# What the page asks before it opens a link, which is answered with yes.
ASKED = """
(() => {
  const box = document.querySelector("#ask-link:popover-open");
  if (!box) return "";
  const said = box.querySelector("pre").textContent;
  box.querySelector("[data-act=open]").click();
  return said;
})()
"""
# The place of a character of the terminal's rows, by the text around it.
PLACE = """
(() => {
  for (const row of document.querySelectorAll("#views .view:not([hidden]) .xterm-rows > div")) {
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    if (!row.textContent.startsWith(%r)) continue;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(%r);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const {x, y, width, height} = range.getBoundingClientRect();
      return {x: x + width / 2, y: y + height / 2};
    }
  }
  return null;
})()
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """A page with a terminal, and another way to the same shell."""

    page: Page
    shell: Shell

    def print(self, text: str) -> None:
        """Have the machine print a text, given as printf takes it, on an empty screen, and wait until it is drawn."""
        mark = f"drawn-{time.monotonic_ns()}"
        self.shell.say(f"clear; printf '{text}'; echo; echo '{mark[:6]}''{mark[6:]}'")
        shown = f'document.querySelector("#views .view:not([hidden]) .xterm-rows").textContent.includes("{mark}")'
        self.page.wait_for(shown)

    def answer(self, text: str) -> str:
        """Print, ask which terminal it is, and return what was answered up to that, quoted as bash does it."""
        program = (
            f"clear; stty raw -echo; printf '{text}{WHICH}'; IFS= read -rsd c -t {ANSWER_SECONDS} said; stty sane;"
            " echo; printf '@@%q@@' \"$said\""
        )
        return [*self.shell.say(program).split("@@"), "", ""][-4]

    def size(self) -> str:
        """Return the terminal's rows and columns."""
        said = re.findall(r"\b\d+ \d+\b", self.shell.say("stty size"))
        if not said:
            raise SiteError("stty told no size")
        return str(said[-1])

    def follow(self) -> tuple[str, list[str]]:
        """Click on the row that begins with "link"; return what the page asked, and what it opened after a yes."""
        place = self.page.evaluate(PLACE % ("link", "Z"))
        if place is None:
            raise BrowserError("the link is not on the screen")
        self.page.evaluate(WATCH)
        # Output that comes late, such as the prompt, makes the terminal forget the link until the mouse comes anew.
        for _ in range(HOVERS):
            self.page.point(place["x"], place["y"] + 200)
            self.page.point(place["x"], place["y"])
            time.sleep(SETTLE_SECONDS)
            if self.page.evaluate('!!document.querySelector(".xterm-cursor-pointer")'):
                break
        self.page.click(place["x"], place["y"])
        time.sleep(SETTLE_SECONDS)
        return str(self.page.evaluate(ASKED)), list(self.page.evaluate("window.opened"))


Answer = tuple[bool, str]
Probe = Callable[..., Answer]


def answered(hostile: str, marker: str = "") -> Probe:
    """Return a probe of what is typed into the shell: hostile output must not bring `marker` there, or anything at all.

    The control asks what a terminal does answer: which one it is.
    """

    def probe(desk: Desk, *, own: bool) -> Answer:
        said = desk.answer("" if own else hostile)
        if "[?1;2" not in said and (own or not marker or marker not in said):
            raise BrowserError(f"the terminal did not answer: {said[:80]}")
        return own or (marker in said if marker else said != THIS_ONE), f"answered {said[:80]}"

    return probe


def writes_clipboard(desk: Desk, *, own: bool) -> Answer:
    """Look whether the clipboard has the program's text; as a control, what the page itself puts there."""
    desk.page.evaluate("navigator.clipboard.writeText('before')")
    if own:
        desk.page.evaluate(f"navigator.clipboard.writeText('{PAYLOAD}')")
    else:
        desk.print(rf"\033]52;c;{base64.b64encode(PAYLOAD.encode()).decode()}\a")
    found = desk.page.evaluate("navigator.clipboard.readText()")
    return found == PAYLOAD, f"the clipboard holds {found}"


def changes_title(desk: Desk, *, own: bool) -> Answer:
    """Look whether the page's title is the program's."""
    before = desk.page.evaluate("document.title")
    if own:
        desk.page.evaluate(f"document.title = '{PAYLOAD}'")
    else:
        desk.print(rf"\033]0;{PAYLOAD}\a")
    after = desk.page.evaluate("document.title")
    desk.page.evaluate(f"document.title = {before!r}")
    return after != before, f"the title is {after}"


def oversized(desk: Desk, *, own: bool) -> Answer:
    """Look whether the page still draws what comes after; as a control, whether a page that is busy is noticed."""
    if own:
        desk.page.evaluate("setTimeout(() => { const end = Date.now() + 2000; while (Date.now() < end); }, 0)")
    begin = time.monotonic()
    if own:
        desk.page.evaluate("1")
    else:
        desk.shell.say(rf"printf '\033]2;'; head -c {OVERSIZED} /dev/zero | tr '\0' x; printf '\a'")
        desk.print("after")
    took = time.monotonic() - begin
    length = len(desk.page.evaluate("document.title"))
    # Half of what the control takes; a machine that is busy itself needs a while for 2 MiB.
    return took > (1.0 if own else STOPPED_SECONDS), f"drawn after {took:.1f} s; the title has {length} letters"


def link(hostile: str, harmless: str) -> Probe:
    """Return a probe that clicks on what a program printed as a link: nothing may be opened."""

    def probe(desk: Desk, *, own: bool) -> Answer:
        desk.print(harmless if own else hostile)
        _, opened = desk.follow()
        return bool(opened), f"opened {opened or 'nothing'}"

    return probe


def disguised_link(desk: Desk, *, own: bool) -> Answer:
    """Click on a link that says one address and leads to another: the page must name the other before."""
    address = "https://good.example/Z" if own else "https://evil.example/"
    desk.print(rf"link \033]8;;{address}\033\\https://good.example/Z\033]8;;\033\\")
    asked, opened = desk.follow()
    if address not in opened:
        raise BrowserError(f"the click opened {opened or 'nothing'}")
    return own or asked != address, f"the page asked about {asked}" if asked else "the page did not ask"


def markup(desk: Desk, *, own: bool) -> Answer:
    """Look whether the page took a program's output for its own elements."""
    element = "<img src=x onerror=window.escaped=1><b id=escaped>"
    if own:
        desk.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<b id=escaped></b>')")
    else:
        desk.print(element)
    found = bool(desk.page.evaluate("!!document.getElementById('escaped') || !!window.escaped"))
    desk.page.evaluate("document.getElementById('escaped')?.remove()")
    return found, "it is there" if found else "it stands there as text"


def reordered(desk: Desk, *, own: bool) -> Answer:
    """Look whether letters stand in another order than they were printed in."""
    if own:
        script = """(() => {
          const line = document.createElement("p");
          line.textContent = "\u202eAB";
          document.body.append(line);
          const left = (at) => { const range = document.createRange(); range.setStart(line.firstChild, at);
            range.setEnd(line.firstChild, at + 1); return range.getBoundingClientRect().x; };
          const is = left(2) < left(1);
          line.remove();
          return is;
        })()"""
        return bool(desk.page.evaluate(script)), "letters turned round"
    # An override and an isolate, which turn letters round, and letters that are written from right to left anyway.
    desk.print(r"order \xe2\x80\xaeAB\xe2\x80\xac \xe2\x81\xa7CD\xe2\x81\xa9 \xd7\x90\xd7\x91")
    places = [desk.page.evaluate(PLACE % ("order", letter)) for letter in "ABCD\u05d0\u05d1"]
    if None in places:
        raise BrowserError("the row is not on the screen")
    lefts = [place["x"] for place in places]
    return lefts != sorted(lefts), f"from the left: {', '.join(f'{left:.0f}' for left in lefts)}"


def resized(desk: Desk, *, own: bool) -> Answer:
    """Look whether the terminal has another size than the window gives it."""
    before = desk.size()
    if own:
        desk.shell.say("stty rows 5 cols 20")
    else:
        desk.print(r"\033[8;5;20t\033[3;0;0t\033[2t")
        time.sleep(SETTLE_SECONDS)
    after = desk.size()
    rows, columns = before.split()
    desk.shell.say(f"stty rows {rows} cols {columns}")
    return after != before, f"{before}, then {after}"


def pasted(desk: Desk, *, own: bool) -> Answer:
    """Paste what ends the paste by itself, so that the rest would be typed; the control: a paste arrives marked."""
    text = "abc" if own else r"abc\u001b[201~" + PAYLOAD + r"\n"
    paste = f"""(() => {{
      const data = new DataTransfer();
      data.setData("text/plain", "{text}");
      const area = document.querySelector("#views .view:not([hidden]) textarea");
      area.dispatchEvent(new ClipboardEvent("paste", {{clipboardData: data, bubbles: true, cancelable: true}}));
    }})()"""
    # A word of this time: what was there before is on the screen until it is cleared.
    word = secrets.token_hex(4)
    desk.shell.type(
        f"clear; stty raw -echo; printf '\\033[?2004h{word[:4]}''{word[4:]}'; IFS= read -rsd '' -t 1.5 said; "
        "stty sane; printf '\\033[?2004l'; echo; printf '<%q>' \"$said\"; echo done''now\r"
    )
    rows = 'document.querySelector("#views .view:not([hidden]) .xterm-rows")'
    desk.page.wait_for(f'{rows}.textContent.includes("{word}")')
    desk.page.evaluate(paste)
    said = desk.shell.read_until("donenow").rpartition("<")[2]
    if "200~" not in said:
        raise BrowserError(f"the paste did not arrive: {said[:80]}")
    return (said.count(PASTE_ENDS) == 1 if own else said.count(PASTE_ENDS) > 1), f"arrived as {said[:80].strip('<>')}"


OSC8 = r"link \033]8;;%s\033\\Zed\033]8;;\033\\"
ATTEMPTS: dict[str, tuple[str, Probe]] = {
    "clipboard-read": ("read the clipboard (OSC 52)", answered(r"\033]52;c;?\a")),
    "clipboard-write": ("write to the clipboard (OSC 52)", writes_clipboard),
    "title-report": ("have the title typed into the shell (CSI 21 t)",
                     answered(rf"\033]2;{PAYLOAD}\a\033[21t", PAYLOAD)),
    "icon-report": ("have the icon's name typed into the shell (CSI 20 t)",
                    answered(rf"\033]1;{PAYLOAD}\a\033[20t", PAYLOAD)),
    "decrqss": ("have a question repeated into the shell (DECRQSS)",
                answered(rf"\033P$q{PAYLOAD}\033\\", PAYLOAD)),
    "answerback": ("have an answerback typed into the shell (ENQ)", answered(r"\005")),
    "termcap": ("have a capability repeated into the shell (XTGETTCAP)",
                answered(rf"\033P+q{PAYLOAD.encode().hex()}\033\\", PAYLOAD.encode().hex()[:8])),
    "title": ("change the page's title (OSC 0)", changes_title),
    "oversized": (f"stop the page by a title of {OVERSIZED >> 20} MiB", oversized),
    "javascript-link": ("have a link run JavaScript (OSC 8 javascript:)",
                        link(OSC8 % "javascript:window.escaped=1", OSC8 % "https://example.org/")),
    "data-link": ("have a link open a page of its own making (OSC 8 data:)",
                  link(OSC8 % "data:text/html,escape", OSC8 % "https://example.org/")),
    "javascript-text": ("have a text that looks like one run JavaScript",
                        link("link javascript:Zed()", "link https://example.org/Zed")),
    "disguised-link": ("disguise where a link leads (OSC 8)", disguised_link),
    "markup": ("have its output taken for elements of the page", markup),
    "bidi": ("turn letters round, so that a command looks like another one (U+202E)", reordered),
    "resize": ("resize or move the window (CSI t)", resized),
    "paste": ("end a paste early, so that the rest of it is typed", pasted),
}  # fmt: skip


@contextlib.contextmanager
def opened(page: Page, guest: Guest) -> Iterator[Desk]:
    """Open the guest's own lesson and wait for the terminal. Raise `BrowserError`, or what a shell raises."""
    for cookie in guest.web.cookies:
        page.call("Network.setCookie", name=cookie.name, value=cookie.value or "", url=guest.address)
    page.call("Browser.grantPermissions", origin=guest.address,
              permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])  # fmt: skip
    page.call("Emulation.setFocusEmulationEnabled", enabled=True)
    page.call("Page.navigate", url=guest.address + guest.lesson)
    page.wait_for('document.querySelector("#views .view:not([hidden])")?.dataset.state === "ready"')
    # Until the lesson is set up, the page keeps what is typed.
    page.wait_for("!!document.querySelector('#machine-state[data-kind=ready][data-set-up=\"\"]')")
    with guest.shell(guest.terminal) as shell:
        yield Desk(page, shell)


def results(desk: Desk, *, controls: bool) -> Iterator[Result]:
    """Give the result of each attempt."""
    for name, (tried, probe) in ATTEMPTS.items():
        outcome, observed = _attempt(desk, probe)
        proof, why = _control(desk, probe) if controls else (Proof.NOT_ASKED, "")
        yield Result(FAMILY, name, tried, outcome, observed, proof, why)


def _attempt(desk: Desk, probe: Probe) -> tuple[Outcome, str]:
    try:
        is_in, said = probe(desk, own=False)
    except (BrowserError, SiteError, OSError) as error:
        return Outcome.NOT_MADE, str(error)
    return (Outcome.OPEN if is_in else Outcome.HELD), said


def _control(desk: Desk, probe: Probe) -> tuple[Proof, str]:
    try:
        is_in, said = probe(desk, own=True)
    except (BrowserError, SiteError, OSError) as error:
        return Proof.FAILS, str(error)
    return (Proof.WORKS, "") if is_in else (Proof.FAILS, said)
