"""Typed reading of environment variables and secret files. A bad value ends the start with a sentence."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str) -> str:
    """Return NAME, or the content of the file that NAME_FILE names, or the default."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error
    return os.environ.get(name, default)


def boolean(name: str, *, default: bool) -> bool:
    """Return NAME as a boolean: 1, true, yes, on or 0, false, no, off."""
    value = text(name, str(default)).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")


def integer(name: str, default: int, *, minimum: int = 0) -> int:
    """Return NAME as a whole number that is not below the minimum."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number.") from None
    if number < minimum:
        raise ImproperlyConfigured(f"{name} is {number}: it must be {minimum} or more.")
    return number


def words(name: str, default: str) -> list[str]:
    """Return NAME as a list, divided at commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """Return NAME as an absolute path."""
    return Path(text(name, str(default))).expanduser().absolute()
