"""Join this process's standard input and output to a terminal of the machine: attach.py NAME [FOLDER].

The holder of that terminal gets the two descriptors and does all the work; this process waits until the holder lets
go. The first to come starts the holder: it makes the listening socket itself, so there is nothing to wait for.
FOLDER is where the sockets lie, /run/slipway unless a test says otherwise.
"""

import array
import fcntl
import os
import socket
import sys

FOLDER = "/run/slipway"
TRIES = 3


def connect(path: str) -> socket.socket | None:
    """Return a link to the terminal's holder, or None when there is no holder."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        link.connect(path)
    except OSError:
        link.close()
        return None
    return link


def connect_or_start(path: str) -> socket.socket:
    """Return a link to the terminal's holder, which is started if need be. Of two who try, one starts it."""
    link = connect(path)
    if link is not None:
        return link
    lock = os.open(path + ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return connect(path) or start(path, lock)
    finally:
        os.close(lock)


def start(path: str, lock: int) -> socket.socket:
    """Listen at `path`, let a holder do the listening from now on, and return a link to it."""
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(16)
    child = os.fork()
    if child == 0:
        become_holder(listener, lock, path + ".log")
    listener.close()
    os.waitpid(child, 0)
    link = connect(path)
    if link is None:
        raise SystemExit(f"The terminal at {path} could not be started.")
    return link


def become_holder(listener: socket.socket, lock: int, log: str) -> None:
    """Turn this process into the holder, in a session of its own that nothing of the exec holds on to."""
    os.setsid()
    if os.fork():
        os._exit(0)
    try:
        # The lock belongs to whoever has its descriptor open: it would be held for the holder's whole life.
        os.close(lock)
        os.chdir("/")
        nothing = os.open(os.devnull, os.O_RDWR)
        errors = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for standard, file in enumerate((nothing, nothing, errors)):
            os.dup2(file, standard)
        os.close(nothing)
        os.close(errors)
        from holder import main  # noqa: PLC0415  (an attach that finds a holder must not pay for loading one)

        main(listener)
    except BaseException:  # noqa: BLE001  (the process ends here: nothing else would print it)
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(0)


def hand_over(link: socket.socket) -> bool:
    """Give the holder this process's standard input and output. Return whether it has taken them."""
    descriptors = array.array("i", [0, 1])
    try:
        link.sendmsg([b"0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        return bool(link.recv(1))
    except OSError:
        return False


def attach(name: str, folder: str = FOLDER) -> None:
    """Join the terminal of this name and wait for the end."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, f"terminal-{name}")
    for _ in range(TRIES):
        link = connect_or_start(path)
        if hand_over(link):
            link.recv(1)
            return
        # That holder's shell was just ending; the next one begins.
        link.close()
    raise SystemExit(f"The terminal {name} ended {TRIES} times while it was being opened.")


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    attach(*sys.argv[1:])
