"""Scenarios that are none, or mean harm, get a sentence; what is sound of them is imported, and soon."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from slipway.lessonfile.files import Folder
from slipway.lessonfile.imports import import_scenario, scenarios_below
from slipway.lessonfile.killercoda.lesson_of import lesson_of
from slipway.lessonfile.killercoda.report import Fate, Report
from slipway.lessonfile.killercoda.scenario import Part, Scenario, read_scenario
from slipway.lessonfile.lint import lint
from slipway.lessonfile.problems import Problems
from tests.scenario_sample import FILES, INDEX, brought, lines, write


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ("{", "no JSON"),
        ("[1, 2]", "no scenario"),
        ("[" * 100_000, "no scenario"),
        ('"' + "x" * 300_000 + '"', "larger than"),
    ],
)
def test_an_index_that_is_none(tmp_path: Path, index: str, words: str) -> None:
    """It gets a sentence, and no lesson is written."""
    imported = brought(tmp_path, index)
    assert imported.lesson is None
    assert words in lines(imported, Fate.LOST)


def test_a_yaml_bomb_is_refused(tmp_path: Path) -> None:
    """Anchors are what it needs, and they are not read."""
    folder = tmp_path / "bomb"
    folder.mkdir()
    (folder / "index.yaml").write_text("a: &a [x, x]\nb: &b [*a, *a]\ntitle: [*b, *b]\n")
    imported = import_scenario(folder, tmp_path / "course")
    assert imported.lesson is None
    assert "anchor" in lines(imported, Fate.LOST)


def test_paths_and_links_that_leave_the_folder(tmp_path: Path) -> None:
    """Nothing outside the scenario is read, by `..`, by an absolute path, or through a link."""
    secret = tmp_path / "secret.md"
    secret.write_text("the secret")
    details = {
        "steps": [{"text": "../secret.md"}, {"text": str(secret)}, {"text": "link.md"}],
        "assets": {"host01": [{"file": "../../secret.md"}, {"file": "*"}]},
    }
    folder = write(tmp_path / "pandas", {"title": "Out", "details": details}, {"assets/x": "x"})
    (folder / "link.md").symlink_to(secret)
    (folder / "assets" / "link").symlink_to(secret)
    imported = import_scenario(folder, tmp_path / "course")
    assert imported.lesson is not None
    written = "".join(path.read_text() for path in imported.lesson.rglob("*") if path.is_file())
    assert "the secret" not in written
    assert "dGhlIHNlY3JldA" not in written
    assert lines(imported, Fate.LOST).count("leaves") >= 3
    assert lint(tmp_path / "course") == []


def test_huge_and_strange_files(tmp_path: Path) -> None:
    """A sparse gigabyte is not read, what is not UTF-8 gets a sentence, a pipe does not hang."""
    folder = write(tmp_path / "pandas")
    with (folder / "step1.md").open("wb") as file:
        file.truncate(1 << 30)
    (folder / "step2.md").write_bytes(b"\xff\xfe bad")
    (folder / "step3.md").unlink()
    os.mkfifo(folder / "step3.md")
    imported = import_scenario(folder, tmp_path / "course")
    lost = lines(imported, Fate.LOST)
    for words in ("larger than", "not UTF-8", "no ordinary file"):
        assert words in lost
    assert lint(tmp_path / "course") == []


HOSTILE = [
    "![](a", "![a](b.svg) ", "![](a(b", "![", "[", "[a](http://localhost", "`", "`a`{{exec", "{{a ", " ",
    "{{a" + 999 * " ", '<pre class="file">', '<pre class="file"', "<img ", "<script", "# x" + 9999 * " " + "y",
    "``` x\n", "- ",
]  # fmt: skip
SIZE = 256 * 1024


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_end(unit: str) -> None:
    """256 KiB of what makes a pattern look again and again at the same text, also as code and as a title."""
    text = unit * (SIZE // len(unit))
    limited(lambda: lesson_of(scenario_with(text=f"# {text}\n\n{text}\n```\n{text}x"), {}, Report()))


@pytest.mark.parametrize("unit", ["\n", "a", ";a=", "! ", "!\n", "<<a\n", "<<a", "<<a\n\n\n", "(", "docker run 'a "])
def test_hostile_scripts_end(unit: str) -> None:
    """The same for what looks at scripts."""
    script = unit * (SIZE // len(unit))
    limited(lambda: lesson_of(scenario_with(verify=f"<<{script}", foreground=f"docker run {script}"), {}, Report()))


def scenario_with(text: str = "", verify: str = "", foreground: str = "") -> Scenario:
    """Return a scenario of one step."""
    part = Part("step 1", "", text=text, verify=verify, foreground=foreground)
    return Scenario(Folder(Path(), Problems()), "T", "D", 1, "ubuntu", (part,))


def limited(do: Callable[[], object]) -> None:
    """Do it in 5 seconds of the processor's time, whatever else the machine does."""

    def end(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, 5)
    try:
        do()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def test_names_that_no_file_can_have(tmp_path: Path) -> None:
    """A NUL, half of a character: they are told, and the rest is imported."""
    details = {"steps": [{"title": "\ud800 One", "text": "a\0.md"}, {"text": "\udfff.md"}, {"text": "step2.md"}]}
    imported = brought(tmp_path, {"title": "T", "details": details})
    assert imported.lesson is not None
    assert lint(tmp_path / "course") == []
    assert "ls -l /etc/panda" in (imported.lesson / "lesson.md").read_text()
    assert "a\0.md" in lines(imported, Fate.LOST)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.txt", {"a.txt"}),
        ("./a.txt", {"a.txt"}),
        ("**/*.txt", {"a.txt", "d/b.txt", "d/e/c.txt"}),
        ("d/**", {"d/b.txt", "d/e/c.txt"}),
        ("d/**/c.txt", {"d/e/c.txt"}),
        ("d/**/e/**/*", {"d/e/c.txt"}),
        ("d/*", {"d/b.txt"}),
        ("l/**/*.txt", set()),
        ("[ab].txt", {"a.txt"}),
        ("**/" * 60 + "*.txt", {"a.txt", "d/b.txt", "d/e/c.txt"}),
        ("**/" * 9999 + "*.txt", set()),
    ],
)
def test_patterns_of_assets(tmp_path: Path, pattern: str, found: set[str]) -> None:
    """As the site reads them; a link to a folder is never gone into."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "far.txt").touch()
    files = {**FILES, "assets/d/b.txt": "two\n", "assets/d/e/c.txt": "three\n"}
    folder = write(tmp_path / "pandas", INDEX, files)
    (folder / "assets" / "l").symlink_to(elsewhere)
    details = {**INDEX["details"], "assets": {"host01": [{"file": pattern, "target": "/all"}]}}
    (folder / "index.json").write_text(json.dumps({**INDEX, "details": details}))
    report = Report()
    scenario = read_scenario(folder, report)
    assert scenario is not None
    assert {asset.name for asset in scenario.assets} == found
    assert "leaves" not in str(report.entries)


def test_a_folder_with_far_too_many_files(tmp_path: Path) -> None:
    """It is not looked at to its end, and that is told."""
    folder = write(tmp_path / "pandas")
    (folder / "assets" / "z").mkdir()
    for number in range(2100):
        (folder / "assets" / "z" / f"{number}.txt").touch()
    imported = import_scenario(folder, tmp_path / "course")
    assert "more than 2000 files" in lines(imported, Fate.LOST)


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts as one that an import tells of, and the others are found."""
    write(tmp_path / "all" / "one")
    (tmp_path / "all" / "closed").mkdir()
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if path.name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr("slipway.lessonfile.imports.os.scandir", refusing)
    assert [path.name for path in scenarios_below(tmp_path / "all")] == ["closed", "one"]
