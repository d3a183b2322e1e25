"""Where attempts are made: an attacker's and a victim's machine, and where controls run, which tests alone ask for."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from slipway.engine.container import EngineContainer
from slipway.engine.host_engine import HostEngine, host_engine
from slipway.engine.port import Engine, EngineError, ExecResult, MachineSpec
from slipway.escape import beacon
from slipway.escape.attempts import Language, Place, Ran
from slipway.escape.beacon import Beacon

INSIDE = Path(__file__).parent / "inside"
PYTHON = "/opt/slipway/python"
# What the engine's image has instead.
ENGINES_PYTHON = "/usr/bin/python3"
ATTACKER, VICTIM = "escape-attacker", "escape-victim"
BAIT = "escape-bait"
MARKER = "escape-marker"
RUN = "/run/slipway"
LOOP_DISK = "7 0"
OVERHEAD_SECONDS = 10.0
Program = tuple[Language, str, float]


@dataclass(frozen=True, slots=True)
class Target:
    """What is attacked: an engine, the image of its machines, and what of the installation may be looked for.

    That is its folder of sockets, the project with its lessons, and where its pages are if it serves some.
    """

    engine: Engine
    container: EngineContainer
    image: str
    run: Path
    project: Path
    pages: tuple[str, int] | None


@dataclass(slots=True)
class Bench:
    """The four places. `attacker` and `victim` are running machines.

    `wallless` is a container without a wall, with all rights of the host. Controls run if there is one, and it is
    for tests alone to start it: on a host that matters, nothing is tried where it has to succeed.
    """

    target: Target
    host: HostEngine
    attacker: str
    victim: str
    wallless: str | None
    variables: dict[str, str] = field(default_factory=dict)
    places: dict[Place, dict[str, str]] = field(default_factory=dict)

    def run(self, place: Place, programs: Sequence[Program]) -> list[Ran]:
        """Run programs one after the other and return how each ended. Raise `EngineError` if that cannot be done."""
        python = ENGINES_PYTHON if place is Place.ENGINE else PYTHON
        asked = {
            "preludes": {Language.SHELL: source("prologue.sh"), Language.PYTHON: source("prelude.py")},
            "variables": self.variables | self.places.get(place, {}),
            "programs": programs,
        }
        argv = [python, "-I", "-S", "-c", source("run.py"), json.dumps(asked)]
        ended = self.execute(place, argv, sum(seconds for _, _, seconds in programs))
        try:
            return [Ran(status, said) for status, said in json.loads(ended.stdout)]
        except ValueError as error:
            words = ended.stderr.decode(errors="replace").strip().rpartition("\n")[2][:300]
            raise EngineError(f"Attempts could not be made in {place}: {words or ended.exit_status}") from error

    def execute(self, place: Place, argv: Sequence[str], seconds: float) -> ExecResult:
        """Run one command in a place."""
        if place in {Place.ATTACKER, Place.VICTIM}:
            machine = self.attacker if place is Place.ATTACKER else self.victim
            return self.target.engine.run(machine, argv, timeout_seconds=seconds + OVERHEAD_SECONDS)
        if place is Place.ENGINE:
            return self.host.execute(self.target.container.name, argv)
        if self.wallless is None:
            raise EngineError("There is no container without walls: controls run in tests alone.")
        return self.host.execute(self.wallless, argv)

    def prepare(self, lit: Beacon) -> None:
        """Put out the bait, and learn where it lies."""
        bait = [PYTHON, "-I", "-S", "-c", source("bait.py"), lit.token, BAIT]
        self.target.engine.run(self.victim, detached(bait))
        find = [ENGINES_PYTHON, "-I", "-S", "-c", source("find_bait.py"), lit.token]
        found = json.loads(self.execute(Place.ENGINE, find, 5).stdout or "{}")
        if not found:
            raise EngineError("The victim's process was not found. Try again; if it stays so, ./slipway doctor.")
        pages = self.target.pages or ("127.0.0.1", lit.port)
        self.variables = {
            "TOKEN": lit.token,
            "MARKER": f"{RUN}/{MARKER}",
            "HOST_DISK": host_disk(),
            "HOST_ENGINE": self.host.identity,
            "HOST_ADDRESS": lit.address,
            "BRIDGE": self.host.bridge,
            "INTERFACE": foreign_interface(),
            "RESOLVER": resolver(),
            "BEACON_PORT": str(lit.port),
            "WEB_HOST": pages[0],
            "WEB_PORT": str(pages[1]),
            "SHM_KEY": lit.shared_memory,
            "VICTIM_PID": str(found["pid"]),
            "VICTIM_FIRST": str(found["first"]),
            "GROUP": "",
        }
        # Where nothing holds the attempt, a loop device stands in for the disk, which nobody has to read for that.
        self.places = {Place.ENGINE: {"GROUP": found["group"]}, Place.HOST: {"HOST_DISK": LOOP_DISK}}


def detached(argv: Sequence[str]) -> list[str]:
    """Return a command that starts another one and does not wait for it."""
    return ["/opt/slipway/busybox", "setsid", "/opt/slipway/busybox", "sh", "-c", '"$@" >/dev/null 2>&1 &', "sh", *argv]


@contextlib.contextmanager
def prepared(target: Target) -> Iterator[Bench]:
    """Start both machines and give the bench; remove everything at the end. Raise `EngineError`."""
    remove(target.engine)
    try:
        for name in (ATTACKER, VICTIM):
            target.engine.start_machine(MachineSpec(name, name, target.image))
        with on(target, (ATTACKER, VICTIM)) as bench:
            yield bench
    finally:
        remove(target.engine)


@contextlib.contextmanager
def on(target: Target, machines: tuple[str, str], *, wallless: str | None = None) -> Iterator[Bench]:
    """Give a bench of two machines that run already, the attacker's first."""
    marker = target.container.run_folder.resolve() / MARKER
    with contextlib.ExitStack() as stack:
        host = stack.enter_context(host_engine())
        lit = stack.enter_context(beacon.lit(host.bridge))
        marker.write_text(lit.token)
        stack.callback(marker.unlink, missing_ok=True)
        bench = Bench(target, host, *machines, wallless)
        bench.prepare(lit)
        yield bench


def remove(engine: Engine) -> None:
    """Remove both machines and their disks. Absent counts as done."""
    for name in (ATTACKER, VICTIM):
        engine.stop_machine(name)
        engine.delete_disk(name)


def source(name: str) -> str:
    """Return the text of a program of `inside/`."""
    return (INSIDE / name).read_text(encoding="utf-8")


def host_disk() -> str:
    """Return the numbers of this host's first disk, as mknod takes them."""
    lines = (line.split() for line in Path("/proc/partitions").read_text(encoding="ascii").splitlines()[2:])
    return next((f"{major} {minor}" for major, minor, _, name in lines if not name.startswith("loop")), "8 0")


def foreign_interface() -> str:
    """Return an interface of this host that no machine has one of the same name of."""
    names = sorted(path.name for path in Path("/sys/class/net").iterdir())
    return next((name for name in names if not name.startswith(("lo", "docker", "veth", "br-"))), "eth0")


def resolver() -> str:
    """Return this host's resolver; an address of the test network if it is the host itself."""
    lines: Sequence[str] = ()
    with contextlib.suppress(OSError):
        lines = Path("/etc/resolv.conf").read_text(encoding="utf-8", errors="replace").splitlines()
    named = [line.split()[1] for line in lines if line.startswith("nameserver ") and len(line.split()) > 1]
    return next((address for address in named if not address.startswith(("127.", "::1"))), "203.0.113.53")
