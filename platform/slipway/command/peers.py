"""Installs the web terminals that `./slipway bench --peers` measures, each into a folder of its own."""

import json
import shutil
import tomllib
from functools import partial
from pathlib import Path

from slipway.command import external
from slipway.command.errors import CommandError
from slipway.command.instance import PROJECT
from slipway.command.steplog import StepLog
from slipway.command.steps import Step

PINS = PROJECT / "tests" / "load" / "peers" / "pins.toml"
AGAIN = "./slipway bench --peers"


def steps(home: Path) -> list[Step]:
    """Return what installs each peer; installed already as pinned, it returns at once."""
    return [
        Step(f"Peer {name}", partial(_install, _folder(home, name), pin), f"Mend what the log says, then {AGAIN}.")
        for name, pin in _pins().items()
    ]


def ready_folder(home: Path, name: str) -> Path:
    """Return where a peer is installed; raise `CommandError` when it is not, as it is pinned now."""
    pin, folder = _pins().get(name), _folder(home, name)
    if pin is None:
        if shutil.which(name) is None:
            raise CommandError(f"{name} is not on the PATH.", f"install it yourself, then {AGAIN}.")
    elif not _is_complete(folder, pin):
        raise CommandError(f"{name} could not be installed.", f"see its log in {home / 'log' / 'bench'}.")
    return folder


def _folder(home: Path, name: str) -> Path:
    return home / "bench" / "peers" / name


def _pins() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(PINS.read_text())


def _is_complete(folder: Path, pin: dict[str, list[str]]) -> bool:
    mark = folder / ".complete"
    return mark.exists() and mark.read_text() == json.dumps(pin)


def _install(folder: Path, pin: dict[str, list[str]], log: StepLog) -> str:
    if _is_complete(folder, pin):
        return ""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    for installer, packages in pin.items():
        match installer:
            case "pip":
                log.run(external.python("-m", "venv", str(folder)))
                pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
                log.run([*pip, "--no-input", *packages])
            case "npm":
                log.run(["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", *packages])
            case _:
                raise CommandError(f"{PINS.name} names {installer}, and there are pip and npm.")
    (folder / ".complete").write_text(json.dumps(pin))
    return ", ".join(package for packages in pin.values() for package in packages)
