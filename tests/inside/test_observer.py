"""The observer, run by this machine's Python on real files, processes, ports and servers."""

import http.server
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slipway.grading.judging import request_for
from slipway.grading.observing import MAX_ARGUMENT_BYTES, argv_for, source
from slipway.lessonfile.subjects import Command, File, Http, Observed, Port, Process, Vm

USER = "root" if os.getuid() == 0 else os.environ.get("USER", "")


def observe(*subjects: Observed) -> list[tuple[str, Any]]:
    """Return outcome and value of each subject, as the sent program prints them."""
    requests = [request_for(subject, {}) for subject in subjects]
    argv = [sys.executable, *argv_for(requests)[1:]]
    ended = subprocess.run(argv, capture_output=True, timeout=20, check=True)
    assert ended.stderr == b""
    found = json.loads(ended.stdout)
    return [
        next((outcome, found[outcome][request.key]) for outcome in found if request.key in found[outcome])
        for request in requests
    ]


def fact(subject: Observed) -> dict[str, Any]:
    """Return the facts of one subject."""
    outcome, value = observe(subject)[0]
    assert outcome == "facts", value
    return dict(value)


def test_the_program_fits_into_one_argument() -> None:
    """Linux takes 128 KiB for one; types and docstrings are not sent."""
    assert len(source()) < MAX_ARGUMENT_BYTES // 2
    assert "typing" not in source()


def test_files_as_they_are(tmp_path: Path) -> None:
    """Kind, mode, size, content, hash, link; a link that leads nowhere; nothing at all."""
    path = tmp_path / "page"
    path.write_text("hi\n")
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to("page")
    broken = tmp_path / "broken"
    broken.symlink_to("none")
    found = fact(File(str(path), wants=("content", "sha256")))
    assert (found["kind"], found["mode"], found["size"], found["content"]) == ("file", "0640", 3, "hi\n")
    assert found["sha256"] == "98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4"
    assert fact(File(str(link), wants=("content",)))["content"] == "hi\n"
    assert fact(File(str(link)))["link"] == "page"
    assert fact(File(str(broken)))["kind"] == "link"
    assert fact(File(str(tmp_path)))["kind"] == "directory"
    assert fact(File(str(tmp_path / "none"))) == fact(File(str(path / "below"))) == {"exists": False}


def test_hostile_files_hold_nothing_up(tmp_path: Path) -> None:
    """A FIFO, a loop of links, a device without end, a huge sparse file, a name of odd bytes."""
    fifo, loop, huge = tmp_path / "fifo", tmp_path / "loop", tmp_path / "huge"
    os.mkfifo(fifo)
    loop.symlink_to(loop)
    with huge.open("wb") as file:
        file.truncate(1 << 40)
    (tmp_path / "bytes").write_bytes(b"\xff\x00\x1b[31m")
    wants = ("content", "sha256")
    began = time.monotonic()
    found = observe(
        File(str(fifo), wants=wants),
        File(str(loop), wants=wants),
        File("/dev/zero", wants=wants),
        File(str(huge), wants=wants),
        File(str(huge), wants=("content",)),
        File(str(tmp_path / "bytes"), wants=("content",)),
        File("/proc/self/mem", wants=("content",)),
    )
    assert time.monotonic() - began < 10
    assert found[0][1]["kind"] == "fifo"
    assert found[1][1]["kind"] == "link"
    assert found[2][1]["kind"] == "device"
    assert found[3] == ("failures", "the file is too large to be hashed")
    assert len(found[4][1]["content"]) == 32 * 1024
    assert found[5][1]["content"].startswith("\ufffd\ufffd\x1b")
    assert found[6][0] == "failures"


def test_reading_leaves_the_access_time(tmp_path: Path) -> None:
    """What the learner's machine tells about reading stays true."""
    path = tmp_path / "page"
    path.write_text("hi")
    os.utime(path, (1, 2))
    fact(File(str(path), wants=("content",)))
    assert path.stat().st_atime == 1


def test_commands_end_with_status_and_output() -> None:
    """A clean environment, both outputs, a signal."""
    assert fact(Command(("/bin/sh", "-c", "echo out; echo err >&2; exit 3"))) == {
        "exit_status": 3,
        "stdout": "out\n",
        "stderr": "err\n",
    }
    assert fact(Command(("/bin/sh", "-c", "kill -9 $$")))["exit_status"] == 137
    names = {line.split("=")[0] for line in fact(Command(("env",)))["stdout"].splitlines()}
    assert names == {"PATH", "HOME", "USER", "LOGNAME", "LANG", "TERM", "SLIPWAY_CHECK"}
    outcome, value = observe(Command(("true",), user="nobody-at-all"))[0]
    assert (outcome, value) == ("failures", "the machine has no user nobody-at-all")


def test_a_command_that_cannot_be_run_says_nothing_about_the_machine() -> None:
    """A missing program is no failing one: whoever expects it to fail would be met. A shell line is the same."""
    found = observe(
        Command(("no-such-program",)),
        Command(("/etc/passwd",)),
        Command(("/bin/sh", "-c", "no-such-program --help")),
        Command(("/bin/sh", "-c", "no-such-program || exit 3")),
    )
    assert found[0] == ("failures", "no-such-program could not be run (No such file or directory)")
    assert found[1] == ("failures", "/etc/passwd could not be run (Permission denied)")
    assert found[2][0] == "failures"
    assert "its command could not be run (" in found[2][1]
    assert "no-such-program" in found[2][1]
    assert found[3][1]["exit_status"] == 3


@pytest.mark.skipif(os.getuid() != 0, reason="only root may become somebody else")
def test_commands_run_as_another_user() -> None:
    """With that user's ids and groups."""
    assert "uid=65534(nobody)" in fact(Command(("id",), user="nobody"))["stdout"]


def test_a_command_that_does_not_end_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    """Its time is over; what fled into another session goes too, and the next request is answered."""
    mark = f"7{os.getpid()}"
    flee = f"setsid sh -c 'sleep {mark}' & sleep {mark}"
    found = observe(Command(("/bin/sh", "-c", flee), timeout_seconds=1.0), Command(("echo", "next")))
    assert found[0] == ("failures", "it took longer than 1 s")
    assert found[1][1]["stdout"] == "next\n"
    assert fact(Process(cmdline=f"sleep {mark}"))["count"] == 0


def test_what_a_command_leaves_running_neither_holds_it_up_nor_stays() -> None:
    """A daemon that keeps the output open does not make the command slow."""
    mark = f"8{os.getpid()}"
    began = time.monotonic()
    found = fact(Command(("/bin/sh", "-c", f"setsid sleep {mark} & echo started"), timeout_seconds=5.0))
    assert found["stdout"] == "started\n"
    assert time.monotonic() - began < 4
    assert fact(Process(cmdline=f"sleep {mark}"))["count"] == 0


def test_endless_output_is_bounded() -> None:
    """It is dropped beyond the bound, until time is over."""
    outcome, value = observe(Command(("yes",), timeout_seconds=1.0))[0]
    assert (outcome, value) == ("failures", "it took longer than 1 s")
    found = fact(Command(("/bin/sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x")))
    assert len(found["stdout"]) == 32 * 1024


def test_processes_by_name_and_command_line() -> None:
    """Name, user, folder, parent; the observer's own processes do not count."""
    with subprocess.Popen(["sleep", "54321"], cwd="/tmp") as process:
        try:
            found = fact(Process(name="sleep", cmdline="54321"))
            assert (found["count"], found["pid"], found["cwd"]) == (1, process.pid, "/tmp")
            assert found["parent"] == os.getpid()
            assert found["user"] == USER or not USER
        finally:
            process.kill()
    assert fact(Process(name="no-such-process")) == {"count": 0, "items": []}
    # A pattern that only the observer's own command line holds: that of this very question.
    assert fact(Process(cmdline="never-typed-but-here"))["count"] == 0


@pytest.fixture
def web() -> Iterator[int]:
    """Serve one page on a port of its own."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with the host name that was asked for."""
            self.send_response(200 if self.path == "/here?x=1" else 404)
            self.send_header("X-Seen", "yes")
            self.end_headers()
            self.wfile.write(self.headers["Host"].encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its signature)
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def test_web_servers_and_ports(web: int) -> None:
    """Status, headers, body and host; who listens; nobody there."""
    found = fact(Http(f"http://127.0.0.1:{web}/here?x=1", host="site.example"))
    assert (found["status"], found["body"], found["headers"]["x-seen"]) == (200, "site.example", "yes")
    assert fact(Http(f"http://127.0.0.1:{web}/"))["status"] == 404
    port = fact(Port(str(web)))
    assert (port["listening"], port["address"], port["pid"]) == (True, "127.0.0.1", os.getpid())
    assert fact(Http("http://127.0.0.1:1/")) == {"error": "connection refused"}
    assert fact(Port("1")) == {"listening": False}


def test_a_silent_server_is_an_observation() -> None:
    """Nobody answers within the time: the check can expect even that."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert fact(Http(url, timeout_seconds=1.0)) == {"error": "no answer within 1 s"}


def test_addresses_of_version_6() -> None:
    """The kernel's words are read in the right order."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        assert fact(Port(str(server.getsockname()[1])))["address"] == "::1"


def test_many_requests_come_back_in_one_go() -> None:
    """Each by its key, none lost."""
    found = observe(*(File(f"/no/such/{number}") for number in range(300)))
    assert found == [("facts", {"exists": False})] * 300


def test_no_virtual_machine() -> None:
    """What was never started does not run and has said nothing; a command for it is not seen."""
    assert fact(Vm("none-of-this-name", wants=("console",))) == {"running": False, "console": ""}
    assert observe(Vm("none-of-this-name", "true")) == [("failures", "no virtual machine none-of-this-name runs")]
