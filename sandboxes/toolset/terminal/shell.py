"""Start a shell on a terminal of its own and act on that terminal."""

import fcntl
import os
import signal
import struct
import termios

HERE = os.path.dirname(os.path.abspath(__file__))
BUSYBOX = os.path.join(os.path.dirname(HERE), "busybox")
RESCUE = (
    b"bash ended as soon as it began, so this is a rescue shell.\r\n"
    b"Mend what is broken (~/.bashrc? a library?), then leave with `exit`: the next shell is bash again.\r\n"
)


class Shell:
    """One shell process, the leader of its session, and the master side of its terminal."""

    def __init__(self, boot: bytes, *, rescue: bool = False) -> None:
        self.terminal, slave = os.openpty()
        self.pid = os.fork()
        if self.pid == 0:
            _become_shell(slave, boot, rescue=rescue)
        os.close(slave)
        os.set_blocking(self.terminal, False)
        self.process = os.pidfd_open(self.pid)

    @property
    def busy(self) -> bool:
        """Return whether another program than the shell holds the terminal."""
        try:
            # 0 while the shell has not made the terminal its own yet.
            return os.tcgetpgrp(self.terminal) not in (0, self.pid)
        except OSError:
            return False

    def resize(self, columns: int, rows: int) -> None:
        """Set the window's size; the kernel tells the program in the foreground when it changed."""
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait(self) -> int:
        """Return the ended shell's status as a shell says it."""
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return code if code >= 0 else 128 - code

    def close(self) -> None:
        """Let go of the terminal: whatever still runs on it gets SIGHUP."""
        os.close(self.terminal)
        os.close(self.process)


def _become_shell(slave: int, boot: bytes, *, rescue: bool) -> None:
    """Turn this process into the shell. Never return."""
    try:
        os.login_tty(slave)
        for number in range(1, signal.NSIG):
            if number not in (signal.SIGKILL, signal.SIGSTOP) and signal.getsignal(number) is not None:
                signal.signal(number, signal.SIG_DFL)
        environment = _environment(boot)
        _enter(environment["HOME"])
        bash = ["bash", "--rcfile", os.path.join(HERE, "bashrc"), "-i"]
        for path in () if rescue else ("/bin/bash", "/usr/bin/bash"):
            _try(path, bash, environment)
        os.write(1, RESCUE)
        _try(BUSYBOX, ["sh"], environment)
        _try("/bin/sh", ["sh"], environment)
    finally:
        os._exit(127)


def _environment(boot: bytes) -> dict[str, str]:
    """Return the machine's environment without what belongs to the toolset's own Python."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LD_", "PYTHON", "SLIPWAY_"))}
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    defaults = {"HOME": "/root", "LANG": "C.UTF-8", "PATH": path}
    own = {"USER": "root", "LOGNAME": "root", "SHELL": "/bin/bash", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    return {**defaults, **kept, **own, "SLIPWAY_NONCE": boot.hex()}


def _enter(home: str) -> None:
    try:
        os.chdir(home)
    except OSError:
        os.chdir("/")


def _try(path: str, argv: list[str], environment: dict[str, str]) -> None:
    try:
        os.execve(path, argv, environment)
    except OSError:
        return
