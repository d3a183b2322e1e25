"""Read the files of a lesson folder without trusting them: links, sizes and encodings."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from slipway.lessonfile.problems import Problems

MAX_FILES = 300
MAX_TOTAL_BYTES = 8 * 1024 * 1024
MAX_BYTES = {".yaml": 256 * 1024, ".md": 512 * 1024, ".svg": 256 * 1024, ".cast": 1024 * 1024, ".sh": 64 * 1024}


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder whose text files can be read; what is wrong with them is reported by their name."""

    path: Path
    problems: Problems
    prefix: str = ""

    def label(self, name: str) -> str:
        """Return the name of a file as problems show it."""
        return f"{self.prefix}{name}"

    def names(self, pattern: str) -> list[str]:
        """Return the files that match, relative and sorted."""
        return sorted(path.relative_to(self.path).as_posix() for path in self.path.glob(pattern) if path.is_file())

    def names_below(self, folder: str, most: int) -> list[str]:
        """Return the files at any depth below a folder, relative to it and sorted; no link to a folder is followed.

        Report when there are more files and folders than so many, and return what was found up to there.
        """
        top = self.path / folder
        found: list[str] = []
        looked_at = 0
        for root, folders, files in os.walk(top):
            folders.sort()
            looked_at += len(folders) + len(files)
            found += [(Path(root) / name).relative_to(top).as_posix() for name in sorted(files)]
            if looked_at > most:
                self._refuse(folder, f"holds more than {most} files.", "Remove some.")
                break
        return sorted(found)[:most]

    def has(self, name: str) -> bool:
        """Say whether there is such a file."""
        return (self.path / name).is_file()

    def read(self, name: str, limit: int | None = None) -> str | None:
        """Return a file's text. Report and return None when it is no plain, small UTF-8 file inside the folder."""
        data = self.read_bytes(name, limit or MAX_BYTES[Path(name).suffix])
        return None if data is None else self._decode(name, data)

    def read_bytes(self, name: str, limit: int) -> bytes | None:
        """Return a file's content. Report and return None when it is no plain file of so many bytes in the folder."""
        path = self.path / name
        try:
            if trouble := self._trouble(path):
                self._refuse(name, *trouble)
                return None
            with path.open("rb") as file:
                data = file.read(limit + 1)
        except FileNotFoundError:
            self._refuse(name, "is missing.", f"Write {self.label(name)}.")
            return None
        except (OSError, RuntimeError, ValueError) as error:
            self._refuse(name, f"cannot be read: {error}.", "Look at its permissions and links.")
            return None
        if len(data) > limit:
            self._refuse(name, f"is larger than {limit // 1024} KiB.", "Make it smaller or divide the lesson.")
            return None
        return data

    def check_size(self) -> None:
        """Report links that leave the folder, and a folder that is too large to be a lesson."""
        total = 0
        for count, path in enumerate(sorted(self.path.rglob("*")), start=1):
            name = path.relative_to(self.path).as_posix()
            if path.is_symlink() and self._leaves(path):
                self._refuse(name, "is a link that leaves the lesson's folder.", "Copy the file into it.")
            elif path.is_file():
                total += path.stat().st_size
            elif not path.is_dir():
                self._refuse(name, "is no ordinary file.", "Remove it.")
            if count > MAX_FILES or total > MAX_TOTAL_BYTES:
                self._refuse(
                    name,
                    f"is beyond {MAX_FILES} files or {MAX_TOTAL_BYTES >> 20} MiB.",
                    "Remove what the lesson does not need.",
                )
                return

    def _trouble(self, path: Path) -> tuple[str, str] | None:
        if self._leaves(path):
            return "is a link that leaves the lesson's folder.", "Copy the file into it."
        if not stat.S_ISREG(path.stat().st_mode):
            return "is no ordinary file.", "Put a text file there."
        return None

    def _leaves(self, path: Path) -> bool:
        try:
            return not path.resolve().is_relative_to(self.path.resolve())
        except (OSError, RuntimeError, ValueError):
            return True

    def _decode(self, name: str, data: bytes) -> str | None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            self.problems.add(self.label(name), line, "This line is not UTF-8.", "Save the file as UTF-8.")
            return None
        return text.replace("\r\n", "\n").removeprefix("\ufeff")

    def _refuse(self, name: str, message: str, instead: str) -> None:
        self.problems.add(self.label(name), 1, f"The file {message}", instead)
