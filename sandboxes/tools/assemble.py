"""Assemble the tools of a sandbox: a Python with libraries of its own, busybox and an init."""

import compileall
import re
import shutil
import subprocess
import sys
from pathlib import Path

INTERPRETER = Path(sys.executable).resolve()
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
LOADER = "ld-linux"
# What no tool in a sandbox needs, by the folder's or module's name.
LEFT_OUT = re.compile(
    r"test|tests|idlelib|tkinter|lib2to3|ensurepip|turtledemo|turtle\.py|pydoc_data|config-.*|venv|xmlrpc|wsgiref|dbm"
    r"|curses|sqlite3|unittest|__pycache__|EXTERNALLY-MANAGED|doctest\.py|sitecustomize\.py"
    r"|_(test|codecs_|xxtest|sqlite3|curses|dbm|lsprof|interp).*\.so|xx.*\.so|readline.*\.so"
)


def shared_libraries(binary: Path) -> set[Path]:
    """Return the libraries that the dynamic loader would take for a binary, the loader among them."""
    output = subprocess.run(["ldd", str(binary)], check=True, capture_output=True, text=True).stdout
    return {Path(found) for found in re.findall(r"(/\S+) \(0x", output)}


def copy_python(target: Path) -> None:
    """Copy interpreter, standard library and shared libraries, and tie them to each other by absolute paths."""
    library = target / "lib"
    modules = library / VERSION
    shutil.copytree(
        f"/usr/lib/{VERSION}", modules, ignore=lambda _, names: {name for name in names if LEFT_OUT.fullmatch(name)}
    )
    shutil.copy(INTERPRETER, target / "python")
    binaries = [target / "python", *modules.glob("lib-dynload/*.so")]
    needed = set().union(*(shared_libraries(binary) for binary in binaries))
    for found in needed:
        shutil.copy(found.resolve(), library / found.name)
    loader = next(library / found.name for found in needed if found.name.startswith(LOADER))
    cut_loose(loader)
    for binary in [*binaries, *(library / found.name for found in needed)]:
        if binary != loader:
            # An rpath is inherited by what a library needs itself; a runpath is not.
            subprocess.run(["patchelf", "--force-rpath", "--set-rpath", str(library), str(binary)], check=True)
    subprocess.run(["patchelf", "--set-interpreter", str(loader), str(target / "python")], check=True)
    compileall.compile_dir(modules, quiet=1, workers=1)


def cut_loose(loader: Path) -> None:
    """Point the loader's two files under /etc, which the machine's root could write, to names that do not exist."""
    code = loader.read_bytes()
    for name in (b"/etc/ld.so.preload", b"/etc/ld.so.cache"):
        if name not in code:
            sys.exit(f"{loader} does not mention {name.decode()}: look how this glibc finds it")
        code = code.replace(name, b"/opt/slipway/no".ljust(len(name), b"-"))
    loader.write_bytes(code)


def main(target: Path) -> None:
    """Fill the target folder; it must not exist."""
    target.mkdir(parents=True)
    copy_python(target)
    shutil.copy("/usr/bin/busybox", target / "busybox")
    shutil.copy("/usr/bin/tini-static", target / "tini")
    subprocess.run(["chmod", "-R", "u+rwX,go+rX,go-w", str(target)], check=True)


main(Path(sys.argv[1]))
