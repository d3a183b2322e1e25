"""Run the programs of attempts, one after the other, and kill what is left of each.

Each has a session, a folder and a mount namespace of its own. What it mounts is never seen from here: to clean up its
folder must not be to empty a file system that it mounted there, such as the /dev that this host has only one of.

usage: run.py JSON      {"preludes": {LANGUAGE: TEXT, …}, "variables": {…}, "programs": [[LANGUAGE, TEXT, SECONDS], …]}.
Prints a JSON list of [EXIT STATUS or null, OUTPUT].
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

MAX_OUTPUT = 4000
CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 1 << 18
INTERPRETERS = {"shell": ["bash", "-c"], "python": [sys.executable, "-I", "-S", "-c"]}


def keep_mounts() -> None:
    """Go into a mount namespace of one's own, which ends with this process."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None):
        raise OSError(ctypes.get_errno(), "a mount namespace could not be made")


def is_mounted_on(folder: Path) -> bool:
    """Tell whether anything is mounted on a folder or below it, as seen from here."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return any(Path(line.split()[4]).is_relative_to(folder) for line in lines)


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, without leaving the file system that it lies on."""
    if is_mounted_on(folder):
        raise RuntimeError(f"{folder} is not removed: something is mounted there")
    device = folder.lstat().st_dev
    for entry in folder.iterdir():
        if not entry.is_dir() or entry.is_symlink():
            entry.unlink()
        elif entry.lstat().st_dev == device:
            remove(entry)
    folder.rmdir()


def run(argv: list[str], variables: dict[str, str], seconds: float) -> tuple[int | None, str]:
    """Return the exit status and the output of one program; None when it had to be killed."""
    folder = Path(tempfile.mkdtemp(prefix="escape.", dir="/tmp"))
    # A file: what an attempt leaves running must not keep a pipe open.
    said = Path(f"{folder}.said")
    with said.open("wb") as output:
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=keep_mounts,  # noqa: PLW1509  (there are no threads here)
        )
        try:
            status = process.wait(seconds)
            # As a shell says it.
            status = 128 - status if status < 0 else status
        except subprocess.TimeoutExpired:
            status = None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    text = said.read_bytes()[-MAX_OUTPUT:].decode(errors="replace")
    said.unlink()
    remove(folder)
    return status, text


def main(asked: str) -> None:
    """Run all of them."""
    wanted = json.loads(asked)
    variables = {"LC_ALL": "C", "PYTHON": sys.executable, **wanted["variables"]}
    found = []
    for language, text, seconds in wanted["programs"]:
        argv = [*INTERPRETERS[language], f"{wanted['preludes'][language]}\n{text}"]
        found.append(run(argv, variables, seconds))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
