"""Checks: what an exercise's check makes of a machine whose root has replaced what it might look through.

The container that is asked for is never there on the attacker's machine; on the victim's it is. Root of a machine can
forge whatever is observed of it in the end; what must not suffice are the simple ways.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slipway.engine.port import EngineError
from slipway.escape.attempts import Outcome, Place, Proof, Result
from slipway.escape.bench import Bench
from slipway.grading.judging import Request
from slipway.grading.observing import observe

FAMILY = "checks"
NAME = "escape-forged"
CONTAINER = {"kind": "container", "name": NAME, "wants": []}
OWNED = "root of a machine owns what is observed of it: docs/security.md, Open"
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
PRELOAD = "ls /usr/lib/*/libz.so.1 >/etc/ld.so.preload"


def script(text: str) -> dict[str, object]:
    """Return the request to observe how a script ends that the lesson brings along."""
    return {"kind": "script", "script": text, "timeout_seconds": 5, "variables": {}}


@dataclass(frozen=True, slots=True)
class Forgery:
    """A way to forge what is observed, how it is undone, and what makes the same true on the victim's machine."""

    name: str
    tried: str
    forge: str
    undo: str
    truth: str
    spec: Mapping[str, object]
    control_spec: Mapping[str, object]
    known: str = ""


FORGERIES = (
    Forgery(
        "docker-program",
        "have a check run a docker program of its own making",
        f"for d in /usr/bin /usr/local/bin; do [ ! -e $d/docker ] || mv $d/docker $d/docker.kept; {FAKE} >$d/docker;"
        " chmod +x $d/docker; done",
        "rm -f /usr/local/bin/docker; for d in /usr/bin /usr/local/bin; do [ ! -e $d/docker.kept ] ||"
        " mv $d/docker.kept $d/docker; done",
        RUN_IT,
        CONTAINER,
        CONTAINER,
    ),
    Forgery(
        "shell",
        "have a check run a shell of its own making",
        f"cd /usr/bin; for s in sh bash dash; do mv $s $s.kept; {FAKE} >$s; chmod +x $s; done",
        "cd /usr/bin; for s in sh bash dash; do mv $s.kept $s; done",
        f"touch /root/{NAME}",
        script(f"test -e /root/{NAME}"),
        script(f"test -e /root/{NAME}"),
    ),
    Forgery(
        "preload",
        "slip a library under the check's programs by /etc/ld.so.preload",
        PRELOAD,
        "rm -f /etc/ld.so.preload",
        PRELOAD,
        script("grep -q libz[.]so /proc/$$/maps /proc/$PPID/maps"),
        script("bash -c 'grep -q libz[.]so /proc/$$/maps'"),
    ),
    Forgery(
        "socket",
        "answer a check from a socket of its own at the place of its Docker's",
        f"/opt/slipway/python -I -S -c '{FAKE_ENGINE}' >/dev/null 2>&1 & sleep 0.5",
        "pkill -f 'escape-forge[d]'; mv /run/docker.sock.kept /run/docker.sock",
        RUN_IT,
        CONTAINER,
        CONTAINER,
        known=OWNED,
    ),
)


def results(bench: Bench, *, controls: bool) -> Iterator[Result]:
    """Give the result of each forgery."""
    for each in FORGERIES:
        proof, why = Proof.NOT_ASKED, ""
        outcome, observed = _forge(bench, each)
        if controls:
            bench.execute(Place.VICTIM, ["bash", "-c", each.truth], 20)
            is_seen, why = _is_seen(bench, bench.victim, each.control_spec)
            proof = Proof.WORKS if is_seen else Proof.FAILS
        known = each.known if outcome is Outcome.OPEN else ""
        yield Result(
            FAMILY, each.name, each.tried, outcome, observed, proof, why if proof is Proof.FAILS else "", known
        )


def _forge(bench: Bench, forgery: Forgery) -> tuple[Outcome, str]:
    made = bench.execute(Place.ATTACKER, ["/opt/slipway/busybox", "sh", "-c", forgery.forge], 10)
    if made.exit_status:
        return Outcome.NOT_MADE, made.stderr.decode(errors="replace").strip()[-160:]
    try:
        is_seen, words = _is_seen(bench, bench.attacker, forgery.spec)
    except EngineError as error:
        return Outcome.NOT_MADE, str(error)
    finally:
        bench.execute(Place.ATTACKER, ["/opt/slipway/busybox", "sh", "-c", forgery.undo], 10)
    return (Outcome.OPEN if is_seen else Outcome.HELD), words


def _is_seen(bench: Bench, machine: str, spec: Mapping[str, object]) -> tuple[bool, str]:
    """Observe as a check does; tell whether what was asked for seems to be there. Raise `EngineError`."""
    found = observe(bench.target.engine, machine, [Request("asked", spec)])
    if "asked" not in found.facts:
        raise EngineError(str(found.failures.get("asked", "nothing was observed")))
    fact = found.facts["asked"]
    seen = bool(fact["exists"]) if "exists" in fact else fact["exit_status"] == 0
    return seen, "the check saw it" if seen else "the check saw that it is not there"
