"""Run the programs of attempts, one after the other, each in a session and a folder of its own, and kill what is left.

usage: run.py JSON      {"preludes": {LANGUAGE: TEXT, …}, "variables": {…}, "is_apart": true|false, "programs":
[[LANGUAGE, TEXT, SECONDS], …]}. Prints a JSON list of [EXIT STATUS or null, OUTPUT]. `is_apart` keeps mounts from the
place that it runs in.
"""

import contextlib
import ctypes
import json
import os
import shutil
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


def run(argv: list[str], variables: dict[str, str], seconds: float) -> tuple[int | None, str]:
    """Return the exit status and the output of one program; None when it had to be killed."""
    folder = tempfile.mkdtemp(prefix="escape.", dir="/tmp")
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
    shutil.rmtree(folder, ignore_errors=True)
    return status, text


def main(asked: str) -> None:
    """Run all of them."""
    wanted = json.loads(asked)
    if wanted["is_apart"]:
        keep_mounts()
    variables = {"LC_ALL": "C", "PYTHON": sys.executable, **wanted["variables"]}
    found = []
    for language, text, seconds in wanted["programs"]:
        argv = [*INTERPRETERS[language], f"{wanted['preludes'][language]}\n{text}"]
        found.append(run(argv, variables, seconds))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
