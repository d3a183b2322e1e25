"""What a person does with a terminal beyond typing: several windows, pasting, copying, the bell, leaving it."""

import re
import shutil
from itertools import count, pairwise

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import ARGUMENTS, SHELL
from tests.browser.terminal.conftest import Served, shown
from tests.browser.terminal.test_page import run, see
from tests.instance import wait_for

pytestmark = pytest.mark.browser

_asked = count(1)
PASTE = """(text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.querySelector(".xterm-helper-textarea").dispatchEvent(event);
}"""


def size(page: Page) -> tuple[int, int]:
    """Return rows and columns as the shell has them."""
    number = next(_asked)
    run(page, f"stty size | sed 's/ /x/; s/^/{number}:/'")
    found: list[tuple[str, str]] = []

    def look() -> bool:
        found[:] = re.findall(rf"^{number}:(\d+)x(\d+)$", shown(page), re.MULTILINE)
        return bool(found)

    wait_for("the size", look)
    return int(found[-1][0]), int(found[-1][1])


def test_two_windows_share_the_smaller_size(terminal: Page, served: Served) -> None:
    """Both draw all of it, and the larger one gets its own size back when it is alone or the other looks away."""
    alone = size(terminal)
    other = terminal.context.new_page()
    other.goto(f"http://127.0.0.1:{served.port}/")
    other.wait_for_selector("#terminal[data-state=ready]")
    other.evaluate("document.getElementById('terminal').style.width = '400px'")
    terminal.wait_for_selector("#terminal[data-shared]")
    shared = size(terminal)
    assert shared[1] < alone[1]
    see(other, f":{shared[0]}x{shared[1]}")
    other.evaluate("window.terminal.show(false)")
    terminal.wait_for_selector("#terminal:not([data-shared])")
    assert size(terminal) == alone
    other.evaluate("window.terminal.show(true)")
    terminal.wait_for_selector("#terminal[data-shared]")
    other.close()
    terminal.wait_for_selector("#terminal:not([data-shared])")
    assert size(terminal) == alone


def test_several_lines_are_pasted_when_the_person_says_so(terminal: Page) -> None:
    """One line is pasted at once; of several, none is typed before that; what could act by itself is left out."""
    terminal.evaluate("window.answers = [false, true]")
    terminal.evaluate(PASTE, "echo first\x03\x1b[31m line")
    see(terminal, "echo first[31m line")
    terminal.keyboard.press("Control+U")
    terminal.evaluate(PASTE, "echo two\necho lines\n")
    terminal.evaluate(PASTE, "echo 1$((1 + 1))\necho 3$((2 + 2))\n")
    see(terminal, "echo 3$((2 + 2))")
    assert "echo two" not in shown(terminal).replace("\xa0", " ")
    assert terminal.evaluate("window.asked") == [["echo two", "echo lines"], ["echo 1$((1 + 1))", "echo 3$((2 + 2))"]]


def test_a_line_that_would_run_at_once_is_asked_about(terminal: Page) -> None:
    """The shell waits for Enter after a paste; to a program that cannot tell one from keys a line break is Enter."""
    terminal.evaluate("window.answers = [false]")
    terminal.evaluate(PASTE, "echo at the prompt\n")
    see(terminal, "echo at the prompt")
    assert terminal.evaluate("window.asked") == []
    terminal.keyboard.press("Control+U")
    run(terminal, "cat")
    wait_for("the program reads", lambda: bool(terminal.evaluate("window.terminal.isBusy")))
    terminal.evaluate(PASTE, "at once\n")
    assert terminal.evaluate("window.asked") == [["at once"]]
    assert "at once" not in shown(terminal).replace("\xa0", " ")
    terminal.keyboard.press("Control+C")


def test_what_is_selected_is_copied_if_the_person_wants_that(terminal: Page, context: BrowserContext) -> None:
    """And not before it was chosen."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    run(terminal, "clear; echo copied")
    see(terminal, "copied")
    terminal.evaluate("navigator.clipboard.writeText('before')")
    word = terminal.locator(".xterm-rows > div", has_text="copied").last.bounding_box()
    assert word is not None
    terminal.mouse.dblclick(word["x"] + 12, word["y"] + 8)
    # Whatever letting go of the mouse asked for was done by now.
    terminal.evaluate("new Promise((done) => setTimeout(() => setTimeout(done)))")
    assert terminal.evaluate("navigator.clipboard.readText()") == "before"
    terminal.evaluate("window.terminal.dress({ ...window.plain, copies: true })")
    terminal.mouse.dblclick(word["x"] + 12, word["y"] + 8)
    terminal.wait_for_function("async () => await navigator.clipboard.readText() === 'copied'")


def test_the_bell_is_a_flash_and_no_flicker(terminal: Page) -> None:
    """A program that rings without end flashes twice in a second at most, and not at all if it shall not."""
    watch = """window.flashes = [];
    const isOn = ({ oldValue }) => oldValue === null;
    new MutationObserver((all) => { if (all.some(isOn)) window.flashes.push(performance.now()); })
      .observe(document.getElementById("terminal"), { attributeFilter: ["data-bell"], attributeOldValue: true });"""
    terminal.evaluate(watch)
    run(terminal, "for i in $(seq 100); do printf '\\a'; sleep 0.012; done; echo rung")
    see(terminal, "\nrung")
    flashes = terminal.evaluate("window.flashes")
    assert len(flashes) >= 2
    assert all(later - sooner > 400 for sooner, later in pairwise(flashes))
    terminal.evaluate("window.flashes = []; window.terminal.dress({ ...window.plain, flashes: false })")
    run(terminal, "printf '\\a'; echo silent")
    see(terminal, "\nsilent")
    assert terminal.evaluate("window.flashes") == []


def test_escape_leaves_at_a_prompt_and_is_a_programs_own(terminal: Page) -> None:
    """Nobody is caught in a terminal, and an editor still works."""
    terminal.click("#terminal")
    terminal.keyboard.press("Escape")
    assert terminal.evaluate("window.left") == 1
    terminal.keyboard.press("Shift+Escape")
    terminal.evaluate("window.terminal.dress({ ...window.plain, leaves: false })")
    terminal.keyboard.press("Escape")
    assert terminal.evaluate("window.left") == 1
    terminal.evaluate("window.terminal.dress(window.plain)")
    run(terminal, "read -rsn1 key; printf 'key %d\\n' \"'$key\"")
    wait_for("the program reads", lambda: bool(terminal.evaluate("window.terminal.isBusy")))
    terminal.keyboard.press("Escape")
    see(terminal, "\nkey 27")
    assert terminal.evaluate("window.left") == 1


def test_a_command_that_waits_ends_with_its_shell(terminal: Page) -> None:
    """It runs once, at a prompt that is complete, and never in the next shell."""
    wait = """(text) => {
      window.ran = window.dropped = 0;
      const told = { onRun: () => { window.ran += 1; }, onDropped: () => { window.dropped += 1; } };
      window.terminal.runWhenFree(text, told);
    }"""
    run(terminal, "read -r line; echo read $line")
    wait_for("the program reads", lambda: bool(terminal.evaluate("window.terminal.isBusy")))
    terminal.evaluate(wait, "echo waited $((40 + 2))")
    terminal.evaluate("window.terminal.runInProgram('over')")
    see(terminal, "\nwaited 42")
    assert terminal.evaluate("[window.ran, window.dropped]") == [1, 0]
    run(terminal, "read -r line; exit")
    wait_for("the program reads", lambda: bool(terminal.evaluate("window.terminal.isBusy")))
    terminal.evaluate(wait, "echo late")
    terminal.evaluate("window.terminal.runInProgram('over')")
    terminal.wait_for_selector("#terminal[data-state=ended]")
    assert terminal.evaluate("[window.ran, window.dropped]") == [0, 1]
    terminal.evaluate("window.terminal.restart()")
    terminal.wait_for_selector("#terminal[data-state=ready]")
    run(terminal, "echo next $((40 + 3))")
    see(terminal, "\nnext 43")
    assert "late" not in shown(terminal)


def test_a_full_server_says_so_and_is_not_asked_without_end(terminal: Page, served: Served) -> None:
    """The page waits for a long while, and is in once there is room."""
    served.application.is_full = True
    served.cut()
    terminal.wait_for_selector("#terminal[data-state=reconnecting]")
    wait_for("the refusal", lambda: bool(terminal.evaluate("window.states.at(-1).isFull")))
    waits = terminal.evaluate("window.states.at(-1).retryAt - Date.now()")
    assert 10_000 < waits <= 15_000
    assert terminal.evaluate("window.states.at(-1).since") is not None
    served.application.is_full = False
    terminal.evaluate("window.terminal.retry()")
    terminal.wait_for_selector("#terminal[data-state=ready]")


def test_keys_reach_the_shell_once_whatever_happens_to_connections(terminal: Page) -> None:
    """2,000 runs of the page's own book of keys against a holder that loses answers and connections."""
    assert terminal.evaluate("window.playKeys(2000)") == []


def test_a_layout_that_was_kept_is_read_with_care(terminal: Page) -> None:
    """What another version, another window or a person wrote there never breaks the tabs."""
    script = """async (kept) => {
      const { Layout } = await import("/static/js/lesson/layout.js");
      const layout = new Layout(3, kept, (number) => `Terminal ${number}`);
      const names = layout.tabs.map(({ number }) => layout.nameOf(number));
      return { names, inView: layout.inView, front: layout.front };
    }"""
    plain = {"names": ["Terminal 1"], "inView": [1], "front": 1}
    strange = {"tabs": [None, {"number": 4}, {"number": "1"}], "front": 9, "beside": 9}
    wrong: tuple[object, ...] = (None, 7, [], {}, {"tabs": "x"}, strange)
    for kept in wrong:
        assert terminal.evaluate(script, kept) == plain
    names = [{"number": 3, "name": "a\u202eb  c" + "x" * 40}, {"number": 3}, {"number": 1, "name": None}]
    read = {"names": ["a b c" + "x" * 19, "Terminal 1"], "inView": [3, 1], "front": 3}
    assert terminal.evaluate(script, {"tabs": names, "front": 3, "beside": 1}) == read


def test_without_webgl_or_when_it_is_lost_the_dom_draws(served: Served, terminal: Page, browser: Browser) -> None:
    """WebGL comes when much is printed, and the text stays, whatever becomes of the graphics."""
    assert terminal.get_attribute("#terminal", "data-renderer") == "dom"
    graphics = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
    path, arguments = shutil.which(SHELL), [flag for flag in ARGUMENTS if flag != "--disable-gpu"]
    with browser.browser_type.launch(executable_path=path, args=[*arguments, *graphics]) as drawing:
        page = drawing.new_page()
        page.goto(f"http://127.0.0.1:{served.port}/")
        page.wait_for_selector("#terminal[data-state=ready][data-renderer=dom]")
        run(page, "seq 20000")
        page.wait_for_selector("#terminal[data-renderer=webgl]")
        run(page, "echo drawn $((40 + 2))")
        wait_for("the text", lambda: "drawn 42" in page.evaluate("window.terminal.lines()"))
        assert page.locator(".xterm-screen canvas").count() > 0
        assert page.locator(".xterm-rows").count() == 0
        page.evaluate("""() => [...document.querySelectorAll(".xterm-screen canvas")].forEach((canvas) =>
          canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext())""")
        page.wait_for_selector("#terminal[data-renderer=dom]", timeout=15_000)
        see(page, "drawn 42")
        run(page, "echo still $((40 + 3))")
        see(page, "still 43")
