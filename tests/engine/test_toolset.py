"""The toolset works whatever a learner does to the machine, and cannot be changed."""

import pytest

from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import MachineNotReadyError
from tests.engine.lab import Lab

pytestmark = pytest.mark.engine
PYTHON = ["/opt/slipway/python", "-I", "-S", "-c"]
MODULES = (
    "asyncio, ctypes, fcntl, hashlib, http.client, json, os, pty, re, select, signal, socket, ssl, struct, subprocess,"
    " termios, time, tty, urllib.parse, urllib.request"
)


def test_python_has_what_checks_and_terminals_need(shared_lab: Lab) -> None:
    """The modules that the platform's programs import are all there."""
    result = shared_lab.engine.run("box-one", [*PYTHON, f"import {MODULES}; print('all')"])
    assert (result.stdout, result.stderr) == (b"all\n", b"")


def test_toolset_outlives_a_broken_system(lab: Lab) -> None:
    """With Python, libc, shell and loader gone, and a preload that does not exist, the toolset's programs still run."""
    lab.start("ruin")
    script = """
    echo /nowhere.so >/etc/ld.so.preload
    rm -rf /usr/bin/python3* /bin/sh /usr/bin/env /etc/passwd /usr/lib/locale
    exec /opt/slipway/busybox rm -rf /lib/x86_64-linux-gnu /lib64 /usr/lib/x86_64-linux-gnu /bin/bash
    """
    assert lab.engine.run("ruin", ["bash", "-c", script]).exit_status == 0
    assert lab.engine.run("ruin", ["true"]).exit_status != 0
    result = lab.engine.run("ruin", [*PYTHON, "import json, ssl; print(json.dumps({'works': True}))"])
    assert (result.exit_status, result.stdout, result.stderr) == (0, b'{"works": true}\n', b"")
    assert lab.engine.run("ruin", ["/opt/slipway/busybox", "echo", "too"]).stdout == b"too\n"


def test_wrecked_machine_starts_again(lab: Lab) -> None:
    """Even without a shell or libraries of its own a machine starts, so that there is something to look at."""
    spec = lab.start("wreck")
    lab.engine.run("wreck", ["/opt/slipway/busybox", "rm", "-rf", "/usr/bin", "/usr/sbin"])
    lab.engine.stop_machine("wreck")
    impatient = DockerEngine(lab.container.socket, ready_seconds=1)
    with pytest.raises(MachineNotReadyError):
        impatient.start_machine(spec)
    impatient.close()
    assert lab.engine.run("wreck", [*PYTHON, "print('up')"]).stdout == b"up\n"


@pytest.mark.parametrize(
    "script",
    [
        "echo x >/opt/slipway/x",
        "echo x >>/opt/slipway/python",
        "rm /opt/slipway/python",
        "mv /opt/slipway /opt/other",
        "umount /opt/slipway",
        "umount -l /opt/slipway",
        "mount -o remount,rw,bind /opt/slipway",
        "unshare -m umount /opt/slipway",
    ],
)
def test_toolset_is_read_only(shared_lab: Lab, script: str) -> None:
    """The machine's root can neither write the toolset nor unmount it."""
    assert shared_lab.attempt("box-one", script).exit_status != 0
    assert shared_lab.engine.run("box-one", [*PYTHON, "print(1)"]).stdout == b"1\n"
