"""What a terminal printed last, and what its clients have typed, by absolute offsets. Pure."""


class Ring:
    """Keep the last `size` bytes printed; `end` counts all that ever were, `start` is the oldest one kept."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.end = 0
        self._bytes = bytearray(size)

    @property
    def start(self) -> int:
        """Return the offset of the oldest byte kept."""
        return max(0, self.end - self.size)

    def append(self, data: bytes) -> None:
        """Add what was printed; it may be at most `size` bytes."""
        at = self.end % self.size
        head = data[: self.size - at]
        self._bytes[at : at + len(head)] = head
        self._bytes[: len(data) - len(head)] = data[len(head) :]
        self.end += len(data)

    def read(self, offset: int, limit: int) -> bytes:
        """Return up to `limit` bytes from `offset` on, which must be kept; fewer at the buffer's seam."""
        at = offset % self.size
        return bytes(self._bytes[at : at + min(limit, self.end - offset, self.size - at)])

    def line_start(self, within: int) -> int:
        """Return where a replay of everything starts: after the first line break, not in the middle of a sequence."""
        if self.start == 0:
            return 0
        cut = self.read(self.start, within).find(b"\n")
        return self.start if cut < 0 else self.start + cut + 1


class Typed:
    """How far the input of each client was accepted, for the last `keep` clients."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._accepted: dict[bytes, int] = {}

    def accepted(self, client: bytes) -> int:
        """Return how many bytes of this client were accepted, and remember it as the one last seen."""
        count = self._accepted.pop(client, 0)
        self._accepted[client] = count
        while len(self._accepted) > self._keep:
            del self._accepted[next(iter(self._accepted))]
        return count

    def take(self, client: bytes, offset: int, data: bytes) -> bytes | None:
        """Return what of `data` is new, or None when bytes are missing before it."""
        count = self.accepted(client)
        if offset > count:
            return None
        new = data[count - offset :]
        self._accepted[client] = count + len(new)
        return new
