"""Checks in a real machine: each kind finds what is there, whatever the learner did to the machine's own programs."""

import json
from collections.abc import Iterator

import pytest

from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import MachineSpec
from slipway.grading.judging import Observations, request_for
from slipway.grading.observing import observe
from slipway.lessonfile.subjects import (
    Command,
    Container,
    Containers,
    File,
    Http,
    Image,
    Network,
    Observed,
    Port,
    Process,
    Script,
    Volume,
)

pytestmark = pytest.mark.engine
NAME = "checks-machine"


@pytest.fixture(scope="module")
def machine(docker_engine: DockerEngine, tags: dict[str, str]) -> Iterator[DockerEngine]:
    """Give an engine with one machine where nginx runs as `web` and a stopped container is `off`."""
    docker_engine.start_machine(MachineSpec(NAME, NAME, tags["lab-docker"]))
    script = (
        "docker run -d --name web -p 8090:80 --label team=blue nginx && docker run --name off ubuntu "
        "bash -c 'echo kept >/kept; echo said' && docker volume create data && sleep 1"
    )
    result = docker_engine.run(NAME, ["bash", "-c", script], timeout_seconds=60)
    assert result.exit_status == 0, result.stderr
    yield docker_engine
    docker_engine.stop_machine(NAME)
    docker_engine.delete_disk(NAME)


def look(engine: DockerEngine, *subjects: Observed) -> list[dict[str, object]]:
    """Return the facts of each subject."""
    requests = [request_for(subject, {}) for subject in subjects]
    found = observe(engine, NAME, requests)
    assert found.failures == {}
    return [dict(fact) for request in requests if isinstance(fact := found.facts[request.key], dict)]


def test_docker_s_things(machine: DockerEngine) -> None:
    """Containers with logs, images, networks, volumes; what is not there."""
    web, off, all_of_team, image, network, volume, none = look(
        machine,
        Container("web"),
        Container("off", wants=("logs",)),
        Containers(label="team=blue"),
        Image("nginx"),
        Network("bridge"),
        Volume("data"),
        Container("none"),
    )
    assert web["exists"]
    assert "172." in json.dumps(web["NetworkSettings"])
    assert off["logs"] == "said\n"
    assert all_of_team["count"] == 1
    assert image["exists"]
    assert network["Driver"] == "bridge"
    assert volume["Name"] == "data"
    assert none == {"exists": False}


def test_inside_containers(machine: DockerEngine) -> None:
    """Files also of a stopped one; processes, commands and requests inside a running one."""
    kept, page, process, command, request = look(
        machine,
        File("/kept", "off", wants=("content",)),
        File("/usr/share/nginx/html/index.html", "web", wants=("content",)),
        Process(name="nginx", in_container="web"),
        Command(("cat", "/proc/1/comm"), in_container="web"),
        Http("http://127.0.0.1/", in_container="web"),
    )
    assert kept["content"] == "kept\n"
    assert "nginx" in str(page["content"])
    assert isinstance(process["count"], int)
    assert process["count"] >= 2
    assert command["stdout"] == "nginx\n"
    assert request["status"] == 200


def test_the_machine_itself(machine: DockerEngine) -> None:
    """Ports, web servers, files, commands as another user, scripts of the toolset's shell."""
    port, page, file, command, script = look(
        machine,
        Port("8090"),
        Http("http://localhost:8090/"),
        File("/etc/hostname", wants=("content", "sha256")),
        Command(("id", "-un"), user="nobody"),
        Script("grep -c root: /etc/passwd | tr -d '\\n'; echo; echo done"),
    )
    assert port["listening"]
    assert page["status"] == 200
    assert file["owner"] == "root"
    assert command["stdout"] == "nobody\n"
    assert script == {"exit_status": 0, "stdout": "1\ndone\n", "stderr": ""}


def test_a_broken_machine_is_still_seen(machine: DockerEngine) -> None:
    """Without its shell, its libraries' cache and its docker command, and with a FIFO where a file should be."""
    breaking = (
        "mkfifo /root/fifo; mv /usr/bin/docker /usr/bin/cat /root/; printf '#!/bin/sh\\necho fooled' >/usr/bin/cat;"
        " echo /root/x.so >/etc/ld.so.preload; rm -f /etc/passwd; mv /usr/bin/dash /root/dash"
    )
    machine.run(NAME, ["bash", "-c", breaking])
    try:
        web, fifo, page = look(
            machine, Container("web"), File("/root/fifo", wants=("content",)), Http("http://localhost:8090/")
        )
    finally:
        mending = (
            "cp -a /root/dash /usr/bin/dash; cp -a /root/docker /root/cat /usr/bin/; rm -f /etc/ld.so.preload;"
            " echo 'root:x:0:0:root:/root:/bin/bash' >/etc/passwd"
        )
        machine.run(NAME, ["bash", "-c", mending])
    assert web["exists"]
    assert fifo["kind"] == "fifo"
    assert page["status"] == 200


def test_a_hanging_engine_holds_up_only_its_own_checks(machine: DockerEngine) -> None:
    """A stopped dockerd is told; files are seen all the same."""
    machine.run(NAME, ["bash", "-c", "kill -STOP $(pidof dockerd)"])
    try:
        requests = [request_for(Container("web"), {}), request_for(File("/etc/hostname"), {})]
        found: Observations = observe(machine, NAME, requests)
    finally:
        machine.run(NAME, ["bash", "-c", "kill -CONT $(pidof dockerd)"])
    assert "does not answer" in found.failures[requests[0].key]
    assert requests[1].key in found.facts


def test_checks_leave_nothing_behind(machine: DockerEngine) -> None:
    """No process of a check is left, even of one that was cut off."""
    requests = [request_for(Command(("sh", "-c", "setsid sleep 4242 & sleep 4242"), timeout_seconds=1.0), {})]
    assert "longer than 1 s" in observe(machine, NAME, requests).failures[requests[0].key]
    assert look(machine, Process(cmdline="sleep 4242"))[0]["count"] == 0
