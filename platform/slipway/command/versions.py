"""Versions as programs and kernels print them. Pure."""

import re


def parse(text: str) -> tuple[int, ...]:
    """Return the leading numbers: ``6.1.0-28-amd64`` → (6, 1, 0), ``20.10.24+dfsg1`` → (20, 10, 24)."""
    match = re.match(r"\D{0,8}(\d+(?:\.\d+)*)", text.strip())
    return tuple(int(number) for number in match[1].split(".")) if match else ()


def at_least(text: str, minimum: str) -> bool:
    """Return whether the version is the minimum or later; what is no version is not."""
    found = parse(text)
    return bool(found) and found >= parse(minimum)
