"""Checks: what an exercise's check makes of a machine whose root has replaced what it might look through.

The container that is asked for is never there on the attacker's machine; on the victim's it is. Root of a machine can
forge whatever is observed of it in the end; what must not suffice are the simple ways.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slipway.engine.port import EngineError
from slipway.escape.attempts import Outcome, Place, Proof, Result
from slipway.escape.bench import Bench
from slipway.grading import impostors
from slipway.grading.judging import Request
from slipway.grading.observing import observe

FAMILY = "checks"
SHELL = ("/opt/slipway/busybox", "sh", "-c")
NAME = "escape-forged"
CONTAINER = {"kind": "container", "name": NAME, "wants": []}
# Answers everything with a container that runs.
FAKE_ENGINE = """
import json, os, socket
fact = {"Name": "/escape-forged", "State": {"Running": True, "Pid": 1}}
head = "HTTP/1.0 200 OK\\r\\nContent-Type: application/json\\r\\n\\r\\n"
os.rename("/run/docker.sock", "/run/docker.sock.kept")
server = socket.socket(socket.AF_UNIX); server.bind("/run/docker.sock"); server.listen()
while True:
    link, _ = server.accept(); link.recv(65536)
    link.sendall((head + json.dumps(fact)).encode()); link.close()
"""
FAKE = "printf '#!/opt/slipway/busybox sh\\necho escape-forged running\\nexit 0\\n'"

RUN_IT = f"docker rm -f {NAME} >/dev/null 2>&1; docker run -d --name {NAME} alpine sleep 60"
PRELOAD, UNLOAD = "ls /usr/lib/*/libz.so.1 >/etc/ld.so.preload", "rm -f /etc/ld.so.preload"
IN_BASH = "bash -c 'grep -q libz[.]so /proc/$$/maps'"


def script(text: str) -> dict[str, object]:
    """Return the request to observe how a script ends that the lesson brings along."""
    return {"kind": "script", "script": text, "timeout_seconds": 5, "variables": {}}


@dataclass(frozen=True, slots=True)
class Forgery:
    """A way to forge what is observed, how it is undone, and what makes the same true on the victim's machine.

    `seen_there` is what is observed there, if it is something else.
    """

    name: str
    tried: str
    forge: str
    undo: str
    truth: str
    spec: Mapping[str, object]
    seen_there: Mapping[str, object] | None = None


REPLACE_DOCKER = (
    f"for d in /usr/bin /usr/local/bin; do [ ! -e $d/docker ] || mv $d/docker $d/docker.kept; {FAKE} >$d/docker;"
    " chmod +x $d/docker; done"
)
DOCKER_BACK = (
    "rm -f /usr/local/bin/docker; for d in /usr/bin /usr/local/bin; do [ ! -e $d/docker.kept ] ||"
    " mv $d/docker.kept $d/docker; done"
)
REPLACE_SHELLS = f"cd /usr/bin; for s in sh bash dash; do mv $s $s.kept; {FAKE} >$s; chmod +x $s; done"
SHELLS_BACK = "cd /usr/bin; for s in sh bash dash; do mv $s.kept $s; done"
TOUCH_IT, IS_THERE = f"touch /root/{NAME}", f"test -e /root/{NAME}"

FORGERIES = (
    Forgery(
        "docker-program",
        "have a check of a container run a docker program of its own making",
        REPLACE_DOCKER,
        DOCKER_BACK,
        RUN_IT,
        CONTAINER,
    ),
    Forgery(
        "docker-program-in-script",
        "have a check's script run a docker program of its own making",
        REPLACE_DOCKER,
        DOCKER_BACK,
        RUN_IT,
        script(f"docker inspect {NAME}"),
    ),
    Forgery(
        "shell",
        "have a check's script run by a shell of its own making",
        REPLACE_SHELLS,
        SHELLS_BACK,
        TOUCH_IT,
        script(IS_THERE),
    ),
    Forgery(
        "shell-in-command",
        "have a check's command run a shell of its own making",
        REPLACE_SHELLS,
        SHELLS_BACK,
        TOUCH_IT,
        {"kind": "command", "argv": ["/bin/sh", "-c", IS_THERE], "user": "root", "in_container": "",
         "timeout_seconds": 5},
    ),
    Forgery(
        "preload",
        "slip a library under what looks for a check, by /etc/ld.so.preload",
        PRELOAD,
        UNLOAD,
        PRELOAD,
        script("grep -q /usr/lib/.*libz[.]so /proc/$$/maps /proc/$PPID/maps"),
        script(IN_BASH),
    ),
    Forgery(
        "preload-in-script",
        "slip one under the programs that a check's script runs",
        PRELOAD,
        UNLOAD,
        PRELOAD,
        script(IN_BASH),
    ),
    Forgery(
        "socket",
        "answer a check from a socket of its own at the place of its Docker's",
        f"/opt/slipway/python -I -S -c '{FAKE_ENGINE}' >/dev/null 2>&1 & sleep 0.5",
        "pkill -f 'escape-forge[d]'; mv /run/docker.sock.kept /run/docker.sock",
        RUN_IT,
        CONTAINER,
    ),
)  # fmt: skip


def results(bench: Bench) -> Iterator[Result]:
    """Give the result of each forgery."""
    for each in FORGERIES:
        outcome, observed = _forge(bench, each)
        proof, why = _control(bench, each) if bench.wallless else (Proof.NOT_ASKED, "")
        yield Result(FAMILY, each.name, each.tried, outcome, observed, proof, why)


def _forge(bench: Bench, forgery: Forgery) -> tuple[Outcome, str]:
    made = bench.execute(Place.ATTACKER, [*SHELL, forgery.forge], 10)
    if made.exit_status:
        return Outcome.NOT_MADE, made.stderr.decode(errors="replace").strip()[-160:]
    try:
        if not _is_seen(bench, bench.attacker, forgery.spec):
            return Outcome.HELD, "the check saw that it is not there"
        impostors.refuse(bench.target.engine, bench.attacker)
    except impostors.ImpostorError as error:
        return Outcome.HELD, str(error)
    except EngineError as error:
        return Outcome.NOT_MADE, str(error)
    finally:
        bench.execute(Place.ATTACKER, [*SHELL, forgery.undo], 10)
    return Outcome.OPEN, "the check saw it"


def _control(bench: Bench, forgery: Forgery) -> tuple[Proof, str]:
    """Make true on the victim's machine what was forged; it must be seen there."""
    bench.execute(Place.VICTIM, ["bash", "-c", forgery.truth], 20)
    is_seen = _is_seen(bench, bench.victim, forgery.seen_there or forgery.spec)
    bench.execute(Place.VICTIM, [*SHELL, forgery.undo], 10)
    return (Proof.WORKS, "") if is_seen else (Proof.FAILS, "it is there, and the check does not see it")


def _is_seen(bench: Bench, machine: str, spec: Mapping[str, object]) -> bool:
    """Observe as a check does; tell whether what was asked for seems to be there. Raise `EngineError`."""
    found = observe(bench.target.engine, machine, [Request("asked", spec)])
    if "asked" not in found.facts:
        raise EngineError(str(found.failures.get("asked", "nothing was observed")))
    fact: Any = found.facts["asked"]
    return bool(fact["exists"]) if "exists" in fact else bool(fact["exit_status"] == 0)
