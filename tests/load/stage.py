"""What the measures stand on: a running instance, its database, and learners with machines of their own."""

import os
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slipway.settings")
# The measures wait in loops on the main thread and also use asyncio; none of them queries from inside a loop's task.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
django.setup()

from django.test import Client  # noqa: E402

import slipway.celery  # noqa: E402, F401  (without it tasks go to a broker on this host's own port)
from slipway.accounts.models import User  # noqa: E402
from slipway.courses.models import Lesson  # noqa: E402
from slipway.engine.docker_engine import DockerEngine  # noqa: E402
from slipway.engine.port import MachineSpec  # noqa: E402
from slipway.grading import actions  # noqa: E402
from slipway.sandboxes import actions as sandbox_actions  # noqa: E402
from slipway.sandboxes import images, pool  # noqa: E402
from slipway.sandboxes.models import Sandbox  # noqa: E402
from slipway.sandboxes.states import State  # noqa: E402
from tests.instance import Instance, wait_for  # noqa: E402

SHELL = ("bash", "--norc", "-i")
POOL = 2
POOL_SECONDS = 120.0
STARTS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Learner:
    """A signed-in learner with a ready machine in one lesson."""

    user: User
    lesson: Lesson
    cookie: str
    address: str
    sandbox_id: object
    socket: str
    machine: str

    def run(self, script: str) -> str:
        """Run a bash script in the machine, past all of Slipway, and return what it printed."""
        done = DockerEngine(Path(self.socket)).run(self.machine, ["bash", "-c", script], timeout_seconds=60)
        if done.exit_status:
            raise RuntimeError(f"{script!r} ended with {done.exit_status}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode()


class Stage:
    """An instance for measuring, started on entry and stopped on exit."""

    def __init__(self, home: Path) -> None:
        self.instance = Instance(home, environment={"SLIPWAY_POOL_SIZE": str(POOL)})
        self._learner: Learner | None = None

    def __enter__(self) -> Self:
        self.instance.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.instance.remove()

    @property
    def lesson(self) -> Lesson:
        """The first lesson of the first course."""
        return Lesson.objects.filter(is_listed=True).select_related("course").order_by("course__position", "number")[0]

    def sign_in(self) -> tuple[User, str]:
        """Return a new learner and the session cookie of their browser."""
        user = User.objects.create_user(f"bench-{secrets.token_hex(4)}")
        client = Client()
        client.force_login(user)
        return user, client.cookies["sessionid"].value

    def learner(self) -> Learner:
        """Return one learner with a ready machine, the same for every measure that needs one."""
        if self._learner is None:
            user, cookie = self.sign_in()
            lesson = self.lesson
            actions.open_lesson(learner=user, lesson=lesson)
            sandbox = self.wait_ready(user)
            assert sandbox.engine is not None
            self._learner = Learner(
                user, lesson, cookie, self.instance.address, sandbox.id, sandbox.engine.socket, sandbox.machine
            )
        return self._learner

    def wait_ready(self, user: User) -> Sandbox:
        """Return the learner's machine once it is ready."""
        wait_for(f"a machine for {user}", lambda: user.sandboxes.filter(state=State.READY).exists(), every=0.005)
        return user.sandboxes.select_related("engine").get(state=State.READY)

    @property
    def socket(self) -> Path:
        """The engine's socket."""
        return self.instance.home / "run" / "engine" / "engine.sock"

    def without_pool(self) -> None:
        """Go on with no warm machine."""
        self._set_pool(0)

    def with_pool(self, size: int = POOL) -> None:
        """Go on with so many warm machines."""
        self._set_pool(size)

    def _set_pool(self, size: int) -> None:
        # Not more either, however many learners a measure before this one brought.
        self.instance.environment |= {"SLIPWAY_POOL_SIZE": str(size), "SLIPWAY_POOL_MOST": str(size)}
        self.instance.down()
        self.instance.up()
        # Every sandbox image has so many.
        warm = Sandbox.objects.filter(owner=None).exclude(state=State.GONE)
        wait_for("the pool's new size", lambda: warm.count() == size * len(pool.wanted_images()), seconds=POOL_SECONDS)

    def wait_pool(self, size: int = POOL) -> None:
        """Wait until the pool holds this many warm machines of each image."""
        size *= len(pool.wanted_images())
        warm = Sandbox.objects.filter(owner=None, state=State.READY)
        wait_for("a full pool", lambda: warm.count() >= size, seconds=POOL_SECONDS)

    def give_back(self, user: User) -> None:
        """Remove a learner's machines, so that the host does not fill up."""
        for sandbox in user.sandboxes.exclude(state=State.GONE):
            sandbox_actions.remove(sandbox=sandbox)


@contextmanager
def machines(engine: DockerEngine, image: str, number: int = 1) -> Iterator[list[str]]:
    """Yield the names of so many new machines, which their disks have too; remove them at the end."""
    tag = images.tag_of(image)
    names = [f"bench-{image}-{place}" for place in range(number)]
    try:
        with ThreadPoolExecutor(STARTS_AT_ONCE) as threads:
            list(threads.map(lambda name: engine.start_machine(MachineSpec(name=name, disk=name, image=tag)), names))
        yield names
    finally:
        for name in names:
            engine.stop_machine(name)
            engine.delete_disk(name)
