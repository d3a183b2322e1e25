"""Terminals in a real machine: nothing is lost, nothing is doubled, whatever happens on the way."""

import asyncio
import hashlib
import threading
import time
from collections.abc import Callable

import pytest

from slipway.engine.container import EngineContainer
from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import MachineMissingError
from slipway.engine.stream import ExecStream
from slipway.terminal import frames
from slipway.terminal.consumer import ATTACH
from slipway.terminal.marks import CommandEnded
from slipway.terminal.pacing import Pace
from slipway.terminal.session import End, HolderError, Session, Watchers
from slipway.terminal.windows import Windows
from tests.engine.terminal.link import Link

pytestmark = pytest.mark.engine

Links = Callable[..., Link]


async def test_a_key_comes_back(link: Links) -> None:
    """Each one once and in order."""
    async with link() as page:
        await page.run("true")
        before = page.offset
        for key in "abcdefghij":
            await page.type_text(key)
            await asyncio.sleep(0.05)
        await page.until(lambda: page.offset >= before + 10, "no echo")
        assert bytes(page.output).endswith(b"abcdefghij")


def test_the_first_shell_waits_at_its_prompt(docker_engine: DockerEngine, machine: str) -> None:
    """It is there before anybody comes, and no dead helper of its start is left beside it."""
    script = "until pgrep -f terminal/bashrc >/dev/null; do sleep 0.1; done; ! ps -eo stat | grep Z"
    assert docker_engine.run(machine, ["bash", "-c", script], timeout_seconds=20).exit_status == 0


async def test_a_command_is_told_with_text_and_status(link: Links) -> None:
    """From the machine's own bash."""
    async with link() as page:
        await page.run("docker ps >/dev/null; (exit 3)")
        assert page.commands == [CommandEnded(page.commands[0].offset, "docker ps >/dev/null; (exit 3)", 3)]
        assert page.output[: page.commands[0].offset].endswith(b"\x1b]133;D;3\x07")


async def test_a_paste_of_one_mebibyte_is_whole(link: Links) -> None:
    """As the program reads it; of the echo of so much the kernel itself keeps only a part."""
    line = "0123456789 abcdefghijklmnopqrstuvwxyz é 你 \U0001f600\n"
    text = (line * (1024 * 1024 // len(line.encode()) + 1)).encode()
    async with link() as page:
        await page.run("true")
        await page.type_text(f"head -c {len(text)} | sha256sum\n")
        await page.see("133;C\x07")
        await page.type_text(text)
        await page.see(hashlib.sha256(text).hexdigest())


async def test_fifty_megabytes_of_random_text_are_whole(link: Links, docker_engine: DockerEngine, machine: str) -> None:
    """Every byte is compared by its sum with the file's own."""
    script = "base64 -w 99 /dev/urandom | head -c 50000000 >/root/bulk; sha256sum </root/bulk"
    made = docker_engine.run(machine, ["sh", "-c", script], timeout_seconds=60)
    async with link() as page:
        await page.run("stty -opost")
        printed = await page.run("cat /root/bulk")
    assert len(printed) == 50_000_000
    assert hashlib.sha256(printed).hexdigest() == made.stdout.split()[0].decode()


async def test_characters_cut_in_two_are_whole(link: Links) -> None:
    """Nobody on the way decodes what is printed."""
    async with link() as page:
        printed = await page.run("printf '\\xe4\\xbd'; sleep 0.2; printf '\\xa0\\n'")
    assert printed == "你\r\n".encode()


async def test_control_p_arrives_at_once(link: Links) -> None:
    """Docker would hold it back, waiting for its own keys to detach; bash brings the last command."""
    async with link() as page:
        await page.run("echo remembered")
        at = len(page.output)
        await page.type_text("\x10")
        await page.until(lambda: b"echo remembered" in page.output[at:], "Ctrl-P did nothing")


async def test_full_screen_programs_work(link: Links) -> None:
    """A monitor draws, follows the window's size and ends on q."""
    async with link() as page:
        await page.run("true")
        await page.type_text("top\n")
        await page.see("load average")
        page.resize(120, 40)
        await page.type_text("q")
        await page.until(lambda: len(page.commands) == 2, "top did not end")
        # New sizes are gathered for a moment.
        assert (await page.run('until stty size | grep "40 120"; do sleep 0.1; done')).strip() == b"40 120"


@pytest.mark.parametrize(
    ("program", "drawn", "leave"),
    [
        ("vim", "~", "\x1b:q!\n"),
        ("tmux", "[0]", "exit\n"),
        ("less /etc/services", "tcp", "q"),
        ("nano", "GNU nano", "\x18"),
    ],
)
async def test_editors_and_pagers_work(link: Links, program: str, drawn: str, leave: str) -> None:
    """They take the whole screen and give it back."""
    async with link() as page:
        assert (await page.run(f"command -v {program.split(maxsplit=1)[0]} >/dev/null; echo $?")).strip() == b"0"
        await page.type_text(program + "\n")
        await page.see(drawn)
        await asyncio.sleep(0.3)
        await page.type_text(leave)
        await page.until(lambda: len(page.commands) == 2, f"{program} did not end")
        assert (await page.run("echo back")) == b"back\r\n"


async def test_a_page_comes_back_to_exactly_where_it_was(link: Links) -> None:
    """Output printed meanwhile is replayed, and keys sent twice are taken once."""
    async with link() as page:
        await page.run("x=0; (sleep 0.5; echo while-away)&")
        boot, offset, typed = page.welcome.boot, page.offset, page.typed
        before = bytes(page.output)
    await asyncio.sleep(0.8)
    page = await link().open(boot, offset)
    try:
        assert (page.welcome.boot, page.welcome.offset, page.welcome.flags) == (boot, offset, frames.Flags(0))
        assert page.welcome.accepted == typed
        await page.see("while-away")
        page.typed -= 5
        await page.type_text("x" * 5)
        assert (await page.run("x=$((x+1)); echo x is $x")) == b"x is 1\r\n"
        whole = before + bytes(page.output)
    finally:
        await page.close()
    async with link(client=b"d" * 16) as other:
        await other.until(lambda: len(other.output) >= len(whole), "the replay is short")
        assert bytes(other.output[: len(whole)]) == whole


async def test_a_killed_attach_is_noticed_and_the_shell_goes_on(
    link: Links, docker_engine: DockerEngine, machine: str
) -> None:
    """The page's session ends as lost, and the next one finds the same shell."""
    async with link() as page:
        await page.run("kept=yes")
        boot = page.welcome.boot
        # The attach is the older of the two processes of that name: the holder came out of it.
        script = f"pgrep -o -f 'attach.py {page.name}$'"
        attach = docker_engine.run(machine, ["sh", "-c", script]).stdout.decode().strip()
        docker_engine.run(machine, ["kill", "-9", attach])
        assert await page.ended() is End.LOST
    async with link() as page:
        assert page.welcome.boot == boot
        assert (await page.run("echo $kept")) == b"yes\r\n"


async def test_two_pages_share_a_terminal(link: Links) -> None:
    """Both see all of it; one that goes leaves the other alone."""
    async with link() as one:
        async with link(client=b"d" * 16) as other:
            assert one.welcome.boot == other.welcome.boot
            await other.run("echo from other")
            await one.see("from other\r\n")
        assert (await one.run("echo still here")) == b"still here\r\n"


async def test_a_shell_that_ends_says_so_and_another_begins(link: Links) -> None:
    """With its status, and with a boot id of its own."""
    async with link() as page:
        await page.run("true")
        await page.type_text("exit 5\n")
        assert await page.ended() is End.SHELL_ENDED
        assert page.exit_status == 5
        boot = page.welcome.boot
    async with link() as page:
        assert page.welcome.boot != boot
        assert page.welcome.accepted == 0


async def test_a_page_that_does_not_read_holds_the_program_up(
    link: Links, engine_container: EngineContainer, machine: str
) -> None:
    """What a program prints without end takes no memory on the way; the program waits."""
    async with link() as page:
        await page.run("true")
        boot = page.welcome.boot
        stream = await ExecStream.open(engine_container.socket, machine, [*ATTACH, page.name])
        stuck = Session(stream, lambda _: asyncio.sleep(3600), Watchers(), Windows())
        task = asyncio.create_task(stuck.run(frames.Hello(b"s" * 16, boot, page.offset, 0, 80, 24)))
        await asyncio.sleep(0.3)
        await page.type_text("yes | head -c 5000000 >/dev/tty; echo all-of-it\n")
        await asyncio.sleep(2)
        assert b"all-of-it\r\n" not in page.output[-100:]
        task.cancel()
        await stream.close()
        await page.until(lambda: len(page.commands) == 2, "the program did not go on")


@pytest.mark.parametrize(
    "script",
    [
        "printf '\\377\\377\\377\\377rubbish'",
        "printf '\\0\\0\\0\\1\\231'",
        "printf '\\0\\0\\0\\2\\205\\0'",
        # Nobody ends a program whose page has gone.
        "timeout 15 cat /dev/urandom",
        "timeout 15 yes",
    ],
    ids=["length", "opcode", "exit first", "random", "yes"],
)
async def test_a_hostile_sandbox_ends_its_own_page_only(
    engine_container: EngineContainer, machine: str, script: str
) -> None:
    """Whatever a machine sends in the holder's place is refused with a reason."""

    async def send(message: bytes) -> None:
        raise AssertionError(message)

    stream = await ExecStream.open(engine_container.socket, machine, ["sh", "-c", script])
    try:
        async with asyncio.timeout(10):
            session = Session(stream, send, Watchers(), Windows())
            with pytest.raises(HolderError):
                await session.run(frames.Hello(b"c" * 16, frames.NO_BOOT, 0, 0, 80, 24))
    finally:
        await stream.close()


async def test_a_machine_that_does_not_run_is_missing(engine_container: EngineContainer) -> None:
    """By its own error, so that the page can say what it waits for."""
    with pytest.raises(MachineMissingError):
        await ExecStream.open(engine_container.socket, "no-such-machine", ["true"])


async def test_a_machine_that_is_copied_is_waited_for(
    engine_container: EngineContainer, docker_engine: DockerEngine, machine: str
) -> None:
    """Who opens a terminal while a machine stands still gets it a moment later."""
    docker_engine._client.api.pause(machine)
    threading.Timer(0.7, docker_engine._client.api.unpause, [machine]).start()
    stream = await ExecStream.open(engine_container.socket, machine, ["echo", "here"])
    assert await stream.read() == b"here\n"
    await stream.close()


async def test_errors_and_status_of_an_exec(engine_container: EngineContainer, machine: str) -> None:
    """What a command complains of comes beside its output, and its status when it has ended."""
    stream = await ExecStream.open(engine_container.socket, machine, ["sh", "-c", "echo out; echo err >&2; exit 4"])
    output = b""
    while data := await stream.read():
        output += data
    assert (output, stream.errors) == (b"out\n", "err")
    for _ in range(50):
        if (status := await stream.exit_status()) is not None:
            break
        await asyncio.sleep(0.02)
    assert status == 4
    await stream.close()


async def test_a_broken_machine_still_has_a_shell(link: Links) -> None:
    """Without bash there is a rescue shell, from the toolset alone."""
    async with link() as page:
        await page.run("mv /bin/bash /bin/bash.away")
        await page.type_text("exit\n")
        await page.ended()
    async with link() as page:
        await page.see("rescue shell")
        await page.type_text("/bin/mv /bin/bash.away /bin/bash || busybox mv /bin/bash.away /bin/bash; echo mended\n")
        await page.see("\nmended")
        await page.type_text("exit\n")
        await page.ended()
    async with link() as page:
        assert (await page.run("echo $BASH")).endswith(b"/bash\r\n")


async def test_a_terminal_prints_as_fast_as_its_policy_says_and_all_of_it(link: Links) -> None:
    """The program is held up meanwhile: what it printed is whole, and Ctrl-C ends one that never stops."""
    rate = 400 * 1024
    async with link(pace=Pace(rate)) as page:
        begin = time.monotonic()
        printed = await page.run("seq 200000")
        took = time.monotonic() - begin
        assert printed.replace(b"\r", b"") == b"".join(b"%d\n" % number for number in range(1, 200_001))
        assert took > len(printed) / rate - 1.1
        await page.type_text("yes\n")
        await page.see("y\r\ny\r\n")
        ended = len(page.commands)
        await page.type_text("\x03")
        await page.until(lambda: len(page.commands) > ended, "Ctrl-C does not end it")
        assert await page.run("echo $?") == b"130\r\n"
