"""Type a script into a terminal of the machine as a learner would. Standard library alone: it runs in the sandbox.

It joins the terminal by the toolset's attach.py and speaks the frames of a page (HELLO, INPUT; WELCOME, OUTPUT: see
the terminal's protocol). A command is typed when the prompt is there, or when what runs has been silent for a while:
then it is a program that reads. After an empty one and at the end it waits for the prompt, which the shell marks by
OSC 133. A command `^wait TEXT` waits until TEXT is printed, for programs that are silent while they work.
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
RESET = 1
OPENING_SECONDS = 60.0
QUIET_SECONDS = 0.6
WAIT = "^wait "
MAX_KEPT_BYTES = 512 * 1024
MAX_PRINTED_BYTES = 64 * 1024
MAX_SHOWN = 4000
_MARK = rb"\x1b\]633;E;([^;\x07]*);%s\x07\x1b\]133;D;(\d{1,3})\x07"
_ESCAPED = re.compile(rb"\\(?:\\|x([0-9a-fA-F]{2}))")
_PROMPT = b"\x1b]133;A\x07"
_BEGAN = b"\x1b]133;C\x07"
_CONTROL = re.compile(rb"\^([A-Z\[\]\\])")


class StuckError(Exception):
    """The terminal did not go on; the text tells where."""


class Terminal:
    """One joined terminal: what it printed since it was joined, and how many prompts it has shown.

    `boot` and `offset` are where an earlier one left it, at its prompt. They lead nowhere when its shell has ended.
    """

    def __init__(self, attach: Sequence[str], boot: bytes = bytes(8), offset: int = 0) -> None:
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
        self._was_at_prompt = 0
        self.output = b""
        self.boot = b""
        self.offset = 0
        self.ended = False
        size = (120).to_bytes(2, "big") + (40).to_bytes(2, "big")
        self._send(HELLO, os.urandom(16) + boot + offset.to_bytes(8, "big") + bytes(4) + size)

    def type(self, data: bytes) -> None:
        """Type bytes."""
        self._send(INPUT, self._typed.to_bytes(8, "big") + data)
        self._typed += len(data)

    def prompts(self) -> int:
        """Return how many prompts were shown."""
        return self._was_at_prompt + self.output.count(_PROMPT)

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
            self.offset = int.from_bytes(payload[8:16], "big")
            self._was_at_prompt = 0 if payload[24] & RESET else 1
        elif opcode == OUTPUT:
            self.offset = int.from_bytes(payload[:8], "big") + len(payload) - 8
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

    def wait_for_text(self, text: str, since: int, seconds: float, *, is_shells: bool) -> None:
        """Wait until a text is printed by what was typed after this many bytes of output.

        A command of the shell prints behind the mark at which it began, so its echo is no answer. Raise `StuckError`
        when the text does not come.
        """
        end = time.monotonic() + seconds
        while text.encode() not in (self.output[since:].partition(_BEGAN)[2] if is_shells else self.output[since:]):
            left = end - time.monotonic()
            if self.ended or left <= 0:
                raise StuckError(f"`{text}` was not printed")
            self.listen(left)

    def commands(self) -> list[tuple[str, int]]:
        """Return the commands that ended, with their exit status."""
        pattern = re.compile(_MARK % self.boot.hex().encode())
        return [(_unescape(text), int(status)) for text, status in pattern.findall(self.output)]

    def printed(self) -> bytes:
        """Return what the commands printed that ended, without prompts and what was typed, as far as is kept."""
        ended = re.compile(rb"\x1b\]633;E;[^;\x07]*;%s\x07" % self.boot.hex().encode())
        *parts, _ = ended.split(self.output)
        return b"".join(part.partition(_BEGAN)[2].replace(_BEGAN, b"") for part in parts)[:MAX_PRINTED_BYTES]


def _unescape(escaped: bytes) -> str:
    plain = _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()) if found[1] else b"\\", escaped)
    return plain.decode("utf-8", "replace")


def keys_of(command: str, *, is_pasted: bool = False) -> bytes:
    """Return what is typed for a command: its lines, each with Enter, or one control key for a line such as `^C`.

    Pasted, the lines come as those of a paste, and one Enter, as the page's Run button sends them.
    """
    if is_pasted:
        return b"\x1b[200~" + command.replace("\n", "\r").encode() + b"\x1b[201~\r"
    found = _CONTROL.fullmatch(command.strip().encode())
    return bytes([found[1][0] - 64]) if found else command.replace("\n", "\r").encode() + b"\r"


def type_commands(terminal: Terminal, commands: Sequence[str], seconds: float, *, is_pasted: bool) -> None:
    """Type one command after the other; each has so many seconds. Raise `StuckError` if the terminal does not go on."""
    terminal.wait_for_prompt(1, OPENING_SECONDS, "opening the terminal")
    shown = terminal.prompts()
    last = ""
    ahead = False
    printed = 0
    for command in [*commands, ""]:
        if not command:
            if last:
                terminal.wait_for_prompt(shown + 1, seconds, last)
            if ahead:
                # Lines typed into a program may have been meant for the shell: their prompts come one by one.
                terminal.wait_for_quiet(sys.maxsize, seconds)
            last, ahead = "", False
            continue
        if command.startswith(WAIT):
            terminal.wait_for_text(command.removeprefix(WAIT), printed, seconds, is_shells=not ahead)
            continue
        if last:
            terminal.wait_for_quiet(shown + 1, seconds)
            ahead = ahead or terminal.prompts() <= shown
        shown = terminal.prompts()
        printed = len(terminal.output)
        terminal.type(keys_of(command, is_pasted=is_pasted))
        last = command


def main() -> None:
    """Do the order of the first argument; the others are attach.py's command. Print what came of it."""
    order = json.loads(sys.argv[1])
    terminal = Terminal(sys.argv[2:], bytes.fromhex(order["boot"]), order["offset"])
    trouble = ""
    try:
        type_commands(terminal, order["commands"], order["seconds"], is_pasted=order["is_pasted"])
    except (StuckError, OSError) as error:
        trouble = str(error)
    os.kill(terminal.pid, signal.SIGKILL)
    os.waitpid(terminal.pid, 0)
    found = {
        "commands": terminal.commands(),
        "printed": terminal.printed().decode("utf-8", "replace"),
        "output": terminal.output[-MAX_SHOWN:].decode("utf-8", "replace"),
        "trouble": trouble,
        "boot": terminal.boot.hex(),
        "offset": terminal.offset,
    }
    sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False).encode())
    sys.stdout.flush()
