#!/usr/bin/env python3
"""Fetch what pages use of other projects: vendor.py fetches, vendor.py --check compares what lies here.

manifest.toml names each package with its version and the registry's own integrity, the files taken from it, and for
each file the SHA-256 of what lies here. A file may be edited: `replace` has pairs of text, each found exactly as often
as it says, so that a new version which has moved on is noticed. Fetching needs npm; checking needs nothing.

A bundle is one file made of many packages: its folder here holds entry.mjs, which names what is wanted, and npm's
package.json and package-lock.json, which pin versions and integrities, esbuild's too. The same input gives the same
bytes, which the manifest's SHA-256 proves. After a new version in package.json: `npm install --package-lock-only
--omit-lockfile-registry-resolved` in that folder.
"""

import argparse
import base64
import hashlib
import io
import shutil
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


def manifest() -> dict[str, list[dict[str, Any]]]:
    """Return the manifest: its packages and its bundles."""
    return tomllib.loads((HERE / "manifest.toml").read_text())


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


def build(bundle: dict[str, Any]) -> None:
    """Install a bundle's packages aside, make the one file and write it. Raise `VendorError` as `fetch` does."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for given in ("entry.mjs", "package.json", "package-lock.json"):
            shutil.copy(HERE / bundle["folder"] / given, folder)
        install = ["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        for source in bundle.get("source", []):
            path = folder / source["from"]
            path.write_bytes(edit(source, path.read_bytes()))
        options = ["--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none"]
        esbuild = ["node_modules/.bin/esbuild", "entry.mjs", *options, "--outfile=bundle.mjs", "--log-level=warning"]
        subprocess.run(esbuild, cwd=folder, check=True)
        for file in bundle["file"]:
            content = (folder / file["from"]).read_bytes()
            verify_file(file, content)
            (HERE / file["to"]).write_bytes(content)


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
    is_check = parser.parse_args().check
    found = manifest()
    try:
        for package in found["package"]:
            (check if is_check else fetch)(package)
            print(f"{package['name']} {package['version']}")  # noqa: T201  (a command's output)
        for bundle in found["bundle"]:
            (check if is_check else build)(bundle)
            print(f"{bundle['name']} {bundle['version']}")  # noqa: T201
    except VendorError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
