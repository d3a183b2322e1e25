"""Nothing passes through an impostor: a server in Docker's place, a script in a program's, a library under all."""

import json

import pytest

from slipway.engine.fake import FakeEngine
from slipway.engine.port import ExecResult, MachineSpec
from slipway.grading import impostors

GENUINE = {"answerer": "/usr/libexec/slipway/dockerd", "scripts": [], "preloaded": ""}


def look(said: bytes) -> None:
    """Look at a machine whose program says this."""
    engine = FakeEngine(programs={"/opt/slipway/python": lambda _machine, _argv: ExecResult(0, said, b"")})
    engine.start_machine(MachineSpec("box", "box", "image"))
    impostors.refuse(engine, "box")


@pytest.mark.parametrize("answerer", ["", GENUINE["answerer"], "/usr/bin/dockerd", "/usr/bin/dockerd (deleted)"])
def test_docker_answers_or_nobody(answerer: str) -> None:
    """The images' own, the one that a learner installed, one whose package was upgraded, none at all."""
    look(json.dumps(GENUINE | {"answerer": answerer}).encode())


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({"answerer": "/usr/bin/python3.11"}, r"Not Docker but /usr/bin/python3\.11 .+ \(service docker restart\)"),
        ({"answerer": "/tmp/dockerd"}, "Not Docker but /tmp/dockerd answers"),
        ({"answerer": "a program that has ended"}, "Not Docker but a program that has ended answers"),
        ({"scripts": ["/usr/bin/docker"]}, r"/usr/bin/docker is a script .+ Put the program back"),
        ({"preloaded": "/root/own.so"}, r"ld\.so\.preload puts /root/own\.so .+ Remove that file"),
    ],
)
def test_an_impostor_is_named(found: dict[str, object], says: str) -> None:
    """With what to do."""
    with pytest.raises(impostors.ImpostorError, match=says):
        look(json.dumps(GENUINE | found).encode())


@pytest.mark.parametrize("said", [b"", b"\xff", b"[]", b"{}", b'{"answerer": "", "scripts": 1, "preloaded": ""}'])
def test_what_cannot_be_told_passes_nothing(said: bytes) -> None:
    """The program was stopped, or says what it should not."""
    with pytest.raises(impostors.ImpostorError, match="Check again"):
        look(said)
