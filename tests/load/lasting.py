"""What a machine costs while it lasts: put to sleep and woken, on disk, and idle beside many others."""

import statistics
import subprocess
import time
from pathlib import Path

from django.conf import settings

from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import MEBIBYTE
from slipway.grading import actions
from slipway.lessonfile.load import load_lesson
from slipway.prover.tryout import fresh_machine
from slipway.sandboxes import actions as sandbox_actions
from slipway.sandboxes import images
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.instance import wait_for
from tests.load.measure import Outcome
from tests.load.stage import Stage, machines

ROUNDS = 10
RESUME_RATIO = 1.3
WORKED_IN = "docker-from-bare-metal/06-docker-run"
GOAL_DISK_MEBIBYTES = 5
IDLE_MACHINES = 60
GOAL_MEMORY_MEBIBYTES = 45
SETTLE_SECONDS = 15
TEMPLATE = "/var/lib/slipway/disks/template.img"
IMAGE = "lab-docker"


def suspend_resume(stage: Stage) -> Outcome:
    """Suspend and resume until the inner Docker answers, both through the task queue, beside a cold start."""
    stage.without_pool()
    values, floors, resumes = [], [], []
    for _ in range(ROUNDS):
        user, _ = stage.sign_in()
        begin = time.perf_counter()
        actions.open_lesson(learner=user, lesson=stage.lesson)
        sandbox = stage.wait_ready(user)
        floors.append((time.perf_counter() - begin) * 1000)
        begin = time.perf_counter()
        sandbox_actions.suspend(sandbox=sandbox)
        _wait_for(sandbox, State.SUSPENDED)
        slept = time.perf_counter()
        sandbox_actions.resume(sandbox=sandbox)
        _wait_for(sandbox, State.READY)
        values.append((time.perf_counter() - begin) * 1000)
        resumes.append((time.perf_counter() - slept) * 1000)
        stage.give_back(user)
        _wait_for(sandbox, State.GONE)
    stage.with_pool()
    return Outcome(
        measure="suspend-resume",
        unit="ms",
        values=values,
        floors=floors,
        goal=f"at most {RESUME_RATIO} x a cold start",
        met=statistics.median(values) <= RESUME_RATIO * statistics.median(floors),
        notes={"resume_alone_p50": round(statistics.median(resumes), 1)},
    )


def _wait_for(sandbox: Sandbox, state: State) -> None:
    rows = Sandbox.objects.filter(id=sandbox.id)
    wait_for(f"a {state} machine", lambda: rows.values_list("state", flat=True).get() == state, every=0.002)
    sandbox.refresh_from_db()


def disk(stage: Stage) -> Outcome:
    """Look what a machine takes on the host: new, with a whole lesson done in it, and suspended then."""
    lesson = load_lesson(settings.LESSONS / WORKED_IN)
    engine = DockerEngine(stage.socket)
    with machines(engine, IMAGE) as [name]:
        new = _mebibytes(engine, name)
    with fresh_machine(engine, images.tag_of, lesson, lesson.exercises) as machine:
        worked_in = _mebibytes(engine, machine.name)
        engine.stop_machine(machine.name)
        suspended = _mebibytes(engine, machine.name)
    engine.close()
    return Outcome(
        measure="disk",
        unit="MiB",
        values=[new],
        floors=[_template_mebibytes(stage)],
        goal=f"new at most {GOAL_DISK_MEBIBYTES} MiB; the floor is the empty file system",
        met=new <= GOAL_DISK_MEBIBYTES,
        notes={"worked_in": round(worked_in, 1), "suspended": round(suspended, 1), "lesson": WORKED_IN},
    )


def _mebibytes(engine: DockerEngine, name: str) -> float:
    return next(disk.used_bytes for disk in engine.disks() if disk.name == name) / MEBIBYTE


def _template_mebibytes(stage: Stage) -> float:
    argv = ["docker", "exec", stage.instance.engine_container.name, "stat", "-c", "%b", TEMPLATE]
    return int(subprocess.run(argv, check=True, capture_output=True).stdout) * 512 / MEBIBYTE


def density(stage: Stage) -> Outcome:
    """Start many machines and leave them alone; what the host has less by then, each, beside one's own processes."""
    stage.without_pool()
    engine = DockerEngine(stage.socket)
    time.sleep(SETTLE_SECONDS)
    before = _available_mebibytes()
    with machines(engine, IMAGE, IDLE_MACHINES) as names:
        time.sleep(SETTLE_SECONDS)
        each = (before - _available_mebibytes()) / IDLE_MACHINES
        disks = statistics.mean(_mebibytes(engine, name) for name in names)
        own = _own_mebibytes(engine, names[0])
    engine.close()
    stage.with_pool()
    return Outcome(
        measure="density",
        unit="MiB",
        values=[each],
        floors=[own],
        goal=f"at most {GOAL_MEMORY_MEBIBYTES} MiB of the host's memory and {GOAL_DISK_MEBIBYTES} MiB of disk each;"
        " the floor is what one machine's own processes have in memory (PSS)",
        met=each <= GOAL_MEMORY_MEBIBYTES and disks <= GOAL_DISK_MEBIBYTES,
        notes={"machines": IDLE_MACHINES, "disk_each": round(disks, 1)},
    )


def _available_mebibytes() -> float:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) / 1024


def _own_mebibytes(engine: DockerEngine, name: str) -> float:
    """Return the proportional set sizes of all processes in a machine, added up (proc(5), smaps_rollup)."""
    script = "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Pss:/ { sum += $2 } END { print sum }'"
    return int(engine.run(name, ["sh", "-c", script]).stdout) / 1024
