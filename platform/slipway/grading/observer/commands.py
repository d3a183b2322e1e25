"""Run a command of the machine, or a script of ours, and observe how it ends. Standard library alone.

It gets a session of its own and a mark in its environment: when it ended or its time is over, whatever it left behind
is killed by that mark, even if it fled into another session.
"""

import os
import select
import signal
import time
from collections.abc import Mapping, Sequence
from typing import Any

from slipway.grading.observer import limits, people, processes

SHELL = ("/opt/slipway/busybox", "sh", "-c")
# The distribution's programs come before what a learner may have put beside them under the same name.
PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"
# With these a shell says that it could not run what it was told to.
_NOT_ALLOWED, _NOT_FOUND = 126, 127


def observe(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return exit status and output of a command or script. Raise `CannotObserveError` when it could not be run."""
    seconds = float(spec["timeout_seconds"])
    if spec["kind"] == "script":
        return run([*SHELL, spec["script"]], "root", seconds, spec["variables"])
    if spec["in_container"]:
        inside = __import__("slipway.grading.observer.inside", fromlist=["run"])
        return dict(inside.run(spec["in_container"], list(spec["argv"]), spec["user"], seconds))
    ended = run(list(spec["argv"]), spec["user"], seconds, {})
    if list(spec["argv"][:2]) == ["/bin/sh", "-c"] and ended["exit_status"] in {_NOT_ALLOWED, _NOT_FOUND}:
        words = ended["stderr"].strip().rpartition("\n")[2]
        raise limits.CannotObserveError(f"its command could not be run ({words[:200] or ended['exit_status']})")
    return ended


def run(argv: Sequence[str], user_name: str, seconds: float, variables: Mapping[str, str]) -> dict[str, Any]:
    """Run a command as a user. Raise `CannotObserveError` when it cannot begin, or does not end in time."""
    user = people.user_named(user_name)
    environment = {**_environment(user, variables), processes.MARK: str(os.getpid())}
    # Two for output, and one that says why the command could not begin; it closes when it does.
    pipes = [os.pipe2(os.O_CLOEXEC) for _ in range(3)]
    child = os.fork()
    if child == 0:
        _become(argv, user, environment, [writer for _, writer in pipes])
    for _, writer in pipes:
        os.close(writer)
    try:
        collected = _wait(child, [reader for reader, _ in pipes], time.monotonic() + seconds)
    finally:
        _sweep(child)
        for reader, _ in pipes:
            os.close(reader)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if collected is None:
        raise limits.CannotObserveError(f"it took longer than {seconds:g} s")
    if collected[2]:
        raise limits.CannotObserveError(f"{argv[0]} could not be run ({limits.text(collected[2])})")
    # A command ended by a signal has the status that a shell would tell.
    ended = status if status >= 0 else 128 - status
    return {"exit_status": ended, "stdout": limits.text(collected[0]), "stderr": limits.text(collected[1])}


def _environment(user: people.User, variables: Mapping[str, str]) -> dict[str, str]:
    plain = {
        "PATH": PATH,
        "HOME": user.home,
        "USER": user.name,
        "LOGNAME": user.name,
        "LANG": "C.UTF-8",
        "TERM": "dumb",
    }
    return {**variables, **plain}


def _become(argv: Sequence[str], user: people.User, environment: Mapping[str, str], pipes: Sequence[int]) -> None:
    """Turn this process into the command, or say why not into the last pipe. Never returns."""
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, source in enumerate([nothing, *pipes[:2]]):
            os.dup2(source, target)
        if os.getuid() != user.uid:
            os.setgroups(people.groups_of(user))
            os.setgid(user.gid)
            os.setuid(user.uid)
        os.umask(0o022)
        os.chdir(user.home if os.path.isdir(user.home) else "/")
        _execute(argv, environment)
    except OSError as error:
        os.write(pipes[2], str(error.strerror).encode())
    finally:
        os._exit(_NOT_ALLOWED)


def _execute(argv: Sequence[str], environment: Mapping[str, str]) -> None:
    """Turn into the first program of that name on the path; `os.execvpe` would import modules as the other user."""
    for folder in [""] if "/" in argv[0] else PATH.split(":"):
        try:
            os.execve(os.path.join(folder, argv[0]), list(argv), dict(environment))  # noqa: S606  (no shell is wanted)
        except FileNotFoundError:
            continue
    raise FileNotFoundError(2, "No such file or directory")


def _wait(child: int, readers: Sequence[int], end: float) -> list[bytes] | None:
    """Collect output until the command ends; None when its time is over. What it left running may hold the pipes."""
    ending = os.pidfd_open(child)
    collected = dict.fromkeys(readers, b"")
    ready = select.poll()
    for descriptor in (ending, *readers):
        ready.register(descriptor, select.POLLIN)
    ended = False
    try:
        while True:
            left = 0.0 if ended else end - time.monotonic()
            events = ready.poll(max(left, 0) * 1000)
            if not events:
                return list(collected.values()) if ended else None
            for descriptor, _ in events:
                if descriptor == ending:
                    ended = True
                    ready.unregister(ending)
                elif not _take(descriptor, collected):
                    ready.unregister(descriptor)
            if time.monotonic() > end:
                return list(collected.values()) if ended else None
    finally:
        os.close(ending)


def _take(reader: int, collected: dict[int, bytes]) -> bool:
    """Take what a pipe holds, and drop what is beyond the bound; say whether more can come."""
    data = os.read(reader, 65536)
    collected[reader] = (collected[reader] + data)[: limits.MAX_TEXT_BYTES]
    return bool(data)


def _sweep(child: int) -> None:
    """Kill the command's session and everything that carries this process's mark."""
    try:  # noqa: SIM105  (contextlib is slow to import)
        os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    processes.kill_marked(os.getpid())
