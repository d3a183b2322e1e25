"""What was proven is recorded beside the lesson, and `--changed` proves what is not proven as it is now."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from slipway.engine.fake import FakeEngine
from slipway.engine.port import EngineError
from slipway.proofs import record
from slipway.proofs.ground import Grounds
from tests.lesson_sample import change
from tests.unit.prover.learner import Learner, prove

ALL = ["run-it", "which-port", "(text)"]
MISTAKEN = ("docker run (?!.*-d)", "never typed")


@pytest.fixture(autouse=True)
def grounds(monkeypatch: pytest.MonkeyPatch) -> Grounds:
    """Let the images of these tests be those that the folders make."""
    found = Grounds({"lab-docker": ("slipway/lab-docker:1",)}, "code")
    monkeypatch.setattr("slipway.proofs.ground.current", lambda: found)
    return found


def proven(lesson: Path, *arguments: str, capsys: pytest.CaptureFixture[str]) -> list[object]:
    """Prove; return the names of what was proven now."""
    return [line["exercise"] for line in prove(Learner(), str(lesson), *arguments, capsys=capsys)[1]]


def test_only_what_changed_is_proven(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All of it at first, nothing then, and what was touched after that."""
    assert proven(lesson, "--changed", capsys=capsys) == ALL
    status, lines, _ = prove(Learner(), str(lesson), "--changed", capsys=capsys)
    assert (status, lines) == (0, [])
    change(lesson, 'expect: "{{port}}"', 'expect: {equals: "{{port}}"}')
    change(lesson, 'docker run (?!.*-d)"', 'docker run (?!.*( -d|--detach))"')
    assert proven(lesson, "--changed", capsys=capsys) == ["run-it"]
    assert sorted(record.read(lesson)) == sorted(ALL)


def test_what_fails_is_proven_no_more(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Even if nothing of it changed: it is not taken for proven until it holds."""
    proven(lesson, capsys=capsys)
    change(lesson, *MISTAKEN)
    proven(lesson, capsys=capsys)
    assert set(record.read(lesson)) == {"which-port", "(text)"}


def test_one_exercise_leaves_the_others_as_they_are(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is recorded by itself."""
    proven(lesson, "--exercise", "run-it", capsys=capsys)
    first = record.read(lesson)
    assert set(first) == {"run-it"}
    proven(lesson, "--text", capsys=capsys)
    assert record.read(lesson).items() > first.items()


def test_nothing_is_recorded_when_it_is_not_wanted(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As by who only looks."""
    assert proven(lesson, "--no-record", capsys=capsys) == ALL
    assert not (lesson / record.FILE).exists()


def test_an_old_image_proves_nothing_for_the_record(
    lesson: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folders of sandboxes/ changed since it was built: that is said, and the lesson tried all the same."""
    found = Grounds({"lab-docker": ("slipway/lab-docker:2",)}, "code")
    monkeypatch.setattr("slipway.proofs.ground.current", lambda: found)
    assert proven(lesson, capsys=capsys) == ALL
    assert not (lesson / record.FILE).exists()


def test_a_tenth_of_the_rest_comes_with_it(
    lesson: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In ten days each of them once more."""
    proven(lesson, capsys=capsys)
    again: list[object] = []
    for number in range(10):
        today = datetime(2024, 5, 6, tzinfo=UTC) + timedelta(number)
        monkeypatch.setattr("slipway.prover.main.today", today.date)
        again += proven(lesson, "--changed", "--daily-tenth", capsys=capsys)
    assert sorted(map(str, again)) == sorted(ALL)


def test_a_tenth_of_everything_is_refused(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It means nothing without `--changed`."""
    with pytest.raises(SystemExit) as refused:
        prove(Learner(), str(lesson), "--daily-tenth", capsys=capsys)
    assert refused.value.code == 2


def test_the_record_has_hashes_alone(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No date and no duration, so that proving again changes nothing."""
    proven(lesson, capsys=capsys)
    first = (lesson / record.FILE).read_bytes()
    proven(lesson, capsys=capsys)
    assert (lesson / record.FILE).read_bytes() == first
    assert all(len(digest) == 32 for digest in json.loads(first).values())


def test_a_broken_engine_leaves_the_record_alone(
    lesson: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be tried was neither proven nor disproven, and is told so."""
    assert proven(lesson, capsys=capsys) == ALL
    before = record.read(lesson)

    def break_off(*_spec: object) -> None:
        raise EngineError("The engine is out of order.")

    monkeypatch.setattr(FakeEngine, "start_machine", break_off)
    status, lines, _ = prove(Learner(), str(lesson), capsys=capsys)
    assert (status, {(line["tried"], line["ok"]) for line in lines}) == (1, {(False, False)})
    assert record.read(lesson) == before
