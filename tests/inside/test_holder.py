"""A terminal's holder, tried with a real shell on a real terminal of this host."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from slipway.terminal import frames
from tests.inside.conftest import processes_of
from tests.inside.page import TOOLSET, Page


def test_a_shell_answers(folder: Path) -> None:
    """A first page gets a new shell and sees what it prints."""
    with Page(folder) as page:
        welcome = page.hello()
        assert (welcome.offset, welcome.accepted, welcome.flags) == (0, 0, frames.Flags.RESET)
        page.run("echo $((6 * 7)) $TERM $COLUMNS")
        page.see("42 xterm-256color 80\r\n")


def test_the_shell_outlives_its_pages(folder: Path) -> None:
    """A page that comes back finds the same shell and misses nothing, even what was printed meanwhile."""
    with Page(folder) as page:
        boot = page.hello().boot
        page.run("name=value; (sleep 0.3; echo later)&")
        seen = page.output
    with Page(folder) as page:
        welcome = page.hello(boot=boot, offset=len(seen))
        assert (welcome.boot, welcome.offset, welcome.flags) == (boot, len(seen), frames.Flags(0))
        page.see("later")
        page.run("echo $name")
        page.see("value\r\n")
        both = seen + page.output
    with Page(folder, client=b"d" * 16) as other:
        assert other.hello().flags & frames.Flags.RESET
        other.see(both[-100:])
        assert other.output[: len(both)] == both


def test_context_before_the_offset_is_replayed_as_well(folder: Path) -> None:
    """The web process may ask for more than the page is to see."""
    with Page(folder) as page:
        boot = page.hello().boot
        page.run("echo one")
        seen = page.output
    with Page(folder) as page:
        assert page.hello(boot=boot, offset=len(seen), context=10).offset == len(seen) - 10
        page.see(seen[-10:])


def test_a_page_that_missed_too_much_starts_anew(folder: Path) -> None:
    """When the ring has moved on, WELCOME says so and the replay begins at a line."""
    with Page(folder) as page:
        boot = page.hello().boot
        page.run("true")
        seen = len(page.output)
        page.run("seq 100000")
    with Page(folder) as page:
        welcome = page.hello(boot=boot, offset=seen)
        assert welcome.flags & frames.Flags.RESET
        assert welcome.offset > seen
        page.see("100000\r\n")
        assert page.output.partition(b"\r\n")[0].isdigit()


def test_another_shell_is_told_apart(folder: Path) -> None:
    """The end of a shell is told; the next page gets a new one, and an old offset means nothing in it."""
    with Page(folder) as page:
        boot = page.hello().boot
        page.type_text("exit 3\n")
        assert page.expect(frames.Exit).status == 3
        page.see_end()
    with Page(folder) as page:
        welcome = page.hello(boot=boot, offset=10)
        assert welcome.boot != boot
        assert (welcome.offset, welcome.accepted) == (0, 0)
        assert welcome.flags & frames.Flags.RESET


def test_input_is_never_doubled_and_never_has_a_gap(folder: Path) -> None:
    """What was accepted is dropped when it comes again, and what comes too early is refused."""
    with Page(folder) as page:
        page.hello()
        page.run("x=0")
        page.run("x=$((x+1))")
        start = page.typed - len("x=$((x+1))\n")
        page.send(frames.Input(start, b"x=$((x+1))\n"))
        page.send(frames.Input(page.typed + 5, b"lost"))
        assert page.expect(frames.Resync).offset == page.typed
        page.run("echo x is $x")
        page.see("x is 1\r\n")
        typed = page.typed
    with Page(folder) as page:
        assert page.hello().accepted == typed
    with Page(folder, client=b"e" * 16) as other:
        assert other.hello().accepted == 0


def test_two_pages_share_a_shell(folder: Path) -> None:
    """Both see everything, and both may type."""
    with Page(folder) as one, Page(folder, client=b"d" * 16) as other:
        assert one.hello().boot == other.hello().boot
        one.type_text("echo from one\n")
        other.see("from one\r\n")
        other.type_text("echo from other\n")
        one.see("from other\r\n")


def test_many_who_come_at_once_get_one_shell(folder: Path) -> None:
    """The lock lets one of them start it."""
    pages = [Page(folder, client=bytes([number]) * 16) for number in range(4)]
    assert len({page.hello().boot for page in pages}) == 1
    for page in pages:
        page.close()


def test_a_page_takes_the_place_of_its_own_older_connection(folder: Path) -> None:
    """A connection that nobody noticed the end of does not linger."""
    with Page(folder) as old, Page(folder) as new:
        old.hello()
        new.hello()
        old.see_end()


def test_a_killed_attach_leaves_the_shell(folder: Path) -> None:
    """The holder notices, and the next page goes on."""
    with Page(folder) as page:
        boot = page.hello().boot
        page.run("kept=yes")
        page.process.send_signal(signal.SIGKILL)
        page.see_end()
    with Page(folder) as page:
        assert page.hello().boot == boot
        page.run("echo kept $kept")
        page.see("kept yes\r\n")


def test_resize_reaches_the_program(folder: Path) -> None:
    """The window's size is the last one that was told."""
    with Page(folder) as page:
        page.hello()
        page.send(frames.Resize(101, 33))
        page.run("stty size")
        page.see("33 101\r\n")


def test_who_holds_the_terminal_is_told(folder: Path) -> None:
    """BUSY says that another program than the shell would get what is typed."""
    with Page(folder) as page:
        assert not page.hello().flags & frames.Flags.BUSY
        page.type_text("cat\n")
        page.see("133;C")
    with Page(folder) as page:
        assert page.hello().flags & frames.Flags.BUSY
        page.type_text("\x04")
        page.see("133;D")


def test_a_large_paste_arrives_whole(folder: Path) -> None:
    """1 MiB typed as fast as it is accepted, also while the program echoes all of it."""
    text = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz é你\n", k=700_000)) + "\n"
    with Page(folder) as page:
        page.hello()
        page.run("stty -echo")
        page.type_text(f"head -c {len(text.encode())} | sha256sum\n")
        page.see("133;C\x07")
        data, sent = text.encode(), 0
        start = page.typed
        while sent < len(data):
            piece = data[sent : sent + 32768]
            page.send(frames.Input(start + sent, piece))
            sent += len(piece)
            while page.expect(frames.InputAck).offset < start + sent:
                pass
        page.typed += sent
        page.see(hashlib.sha256(data).hexdigest())


def test_much_output_arrives_whole(folder: Path) -> None:
    """Megabytes of text, every byte at its offset."""
    script = folder / "text.py"
    script.write_text("import random\nfor line in range(30000): print(random.Random(line).getrandbits(400))\n")
    with Page(folder) as page:
        page.hello()
        page.run(f"python3 {script} | tee {folder}/text | sed 's/$/\\r/' >{folder}/shown")
        page.run(f"cat {folder}/text")
        shown = (folder / "shown").read_bytes()
        assert len(shown) > 3_000_000
        assert page.output.rpartition(b"133;C\x07")[2].startswith(shown + b"\x1b]633;E")


def test_a_page_that_does_not_read_holds_the_program_up(folder: Path) -> None:
    """Output waits for the slowest page instead of being lost, and goes on when it reads again."""
    with Page(folder) as page:
        page.hello()
        page.run("true")
        page.type_text(f"seq 300000 && touch {folder}/done\n")
        page.see("1000\r\n")
        time.sleep(0.5)
        assert not (folder / "done").exists()
        page.see("300000\r\n")
        page.see("133;D")
        lines = page.output.rpartition(b"133;C\x07")[2].split(b"\r\n")[:300000]
        assert lines == [b"%d" % number for number in range(1, 300001)]


def test_nonsense_ends_the_connection_only(folder: Path) -> None:
    """A page that breaks the protocol is dropped; the shell and the others stay."""
    nonsense = [
        b"\xff\xff\xff\xff",
        frames.with_length(frames.Input(0, b"rm -rf /\n").encode()),
        frames.with_length(b"\x99"),
        frames.with_length(b"\x01short"),
    ]
    with Page(folder) as good:
        good.hello()
        for number, data in enumerate(nonsense):
            with Page(folder, client=bytes([number]) * 16) as bad:
                bad.send_raw(data)
                bad.see_end()
        good.run("echo still here")
        good.see("still here\r\n")


def test_a_shell_that_cannot_start_gives_way_to_a_rescue(folder: Path) -> None:
    """An exit in ~/.bashrc does not lock anybody out."""
    (folder / ".bashrc").write_text("exit 1\n")
    with Page(folder) as page:
        page.hello()
        page.see("rescue shell")
        page.type_text("echo in $((1 + 1))\n")
        page.see("in 2")


def test_the_holder_is_small_and_quiet(folder: Path) -> None:
    """It holds no descriptor of the exec, has a session of its own, and uses no time when nothing happens."""
    with Page(folder) as page:
        page.hello()
        page.run("true")
    (holder,) = processes_of(folder)
    assert os.getsid(holder) != os.getsid(0)
    before = Path(f"/proc/{holder}/stat").read_text().split()[13:15]
    time.sleep(1)
    assert Path(f"/proc/{holder}/stat").read_text().split()[13:15] == before
    open_files = sorted(file.readlink().name.split(":")[0] for file in Path(f"/proc/{holder}/fd").iterdir())
    assert open_files == ["anon_inode", "anon_inode", "null", "null", "ptmx", "socket", "terminal-1.log"]


def test_a_page_that_takes_nothing_is_dropped_when_others_wait(folder: Path) -> None:
    """One dead page cannot stop a shared terminal for longer than the limit, here one second."""
    script = (
        f"import socket, sys; sys.path.insert(0, {str(TOOLSET)!r}); from holder import Holder\n"
        "listener = socket.socket(socket.AF_UNIX); listener.bind(sys.argv[1]); listener.listen()\n"
        "Holder(listener, stalled_seconds=1.0).run()\n"
    )
    argv = [sys.executable, "-I", "-S", "-c", script, str(folder / "terminal-1"), str(folder)]
    holder = subprocess.Popen(argv, env={"HOME": str(folder)})
    while not (folder / "terminal-1").exists():
        time.sleep(0.01)
    with Page(folder) as stuck, Page(folder, client=b"d" * 16) as reader:
        stuck.hello()
        reader.hello()
        reader.type_text("seq 200000\n")
        reader.see("\n200000\r\n")
        stuck.see_end()
    with Page(folder) as page:
        page.hello()
        page.type_text("exit\n")
        page.expect(frames.Exit)
    assert holder.wait(5) == 0
