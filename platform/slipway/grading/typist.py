"""Type a script into a terminal of the machine as a learner would. Standard library alone: it runs in the sandbox.

It joins the terminal by the toolset's attach.py and speaks the frames of a page (HELLO, INPUT; WELCOME, OUTPUT: see
the terminal's protocol). A line is typed when the prompt is there, or when what runs has been silent for a while: then
it is a program that reads. After a blank line and at the end it waits for the prompt, which the shell marks by OSC 133.
"""

import json
import os
import re
import select
import signal
import sys
import time
from collections.abc import Sequence

HELLO, INPUT = 0x01, 0x02
WELCOME, OUTPUT, EXIT = 0x81, 0x82, 0x85
QUIET_SECONDS = 0.6
PROMPT_SECONDS = 120.0
MAX_KEPT_BYTES = 512 * 1024
MAX_SHOWN = 4000
_MARK = rb"\x1b\]633;E;([^;\x07]*);%s\x07\x1b\]133;D;(\d{1,3})\x07"
_ESCAPED = re.compile(rb"\\(?:\\|x([0-9a-fA-F]{2}))")
_PROMPT = b"\x1b]133;A\x07"
_CONTROL = re.compile(rb"\^([A-Z\[\]\\])")


class StuckError(Exception):
    """The terminal did not go on; the text tells where."""


class Terminal:
    """One joined terminal: what it printed, and how many prompts it has shown."""

    def __init__(self, attach: Sequence[str]) -> None:
        inside, self._sink = os.pipe()
        self._source, outside = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.dup2(inside, 0)
            os.dup2(outside, 1)
            os.execv(attach[0], list(attach))  # noqa: S606  (no shell is wanted)
        os.close(inside)
        os.close(outside)
        self._frames = b""
        self._typed = 0
        self.output = b""
        self.boot = b""
        self.ended = False
        hello = os.urandom(16) + bytes(8) + bytes(8) + bytes(4) + (120).to_bytes(2, "big") + (40).to_bytes(2, "big")
        self._send(HELLO, hello)

    def type(self, data: bytes) -> None:
        """Type bytes."""
        self._send(INPUT, self._typed.to_bytes(8, "big") + data)
        self._typed += len(data)

    def prompts(self) -> int:
        """Return how many prompts were shown."""
        return self.output.count(_PROMPT)

    def listen(self, seconds: float) -> bool:
        """Wait for output; say whether any came."""
        if self.ended or not select.select([self._source], [], [], seconds)[0]:
            return False
        data = os.read(self._source, 65536)
        if not data:
            self.ended = True
            return False
        self._frames += data
        while len(self._frames) >= 4 and len(self._frames) >= 4 + (size := int.from_bytes(self._frames[:4], "big")):  # noqa: PLR2004
            self._take(self._frames[4], self._frames[5 : 4 + size])
            self._frames = self._frames[4 + size :]
        return True

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == WELCOME:
            self.boot = payload[:8]
        elif opcode == OUTPUT:
            # Marks must not be lost, so too much output ends the typing instead of being cut.
            self.output += payload[8:]
            if len(self.output) > MAX_KEPT_BYTES:
                raise StuckError(f"more than {MAX_KEPT_BYTES >> 10} KiB were printed")
        elif opcode == EXIT:
            self.ended = True

    def _send(self, opcode: int, payload: bytes) -> None:
        frame = (len(payload) + 1).to_bytes(4, "big") + bytes((opcode,)) + payload
        while frame:
            frame = frame[os.write(self._sink, frame) :]

    def wait_for_prompt(self, number: int, seconds: float, after: str) -> None:
        """Wait until so many prompts were shown. Raise `StuckError` when they do not come."""
        end = time.monotonic() + seconds
        while self.prompts() < number:
            left = end - time.monotonic()
            if self.ended or left <= 0:
                raise StuckError(f"the prompt did not come back after `{after}`")
            self.listen(left)

    def wait_for_quiet(self, number: int, seconds: float) -> None:
        """Wait until so many prompts were shown, or nothing is printed for a while."""
        end = time.monotonic() + seconds
        while self.prompts() < number and time.monotonic() < end:
            if not self.listen(QUIET_SECONDS):
                return

    def commands(self) -> list[tuple[str, int]]:
        """Return the commands that ended, with their exit status."""
        pattern = re.compile(_MARK % self.boot.hex().encode())
        return [(_unescape(text), int(status)) for text, status in pattern.findall(self.output)]


def _unescape(escaped: bytes) -> str:
    plain = _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()) if found[1] else b"\\", escaped)
    return plain.decode("utf-8", "replace")


def keys_of(line: str) -> bytes:
    """Return what is typed for a line: its text and Enter, or one control key for a line such as `^C`."""
    found = _CONTROL.fullmatch(line.strip().encode())
    return bytes([found[1][0] - 64]) if found else line.encode() + b"\r"


def type_script(terminal: Terminal, script: str) -> None:
    """Type a whole script. Raise `StuckError` when the terminal does not go on."""
    terminal.wait_for_prompt(1, PROMPT_SECONDS, "opening the terminal")
    shown = terminal.prompts()
    last = ""
    ahead = False
    for line in [*script.splitlines(), ""]:
        if not line.strip():
            if last:
                terminal.wait_for_prompt(shown + 1, PROMPT_SECONDS, last)
            if ahead:
                # Lines typed into a program may have been meant for the shell: their prompts come one by one.
                terminal.wait_for_quiet(sys.maxsize, PROMPT_SECONDS)
            last, ahead = "", False
            continue
        if last:
            terminal.wait_for_quiet(shown + 1, PROMPT_SECONDS)
            ahead = ahead or terminal.prompts() <= shown
        shown = terminal.prompts()
        terminal.type(keys_of(line))
        last = line


def main() -> None:
    """Type the script of the first argument; the others are attach.py's command. Print commands, output and trouble."""
    terminal = Terminal(sys.argv[2:])
    trouble = ""
    try:
        type_script(terminal, sys.argv[1])
    except (StuckError, OSError) as error:
        trouble = str(error)
    os.kill(terminal.pid, signal.SIGKILL)
    os.waitpid(terminal.pid, 0)
    shown = terminal.output[-MAX_SHOWN:].decode("utf-8", "replace")
    sys.stdout.write(json.dumps({"commands": terminal.commands(), "output": shown, "trouble": trouble}))
    sys.stdout.flush()
