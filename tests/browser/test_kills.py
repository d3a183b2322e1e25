"""Each part is killed while a learner types and a check runs; the same page goes on by itself."""

import os
import secrets
import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.workspace import FIRST_COMMANDS, Workspace
from tests.engine_of import EngineOf
from tests.instance import Instance, wait_for

EXERCISE = "in-the-background"


@pytest.fixture
def engine(instance: Instance) -> Iterator[EngineOf]:
    """Give a way to look into the instance's engine, past Slipway."""
    engine = EngineOf(instance)
    yield engine
    engine.close()


@pytest.fixture
def learner(workspace: Workspace) -> Workspace:
    """Give a learner in the first commands, with a mark in the shell and a file on the disk."""
    workspace.open(FIRST_COMMANDS)
    workspace.wait_for_prompt()
    workspace.run("export MARK=same-shell; echo kept >/root/kept")
    return workspace


def type_while(learner: Workspace, kill: Callable[[], object]) -> str:
    """Type half of a command, kill, type the rest, and return the word that it prints when all came through once."""
    word = secrets.token_hex(4)
    learner.type(f"docker run -d --name {learner.name_in(EXERCISE)} nginx\n")
    learner.type(f"echo {word[:4]}")
    kill()
    learner.type(f"{word[4:]}-$MARK\n")
    return word


def expect_once(learner: Workspace, text: str) -> None:
    """Wait for a line on the screen, and see that it came once."""
    learner.wait_for_text(f"\n{text}")
    learner.page.wait_for_timeout(500)
    assert learner.screen().count(f"\n{text}") == 1


def pass_now(learner: Workspace, engine: EngineOf) -> None:
    """Do the exercise in whatever state it was left, and see that it is passed once."""
    name = learner.name_in(EXERCISE)
    learner.run(f"docker rm -f {name}; docker run -d --name {name} nginx")
    learner.expect_passed(EXERCISE)
    wait_for("one verdict, and no check left over", lambda: engine.is_passed_once(EXERCISE))


@pytest.mark.parametrize("process", ["web", "redis"])
def test_the_shell_outlives(process: str, instance: Instance, learner: Workspace, engine: EngineOf) -> None:
    """A killed web process or Redis costs no keystroke, no verdict and no scrollback."""
    pid = instance.pid(process)
    assert pid is not None
    word = type_while(learner, lambda: os.kill(pid, signal.SIGKILL))
    expect_once(learner, f"{word}-same-shell")
    learner.expect_passed(EXERCISE)
    wait_for("one verdict, and no check left over", lambda: engine.is_passed_once(EXERCISE))
    wait_for("nothing unknown is left on the engine", engine.holds_only_what_is_known)


@pytest.fixture
def _no_pool(instance: Instance, engine: EngineOf) -> Iterator[None]:
    """Keep no warm machine for a while, so that every start is made from nothing."""
    instance.environment["SLIPWAY_POOL_SIZE"] = "0"
    instance.up()
    wait_for("an empty pool", engine.has_no_pool, seconds=60)
    yield
    instance.environment["SLIPWAY_POOL_SIZE"] = "1"
    instance.up()


@pytest.mark.usefixtures("_no_pool")
def test_a_worker_killed_in_the_middle_of_a_start(instance: Instance, page: Page, engine: EngineOf) -> None:
    """The learner's machine comes without a click, though the worker that began it died."""
    worker = instance.pid("worker")
    assert worker is not None
    workspace = Workspace(page, instance.address)
    workspace.begin_as_guest()
    wait_for("the start is under way", engine.is_starting, seconds=20, every=0.001)
    os.kill(worker, signal.SIGKILL)
    workspace.wait_for_prompt()
    workspace.open(FIRST_COMMANDS)
    workspace.wait_for_prompt()
    workspace.run(f"docker run -d --name {workspace.name_in(EXERCISE)} nginx")
    workspace.expect_passed(EXERCISE)
    wait_for("nothing unknown is left on the engine", engine.holds_only_what_is_known, seconds=60)


def test_a_worker_killed_while_it_checks(instance: Instance, learner: Workspace, engine: EngineOf) -> None:
    """The verdict comes, and once."""
    worker = instance.pid("worker")
    assert worker is not None

    def kill_during_a_check() -> None:
        wait_for("a check is under way", engine.is_checking, seconds=20, every=0.001)
        os.kill(worker, signal.SIGKILL)

    word = type_while(learner, kill_during_a_check)
    expect_once(learner, f"{word}-same-shell")
    learner.expect_passed(EXERCISE)
    wait_for("one verdict, and no check left over", lambda: engine.is_passed_once(EXERCISE))


def test_a_killed_sandbox_comes_back_with_its_files(learner: Workspace, engine: EngineOf) -> None:
    """The first process of the machine dies: the page goes on in a new shell, with files and inner images."""
    learner.run(f"docker commit {learner.name_in('change-of-shift')} kept-image")
    type_while(learner, engine.kill_learners_machine)
    wait_for("the machine is back", engine.learner_has_a_ready_machine, seconds=60)
    learner.page.wait_for_timeout(500)
    learner.wait_for_prompt()
    learner.run("cat /root/kept; docker images -q kept-image | wc -l")
    learner.wait_for_text("\nkept\n1")
    pass_now(learner, engine)
    wait_for("nothing unknown is left on the engine", engine.holds_only_what_is_known)


def test_a_killed_engine_comes_back_with_all_machines(learner: Workspace, engine: EngineOf) -> None:
    """The engine's container dies with all machines in it; each learner's machine is started again from its disk."""
    type_while(learner, engine.kill_container)
    wait_for("the machine is back", engine.learner_has_a_ready_machine, seconds=90)
    learner.page.wait_for_timeout(500)
    learner.wait_for_prompt()
    learner.run("cat /root/kept")
    learner.wait_for_text("\nkept")
    pass_now(learner, engine)
    wait_for("nothing unknown is left on the engine", engine.holds_only_what_is_known, seconds=60)
