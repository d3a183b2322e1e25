"""The terminal in a real browser, under the strictest style policy, with a connection that comes and goes."""

import hashlib
from typing import Any

import pytest
from playwright.sync_api import Page, Route, WebSocket

from slipway.terminal import frames
from tests.browser.terminal.conftest import Served, shown
from tests.instance import wait_for

pytestmark = pytest.mark.browser


def ask_to_run(page: Page, command: str) -> dict[str, Any]:
    """Ask the page to run a command, and return whether it did."""
    answer: dict[str, Any] = page.evaluate("(command) => window.terminal.run(command)", command)
    return answer


def run(page: Page, command: str) -> None:
    """Have the page run a command as soon as it does: not while the one before still ends."""
    wait_for("the prompt", lambda: ask_to_run(page, command)["isRun"])


def states(page: Page) -> list[dict[str, Any]]:
    """Return what the page was told of the terminal's state, with repetitions left out."""
    told: list[dict[str, Any]] = page.evaluate("window.states")
    return [detail for at, detail in enumerate(told) if at == 0 or detail["state"] != told[at - 1]["state"]]


def see(page: Page, text: str) -> None:
    """Wait until the screen shows this."""
    wait_for(f"{text!r} on the screen", lambda: text in shown(page).replace("\xa0", " "))


def test_a_strict_policy_is_kept(terminal: Page) -> None:
    """Colours, sizes and bold text are there, and no style broke the rules of the page."""
    run(terminal, "printf '\\033[1;38;2;255;120;0mcoloured\\033[0m\\n'")
    see(terminal, "coloured")
    span = "[...document.querySelectorAll('.xterm-rows span')].find((span) => span.textContent === text)"
    style = f"(text) => getComputedStyle({span})"
    assert terminal.evaluate(f"({style})('coloured').color") == "rgb(255, 120, 0)"
    assert terminal.evaluate(f"({style})('coloured').fontWeight") == "700"
    assert terminal.evaluate("document.adoptedStyleSheets.length") == 3
    assert terminal.evaluate("window.violations") == []


def test_what_is_typed_reaches_the_shell(terminal: Page) -> None:
    """By the keyboard, with characters of any script."""
    terminal.click("#terminal")
    terminal.keyboard.insert_text("echo häé你")
    terminal.keyboard.press("Enter")
    see(terminal, "\nhäé你")


def test_run_waits_for_no_other_program(terminal: Page) -> None:
    """While a program holds the terminal, run says so and types nothing; half a line that stood there is gone."""
    terminal.evaluate("window.terminal.send('half a line')")
    see(terminal, "half a line")
    run(terminal, "sleep 1; echo woke $((20 + 3))")
    wait_for("the program holds the terminal", lambda: bool(terminal.evaluate("window.terminal.isBusy")))
    assert ask_to_run(terminal, "echo no") == {"isRun": False, "reason": "busy"}
    see(terminal, "woke 23")
    wait_for("the prompt is back", lambda: not terminal.evaluate("window.terminal.isBusy"))
    run(terminal, "echo one\necho two $((1 + 1))")
    see(terminal, "two 2")
    assert "no\n" not in shown(terminal)


def test_keys_wait_for_the_connection_and_are_sent_once(terminal: Page, served: Served) -> None:
    """The screen stays, the page is told when the next try is, and what was typed arrives in order."""
    run(terminal, "echo before")
    see(terminal, "\nbefore")
    served.cut(stay_down=True)
    terminal.wait_for_selector("#terminal[data-state=reconnecting]")
    terminal.evaluate("for (const key of 'echo held $((3*3))\\r') window.terminal.send(key)")
    assert "before" in shown(terminal)
    wait_for("a second try", lambda: len([s for s in terminal.evaluate("window.states") if s["retryAt"]]) >= 2)
    assert terminal.evaluate("window.states.at(-1).held") == len("echo held $((3*3))\r")
    served.application.is_down = False
    terminal.evaluate("window.terminal.retry()")
    see(terminal, "\nheld 9")
    assert shown(terminal).count("held 9") == 1
    assert [detail["state"] for detail in states(terminal)] == ["connecting", "ready", "reconnecting", "ready"]


def test_the_early_connection_is_the_only_one(served: Served, page: Page) -> None:
    """The terminal takes over what was opened while the page still loaded."""
    opened: list[str] = []
    held: list[Route] = []

    def keep(socket: WebSocket) -> None:
        opened.append(socket.url)

    def hold(route: Route) -> None:
        held.append(route)

    page.on("websocket", keep)
    page.route("**/terminal/mount.js", hold)
    with page.expect_websocket(), page.expect_request("**/terminal/mount.js"):
        page.goto(f"http://127.0.0.1:{served.port}/", wait_until="commit")
    page.wait_for_timeout(200)  # so that it is open before the terminal is there
    assert page.locator(".xterm").count() == 0
    held.pop().continue_()
    page.wait_for_selector("#terminal[data-state=ready]")
    run(page, "echo one $((1 + 1))")
    see(page, "one 2")
    assert len(opened) == 1


def test_who_asks_before_the_machine_is_ready_is_let_in_later(served: Served, page: Page) -> None:
    """No connection was lost, and the page never says so; what was typed meanwhile is sent once."""
    served.application.is_machine_ready = False
    page.goto(f"http://127.0.0.1:{served.port}/")
    page.wait_for_selector("#terminal[data-state=reconnecting]")
    assert page.evaluate("window.states.at(-1).reason") == "preparing"
    page.evaluate("for (const key of 'echo early $((5*5))\\r') window.terminal.send(key)")
    served.application.is_machine_ready = True
    page.evaluate("window.terminal.retry()")
    see(page, "\nearly 25")
    assert shown(page).count("early 25") == 1
    assert all(detail["isMachineDown"] for detail in states(page) if detail["state"] == "reconnecting")
    page.evaluate("window.terminal.send('\\x04')")
    page.wait_for_selector("#terminal[data-state=ended]")


def test_keys_wait_while_they_are_held(terminal: Page) -> None:
    """The terminal shows all, takes no command, and sends what was typed once and in order when it is let go."""
    terminal.evaluate("window.terminal.hold(true)")
    terminal.evaluate("for (const key of 'echo kept $((4*4))\\r') window.terminal.send(key)")
    assert ask_to_run(terminal, "echo no") == {"isRun": False, "reason": "not-ready"}
    terminal.wait_for_timeout(300)
    assert "echo" not in shown(terminal)
    assert terminal.evaluate("window.states.at(-1).held") == len("echo kept $((4*4))\r")
    terminal.evaluate("window.terminal.hold(false)")
    see(terminal, "\nkept 16")
    assert shown(terminal).count("kept 16") == 1


def test_too_much_typing_is_said_to_be_lost(terminal: Page, served: Served) -> None:
    """What finds no room is dropped whole, and the page is told how much."""
    served.cut(stay_down=True)
    terminal.wait_for_selector("#terminal[data-state=reconnecting]")
    assert terminal.evaluate("window.terminal.send('#' + 'x'.repeat(4000))") is True
    assert terminal.evaluate("window.terminal.send('y'.repeat(200))") is False
    assert terminal.evaluate("window.states.at(-1).lost") == 200
    served.application.is_down = False


def test_output_goes_on_through_cuts(terminal: Page, served: Served) -> None:
    """A program that prints all the time is shown without a gap or a repetition."""
    run(terminal, "for i in $(seq 1 400); do echo line $i of it; sleep 0.005; done")
    for _ in range(3):
        terminal.wait_for_timeout(400)
        served.cut()
        terminal.wait_for_selector("#terminal[data-state=ready]")
    see(terminal, "line 400 of it")
    lines = terminal.evaluate("window.terminal.lines()")
    printed = [line for line in lines if line.startswith("line ")]
    assert printed == [f"line {number} of it" for number in range(1, 401)]


def test_a_flood_is_drawn_to_its_end(terminal: Page) -> None:
    """Megabytes go through the window of acknowledgements."""
    run(terminal, "seq 300000")
    see(terminal, "\n300000")


def test_a_large_paste_arrives_whole(terminal: Page) -> None:
    """1 MiB, cut by the page and accepted by the holder piece by piece."""
    run(terminal, "stty -echo; head -c 1048576 | sha256sum; stty echo")
    wait_for("the program reads", lambda: bool(terminal.evaluate("window.terminal.isBusy")))
    terminal.evaluate("window.terminal.send(('x'.repeat(63) + '\\n').repeat(16384))")
    see(terminal, hashlib.sha256((b"x" * 63 + b"\n") * 16384).hexdigest())


def test_the_end_of_a_shell_is_told_and_another_can_begin(terminal: Page) -> None:
    """The old screen stays readable."""
    run(terminal, "echo first shell; exit")
    terminal.wait_for_selector("#terminal[data-state=ended]")
    terminal.evaluate("window.terminal.restart()")
    terminal.wait_for_selector("#terminal[data-state=ready]")
    run(terminal, "echo second")
    see(terminal, "\nsecond")
    assert "first shell" in shown(terminal)


def test_a_program_cannot_reach_the_clipboard(terminal: Page) -> None:
    """OSC 52 is dropped, both ways, and not answered."""
    run(terminal, "printf '\\033]52;c;?\\a'; echo asked")
    see(terminal, "\nasked")
    terminal.wait_for_timeout(200)
    assert "52;c" not in shown(terminal).rpartition("asked")[2]


def test_questions_in_a_replay_are_not_answered_again(terminal: Page) -> None:
    """A page opened later replays them, but the program that asked has its answer."""
    run(terminal, "printf '\\033[6n'; read -rsn 8 -t 1; echo got it")
    see(terminal, "\ngot it")
    terminal.reload()
    terminal.wait_for_selector("#terminal[data-state=ready]")
    see(terminal, "\ngot it")
    terminal.wait_for_timeout(300)
    run(terminal, "echo clean")
    see(terminal, "\nclean")
    assert "R" not in shown(terminal).rpartition("got it")[2].partition("echo clean")[0]


def test_what_was_there_before_a_suspension_stands_above_in_grey(served: Served, page: Page) -> None:
    """Only its text: colours, the cursor's moves, a full screen and marks that claim things have no effect any more."""
    old = b"$ l\bls --color\r\n\x1b[1;31mred.txt\x1b[0m\r\n\x1b[?1049h\x1b[Heditor\x1b]133;C\x07\x1b]52;c;eA==\x07"
    served.application.past = frames.Past(1_790_000_000_000, old)
    page.goto(f"http://127.0.0.1:{served.port}/")
    page.wait_for_selector("#terminal[data-state=ready]")
    see(page, "A new shell begins here.")
    run(page, "echo now $((40 + 2))")
    see(page, "\nnow 42")
    lines = [line for line in page.evaluate("window.terminal.lines()") if line]
    assert lines[:2] == ["$ ls --color", "red.txt"]
    assert lines[2].startswith("── Suspended September 21, 2026")
    assert "editor" not in shown(page)
    span = "[...document.querySelectorAll('.xterm-rows span')].find((span) => span.textContent.includes(text))"
    colour = f"(text) => getComputedStyle({span}).color"
    grey, plain = (page.evaluate(colour, text) for text in ("red.txt", "now 42"))
    assert grey == "rgb(149, 165, 173)" != plain
    page.evaluate("window.terminal.send('exit\\r')")
