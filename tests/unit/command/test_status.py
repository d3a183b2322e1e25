"""`status` tells what is wrong, and what to do about each."""

from dataclasses import replace
from pathlib import Path

from slipway.command.status import Status, machines_in_words, problems
from slipway.command.supervisor.control import State

LOGS = Path("/srv/slipway/log")
RUNNING = [
    State(name, "RUNNING", 100 + number, "") for number, name in enumerate(("redis", "web", "worker", "scheduler"))
]
UP = Status(
    instance="slipway-0123abcd",
    home="/srv/slipway",
    address="http://localhost:8000",
    page=200,
    docker="26.1.5",
    engine="running",
    engine_version="26.1.5",
    processes=RUNNING,
    is_supervised=True,
)


def texts(status: Status) -> str:
    """Return all problems' sentences."""
    return " ".join(problem.text for problem in problems(status, LOGS))


def test_nothing_is_wrong_when_everything_runs() -> None:
    """A healthy installation has no problem."""
    assert problems(UP, LOGS) == []


def test_a_stopped_installation_is_one_problem() -> None:
    """What follows from nothing running is not told again."""
    found = problems(replace(UP, page=0, engine="absent", engine_version="", processes=[], is_supervised=False), LOGS)
    assert [problem.text for problem in found] == ["nothing runs."]
    assert found[0].cure == "./slipway up"


def test_a_killed_supervisord_is_told_with_what_it_left() -> None:
    """Its programs go on, but nobody restarts them."""
    status = replace(UP, processes=[], is_supervised=False, orphans=[7, 8, 9, 10], page=0)
    assert "supervisord is gone" in texts(status)
    assert "4 processes run on" in texts(status)


def test_a_program_that_does_not_stay_up_is_named_with_its_log() -> None:
    """Whoever reads it knows which file to open."""
    down = State("worker", "BACKOFF", 0, "Exited too quickly")
    [problem] = problems(replace(UP, processes=[*RUNNING[:2], down]), LOGS)
    assert "worker is backoff: Exited too quickly" in problem.text
    assert str(LOGS / "worker.log") in problem.cure


def test_an_engine_that_does_not_answer_is_told() -> None:
    """The state of its container says why."""
    assert "its container is exited" in texts(replace(UP, engine="exited", engine_version=""))


def test_a_lost_docker_is_told_once() -> None:
    """That its containers do not answer either follows from it."""
    status = replace(UP, docker="", engine="absent", engine_version="")
    assert "Docker Engine does not answer" in texts(status)
    assert "engine for sandboxes" not in texts(status)


def test_a_page_with_an_error_is_told() -> None:
    """A web process that runs is not yet one that works."""
    assert "answers 500" in texts(replace(UP, page=500))


def test_mails_that_cannot_be_sent_are_told() -> None:
    """The operator learns why machines are not removed."""
    [problem] = problems(replace(UP, late_mails=3), LOGS)
    assert "3 machines" in problem.text
    assert "SLIPWAY_EMAIL_HOST" in problem.cure


def test_an_engines_load_is_told_in_words() -> None:
    """How many machines, what they use, what is promised to them, and what is left; never less than nothing."""
    mebibytes = {name: {"memory_bytes": size << 20, "disk_bytes": size << 21, "pids": size} for name, size in (
        ("used", 100), ("promised", 400), ("limits", 1536), ("room", -5)
    )}  # fmt: skip
    words = machines_in_words({"engine": "local", "learners": 2, "warm": 1, "waiting": 3, **mebibytes})
    assert words[:2] == [
        "machines on local: 2 of learners, 1 warm, 3 waiting",
        "  memory: 100 MiB used, 400 promised, limits of 1536; 0 left for starts",
    ]
