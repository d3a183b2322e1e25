#!/usr/bin/env python3
"""Fetch what pages use of other projects: vendor.py fetches, vendor.py --check compares what lies here.

manifest.toml names each package with its version and the registry's own integrity, the files taken from it, and for
each file the SHA-256 of what lies here. A file may be edited: `replace` has pairs of text, each found exactly as often
as it says, so that a new version which has moved on is noticed. Fetching needs npm; checking needs nothing.
"""

import argparse
import base64
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


class VendorError(Exception):
    """A file or package is not what the manifest says; the text tells which."""


def packages() -> list[dict[str, Any]]:
    """Return the manifest's packages."""
    found: list[dict[str, Any]] = tomllib.loads((HERE / "manifest.toml").read_text())["package"]
    return found


def check(package: dict[str, Any]) -> None:
    """Compare a package's files here with the manifest. Raise `VendorError` at the first that differs."""
    for file in package["file"]:
        path = HERE / file["to"]
        if not path.is_file():
            raise VendorError(f"{file['to']} is missing: run static/vendor/vendor.py")
        verify_file(file, path.read_bytes())


def fetch(package: dict[str, Any]) -> None:
    """Fetch a package and write its files. Raise `VendorError` when anything differs from the manifest."""
    archive = download(f"{package['name']}@{package['version']}")
    algorithm, _, wanted = package["integrity"].partition("-")
    if base64.b64encode(hashlib.new(algorithm, archive).digest()).decode() != wanted:
        raise VendorError(f"{package['name']} {package['version']} has another integrity than the manifest's")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for file in package["file"]:
            member = files.extractfile(f"package/{file['from']}")
            if member is None:
                raise VendorError(f"{package['name']} has no file {file['from']}")
            content = edit(file, member.read())
            verify_file(file, content)
            path = HERE / file["to"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def download(package: str) -> bytes:
    """Return the archive of a package, by npm."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", package, "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return next(Path(folder).iterdir()).read_bytes()


def edit(file: dict[str, Any], content: bytes) -> bytes:
    """Return the file with its replacements made."""
    for change in file.get("replace", []):
        old, new, times = change["old"].encode(), change["new"].encode(), change.get("times", 1)
        if content.count(old) != times:
            raise VendorError(f"{file['from']} has {content.count(old)} times {change['old']!r} and not {times}")
        content = content.replace(old, new)
    return content


def verify_file(file: dict[str, Any], content: bytes) -> None:
    """Raise `VendorError` when a file's content is not the manifest's."""
    found = hashlib.sha256(content).hexdigest()
    if found != file["sha256"]:
        raise VendorError(f"{file['to']} has SHA-256 {found}, the manifest says {file['sha256']}")


def main() -> int:
    """Fetch or check all packages and return the exit status."""
    parser = argparse.ArgumentParser(description="Fetch the vendored files of static/vendor, or check them.")
    parser.add_argument("--check", action="store_true", help="compare only, without network")
    act = check if parser.parse_args().check else fetch
    try:
        for package in packages():
            act(package)
            print(f"{package['name']} {package['version']}")  # noqa: T201  (a command's output)
    except VendorError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
