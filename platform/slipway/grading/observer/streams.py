"""Docker's multiplexed output: frames of stdout and stderr. Standard library alone: it runs in the sandbox."""

_HEADER = 8
_STDERR = 2


def split(data: bytes) -> tuple[bytes, bytes]:
    """Return stdout and stderr of a stream of frames (`u8 stream, 3 zeros, u32 big-endian length, payload`).

    A container with a terminal has no frames: all of its output is stdout.
    """
    parts: tuple[list[bytes], list[bytes]] = ([], [])
    place = 0
    while place + _HEADER <= len(data):
        stream, zeros = data[place], data[place + 1 : place + 4]
        if stream > _STDERR or zeros != b"\0\0\0":
            return (data, b"") if place == 0 else (b"".join(parts[0]), b"".join(parts[1]))
        length = int.from_bytes(data[place + 4 : place + _HEADER], "big")
        parts[stream == _STDERR].append(data[place + _HEADER : place + _HEADER + length])
        place += _HEADER + length
    return b"".join(parts[0]), b"".join(parts[1])
