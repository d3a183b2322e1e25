"""`./slipway test [unit|engine|browser|lessons|…] [PYTEST ARGUMENTS]`: runs the tests, and installs what they need."""

import argparse
import os
import sys

from slipway.command import dockerhost, external
from slipway.command.errors import CommandError
from slipway.command.instance import PROJECT, Instance
from slipway.command.lock import only_one
from slipway.command.output import err
from slipway.command.steps import run_steps
from slipway.command.up import packages
from slipway.command.up.run import image_steps

TESTS = "tests"
# Suites that need no service and no root.
ALONE = ("unit", "inside")
AGAIN = "./slipway test"


def main(arguments: argparse.Namespace) -> int:
    """Prepare the machine unless the tests wanted need nothing of it, and end with pytest's own line and status."""
    words = targets(arguments.words, suites())
    instance = Instance.from_environment().inside("test")
    instance.prepare()
    # Where static files are collected: whitenoise warns when it is missing, and warnings are errors here.
    (instance.home / "static").mkdir(exist_ok=True)
    if not needs_nothing(words):
        _prepare(instance)
    # Installations that tests bring up use this virtual environment.
    environment = external.untouched(SLIPWAY_HOME=str(instance.home), SLIPWAY_VENV=sys.prefix)
    return external.run(external.python("-m", "pytest", *lanes(words), *words), environment, at_project=True)


def suites() -> list[str]:
    """Return the suites: the folders of tests that have tests of their own."""
    return sorted(path.parent.name for path in (PROJECT / TESTS).glob("*/__init__.py"))


def targets(words: list[str], names: list[str]) -> list[str]:
    """Return pytest's arguments: a suite's name becomes its folder, all else stays. Pure."""
    return [f"{TESTS}/{word}" if word in names else word for word in words]


def needs_nothing(words: list[str]) -> bool:
    """Return whether all paths among pytest's arguments are of suites that need no service and no root. Pure."""
    paths = [word for word in words if word.startswith(f"{TESTS}/")]
    return bool(paths) and all(path.split("/")[1] in ALONE for path in paths)


def lanes(words: list[str]) -> list[str]:
    """Return what lets tests that share nothing run side by side. A debugger wants one process. Pure."""
    if any(word.startswith(("-n", "--pdb", "--trace")) for word in words):
        return []
    if needs_nothing(words):
        return ["--numprocesses", "auto", "--maxprocesses", "4"]
    if any(word.startswith(f"{TESTS}/") for word in words):
        return []
    # Each keeps an engine or an instance at work: more at once than processors only wait for each other.
    return ["--numprocesses", "3", "--dist", "loadscope"]


def _prepare(instance: Instance) -> None:
    if os.geteuid() != 0:
        raise CommandError(
            "tests of the engine and the pages need root.", "sudo ./slipway test, or ./slipway test unit"
        )
    of_tests = [packages.HEADLESS, packages.ZSTD, packages.POSTGRES, packages.IP]
    needs = [*packages.wanted(docker_answers=dockerhost.find() is not None), *of_tests]
    packages.refuse_other_systems(needs)
    with only_one(instance.run / "up.lock"):
        run_steps(image_steps(needs), logs=instance.logs / "up", console=err, again=AGAIN)
