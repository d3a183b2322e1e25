"""What stands in several places of the images, because each must work without the others, agrees."""

import ast
import re
import shlex
from typing import Any

from slipway.engine.docker_engine import READY_SECONDS
from tests.unit.engine.sources import SANDBOXES

SERVICES = (SANDBOXES / "services/machine/__main__.py").read_text()
SCRIPT = (SANDBOXES / "docker-machine/init.d/docker").read_text()
SECOND_HOST = (SANDBOXES / "lab-docker/second-host").read_text()


def found(pattern: str, text: str) -> str:
    """Return the one group of a pattern that must be there."""
    match = re.search(pattern, text, re.MULTILINE)
    assert match, pattern
    return match[1]


def constant(name: str) -> Any:
    """Return a constant of the services, which run as soon as they are imported."""
    return ast.literal_eval(found(rf"^{name} = (.*)$", SERVICES))


def options(words: list[str]) -> dict[str, str]:
    """Return dockerd's options with their values."""
    return dict(zip(words[::2], words[1::2], strict=True))


def test_every_dockerd_of_a_machine_has_the_same_options() -> None:
    """At the start, by `service docker start`, and in a second host, which says less and bears a label."""
    default = (SANDBOXES / "docker-machine/default").read_text()
    by_script = options(shlex.split(found(r"^OPTIONS='(.*)'$", default)))
    assert options(list(constant("DOCKERD_OPTIONS"))) == by_script
    second = options(shlex.split(found(r"^exec /usr/libexec/slipway/dockerd (.*)$", SECOND_HOST)))
    socket = found(r"^CONTAINERD_SOCKET=(.*)$", SCRIPT)
    changed = {"--log-level": "error", "--label": "host=second", "--containerd": socket}
    assert second == {**by_script, **changed}
    assert found(r'^CONTAINERD = Path\("(.*)"\)$', SERVICES) == socket


def test_an_installed_docker_has_the_time_that_its_script_takes() -> None:
    """It is not cut off before the script gives up, nor does the engine give the machine up before that."""
    tries, pause = found(r"\$tries -lt (\d+) \] \|\| return 1", SCRIPT), found(r"^ +sleep ([\d.]+)$", SCRIPT)
    assert int(tries) * float(pause) + 5 <= constant("INSTALLED_DOCKER_SECONDS") <= READY_SECONDS - 5
