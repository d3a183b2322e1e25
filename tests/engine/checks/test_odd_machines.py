"""Checks on machines in odd states: each says what it could not see and why, and none is passed by it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import MachineSpec
from slipway.grading.judging import CheckResult
from slipway.grading.observing import ObservationError
from slipway.lessonfile.load import load_lesson
from slipway.prover.main import main
from slipway.prover.tryout import Machine
from tests.lesson_sample import change, write_course

pytestmark = pytest.mark.engine
NAME = "odd-machine"
# One check for each way to look at Docker's things, each of which "nothing is seen" would meet.
BY_THE_ENGINE: dict[str, dict[str, Any]] = {
    "container": {"container": "web", "expect": {"exists": False}},
    "containers": {"containers": {"all": True}, "expect": {"count": 0}},
    "image": {"image": "nginx", "expect": {"exists": False}},
    "network": {"network": "bridge", "expect": {"exists": False}},
    "volume": {"volume": "data", "expect": {"exists": False}},
    "file": {"file": "/etc/hostname", "in_container": "web", "expect": {"exists": False}},
    "process": {"process": "nginx", "in_container": "web", "expect": {"count": 0}},
    "http": {"http": {"url": "http://127.0.0.1/", "in_container": "web"}, "expect": {"status": {"absent": True}}},
    "command": {"command": ["false"], "in_container": "web", "expect": {"exit_status": {"not": 0}}},
    "compared": {
        "file": "/etc/hostname",
        "expect": {"content": {"not": {"same_as": {"image": "nginx", "take": "Id"}}}},
    },
}
EVERYTHING = "docker run -d --name web -p 8090:80 nginx && docker volume create data && echo here >/root/note"


@pytest.fixture
def machine(docker_engine: DockerEngine, tags: dict[str, str], tmp_path: Path) -> Iterator[Machine]:
    """Give a fresh machine of the sample lesson on which nginx runs as `web`."""
    docker_engine.start_machine(MachineSpec(NAME, NAME, tags["lab-docker"]))
    machine = Machine(docker_engine, NAME, load_lesson(write_course(tmp_path)), {"app": "web", "port": "8090"}, 30.0)
    try:
        sh(machine, EVERYTHING)
        yield machine
    finally:
        docker_engine.stop_machine(NAME)
        docker_engine.delete_disk(NAME)


def sh(machine: Machine, script: str) -> str:
    """Do something to the machine as its root; it must succeed."""
    ended = machine.engine.run(machine.name, ["bash", "-c", script], timeout_seconds=60)
    assert ended.exit_status == 0, ended.stderr
    return ended.stdout.decode()


def check(machine: Machine, folder: Path, checks: dict[str, dict[str, Any]]) -> dict[str, CheckResult]:
    """Judge an exercise of these checks on the machine, typed commands and all; return the results by name."""
    texts = {"title": {"en": "t", "hi-Latn": "t"}, "message": {"en": "m", "hi-Latn": "m"}}
    listed = json.dumps([{"id": name, **texts, **wanted} for name, wanted in checks.items()])
    head, _, rest = (folder / "lesson.yaml").read_text().partition("    checks:\n")
    _, _, tail = rest.partition("    mistakes:\n")
    (folder / "lesson.yaml").write_text(f"{head}    checks: {listed}\n    mistakes:\n{tail}")
    judgement = machine.judge(load_lesson(folder).exercise("run-it"))
    return {result.id: result for result in judgement.results}


def test_a_stopped_engine_is_told_by_every_check_that_asks_it(machine: Machine) -> None:
    """Neither presence nor absence is seen; what does not need Docker is."""
    sh(machine, "kill $(pidof dockerd); while pidof dockerd >/dev/null; do sleep 0.1; done; rm -f /run/docker.sock")
    found = check(machine, machine.lesson.folder, {
        **BY_THE_ENGINE,
        "runs": {"container": "web", "expect": {"State.Running": True}},
        "note": {"file": "/root/note", "expect": {"content": "here"}},
    })  # fmt: skip
    for name in (*BY_THE_ENGINE, "runs"):
        assert not found[name].passed, found[name]
        assert "could not be observed: the machine's Docker Engine does not answer" in found[name].observed
    assert found["note"].passed


def test_an_engine_that_lost_its_containers_is_told_apart(machine: Machine) -> None:
    """It answers, so what is not there is not there; what would have to be looked at inside it cannot be."""
    sh(machine, "docker rm -f web")
    found = check(machine, machine.lesson.folder, BY_THE_ENGINE)
    assert found["container"].passed
    assert found["containers"].passed
    for name in ("file", "process", "http", "command"):
        assert not found[name].passed
        assert "could not be observed" in found[name].observed
    assert "no container web" in found["process"].observed.lower()


def test_a_program_that_is_missing_is_told(machine: Machine) -> None:
    """It has not failed, so a check that wants a failure is not met; in a container and in a shell line neither."""
    wants = {"exit_status": {"not": 0}}
    found = check(machine, machine.lesson.folder, {
        "program": {"command": ["no-such-program"], "expect": wants},
        "shell": {"command": "no-such-program --help", "expect": wants},
        "silent": {"command": "no-such-program 2>/dev/null", "expect": {"stdout": ""}},
        "inside": {"command": ["no-such-program"], "in_container": "web", "expect": wants},
        "alike": {"command": ["sh", "-c", "exit 127"], "in_container": "web", "expect": {"exit_status": 127}},
        "fails": {"command": ["ls", "/none"], "expect": wants},
    })  # fmt: skip
    for name in ("program", "shell", "silent", "inside"):
        assert not found[name].passed, found[name]
        assert "could not be run" in found[name].observed
    assert "No such file or directory" in found["program"].observed
    assert "not found" in found["inside"].observed
    assert found["alike"].passed
    assert found["fails"].passed


def test_a_docker_that_is_none_fools_nobody(machine: Machine) -> None:
    """A shell function, an alias and a script of that name: the learner sees them, and checks do not."""
    says = "echo web is running; true"
    sh(machine, f"printf '#!/bin/sh\\n{says}\\n' >/usr/local/bin/docker; chmod +x /usr/local/bin/docker; docker ps")
    machine.run_block(f"docker() {{ {says}; }}; alias docker='docker'")
    assert "web is running" in machine.run_block("docker run -d --name other nginx").printed
    found = check(machine, machine.lesson.folder, {
        "typed": {"history": "docker run .*--name other", "expect": {"count": 1}},
        "made": {"container": "other"},
        "asked": {"command": ["docker", "inspect", "other"]},
        "line": {"command": "docker inspect other"},
        "script": {"script": "docker inspect other", "expected": {"en": "it exists", "hi-Latn": "woh hai"}},
        "there": {"command": ["docker", "inspect", "web"]},
    })  # fmt: skip
    assert {name for name, result in found.items() if result.passed} == {"typed", "there"}
    assert found["made"].observed == "exists = false"


def test_a_full_disk_hides_nothing(machine: Machine) -> None:
    """Not a byte is left: terminal, files, containers and programs are seen; where Docker needs room, it says so."""
    sh(machine, "dd if=/dev/zero of=/root/fill bs=1M 2>/dev/null; dd if=/dev/zero of=/root/rest bs=1 2>/dev/null; true")
    assert "No space left" in machine.run_block("echo more >/root/more").printed
    found = check(machine, machine.lesson.folder, {
        "typed": {"history": "echo more", "expect": {"count": 1}},
        "runs": {"container": "web", "expect": {"State.Running": True}},
        "inside": {"file": "/etc/nginx/nginx.conf", "in_container": "web"},
        "page": {"http": "http://localhost:8090/", "expect": {"status": 200}},
        "note": {"file": "/root/note", "expect": {"content": "here"}},
        "program": {"command": ["id", "-un"], "expect": {"stdout": "root"}},
        "executed": {"command": ["cat", "/etc/hostname"], "in_container": "web"},
        "nothing": {"file": "/root/more", "expect": {"size": {"at_least": 1}}},
        "another": {"command": ["docker", "run", "--name", "more", "nginx", "true"], "timeout_seconds": 10},
    })  # fmt: skip
    failed = {name for name, result in found.items() if not result.passed}
    assert failed <= {"nothing", "another", "executed", "inside"}, [found[name] for name in failed]
    assert "nothing" in failed
    for name in failed - {"nothing"}:
        assert "no space left" in found[name].observed.lower(), found[name]


def test_no_learner_sets_the_clock(machine: Machine) -> None:
    """It is everybody's: the machine's root may not change it, so no check sees a wrong one. A zone changes nothing."""
    ended = machine.engine.run(machine.name, ["date", "-s", "2001-01-01"], timeout_seconds=20)
    assert ended.exit_status != 0
    assert b"Operation not permitted" in ended.stderr
    sh(machine, "echo Pacific/Kiritimati >/etc/timezone; rm -f /etc/localtime; echo nonsense >/etc/localtime")
    found = check(machine, machine.lesson.folder, {"runs": {"container": "web", "expect": {"State.Running": True}}})
    assert found["runs"].passed


def test_a_machine_without_its_proc_cannot_be_looked_at(machine: Machine) -> None:
    """Nothing runs there any more: that is told, and nobody can say that a program or a port is not there."""
    sh(machine, "mount -t tmpfs none /proc")
    with pytest.raises(ObservationError, match="could not be looked at"):
        check(machine, machine.lesson.folder, {"port": {"port": 8090, "expect": {"listening": False}}})


def test_a_solution_that_hangs_is_told(
    tmp_path: Path,
    docker_engine: DockerEngine,
    tags: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the command that did not end, after its time; and no machine is left."""
    monkeypatch.setattr("slipway.prover.tryout.COMMAND_SECONDS", 3.0)
    folder = write_course(tmp_path)
    (folder / "solutions" / "run-it.sh").write_text("sleep 1000\n")
    words = [str(folder), "--exercise", "run-it", "--json", "--no-record"]
    status = main(words, engine=docker_engine, image_of=tags.__getitem__, lessons=tmp_path)
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (status, line["solution_passes"], line["wrong"]) == (1, False, {"front": True})
    assert "solution: the prompt did not come back after `sleep 1000`" in line["notes"][0]
    assert not [machine for machine in docker_engine.machines() if machine.name.startswith("prove-")]


def test_a_check_of_a_missing_program_is_told_by_prove(
    tmp_path: Path, docker_engine: DockerEngine, tags: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The author reads why the solution does not pass."""
    folder = write_course(tmp_path)
    change(folder, '        container: "{{app}}"\n        expect: {State.Running: true, Config.Image: nginx}\n',
           "        command: [no-such-program]\n        expect: {exit_status: {not: 0}}\n")  # fmt: skip
    change(folder, "    wrong_attempts:\n      - {name: front, mistake: in-front}\n", "")
    (folder / "solutions" / "run-it.front.sh").unlink()
    words = [str(folder), "--exercise", "run-it", "--json", "--no-record"]
    assert main(words, engine=docker_engine, image_of=tags.__getitem__, lessons=tmp_path) == 1
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["nothing_fails"] is True
    assert "could not be observed: no-such-program could not be run (No such file or directory)" in line["notes"][0]
