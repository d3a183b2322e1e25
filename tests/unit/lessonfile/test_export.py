"""A lesson goes out as a scenario of another site's format, and comes back as the same lesson."""

import json
import shutil
from pathlib import Path

from slipway.lessonfile.exports import export_lesson
from slipway.lessonfile.imports import import_scenario
from slipway.lessonfile.killercoda.report import Fate
from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_lesson

VALUES = {"app": "otter", "port": "8150"}


def exported(folder: Path, into: Path) -> Path:
    """Export the sample lesson with a checks file that is only data here."""
    export_lesson(load_lesson(folder), VALUES, b"packed", into)
    return into


def same(one: Path, other: Path) -> bool:
    """Say whether two folders have the same files."""
    files = {path.relative_to(one): path.read_bytes() for path in one.rglob("*") if path.is_file()}
    return files == {path.relative_to(other): path.read_bytes() for path in other.rglob("*") if path.is_file()}


def test_the_index_is_a_scenarios(folder: Path, tmp_path: Path) -> None:
    """Every file that the index names is there; each exercise has a step with a verify script."""
    out = exported(folder, tmp_path / "out")
    index = json.loads((out / "index.json").read_text())
    steps = index["details"]["steps"]
    assert [bool(step.get("verify")) for step in steps[:2]] == [True, True]
    named = [index["details"]["intro"][key] for key in ("text", "foreground", "background")]
    named += [step[key] for step in steps for key in ("text", "verify") if key in step]
    named += [f"assets/{asset['file']}" for asset in index["details"]["assets"]["host01"]]
    assert all((out / name).is_file() for name in named)
    assert "checks.pyz run-it" in (out / steps[0]["verify"]).read_text()


def test_texts_have_the_values_and_buttons(folder: Path, tmp_path: Path) -> None:
    """The values of one draw stand in the texts, code has the site's buttons, answers go into files."""
    for name in ("lesson.md", "lesson.hi-Latn.md"):
        with (folder / name).open("a") as text:
            text.write("\n```sh\ndocker ps\n```\n\n> [!TIP] Try\n> `{{app}}`\n")
    out = exported(folder, tmp_path / "out")
    texts = "\n".join(path.read_text() for path in sorted(out.glob("step*/text.md")))
    assert "```bash\ndocker ps\n```{{exec}}" in texts
    assert "> **Try.**\n> `otter`" in texts
    assert "{{app}}" not in texts
    assert "/root/answers/which-port.answer" in texts
    assert "export app=otter" in (out / "setup.sh").read_text()


def test_the_same_lesson_comes_back(folder: Path, tmp_path: Path) -> None:
    """An import of an export gives the lesson file by file, in a course with the same languages."""
    imported = import_scenario(exported(folder, tmp_path / "out"), tmp_path / "again")
    assert imported.lesson is not None
    assert same(imported.lesson, folder)
    assert lint(tmp_path / "again") == []


def test_into_a_course_of_other_languages(folder: Path, tmp_path: Path) -> None:
    """It gets a sentence, and no lesson is written that would not lint."""
    course = tmp_path / "theirs"
    course.mkdir()
    (course / "course.yaml").write_text('title: {en: "T"}\nsummary: {en: "S."}\nlanguages: [en]\n')
    imported = import_scenario(exported(folder, tmp_path / "out"), course)
    assert imported.lesson is None
    assert "import it into a new course" in str(imported.report.entries[-1])
    assert [path.name for path in course.iterdir()] == ["course.yaml"]


def test_terms_that_a_course_does_not_know_yet(folder: Path, tmp_path: Path) -> None:
    """They come with the lesson; the course's own words stay."""
    term = '{}: {{en: "{}", hi-Latn: "Matlab."}}\n'
    (folder.parent / "glossary.yaml").write_text(term.format("image", "Other.") + term.format("daemon", "It waits."))
    (folder / "lesson.md").write_text((folder / "lesson.md").read_text() + "\nA [daemon](glossary:daemon).\n")
    translated = folder / "lesson.hi-Latn.md"
    translated.write_text(translated.read_text() + "\n[daemon](glossary:daemon).\n")
    course = tmp_path / "theirs"
    course.mkdir()
    shutil.copy(folder.parent / "course.yaml", course)
    (course / "glossary.yaml").write_text(term.format("image", "Ours."))
    imported = import_scenario(exported(folder, tmp_path / "out"), course)
    assert imported.lesson is not None
    assert lint(course) == []
    glossary = (course / "glossary.yaml").read_text()
    assert glossary == term.format("image", "Ours.") + term.format("daemon", "It waits.")
    assert "`daemon`" in str(imported.report.entries[-1])


def test_a_drill_comes_back(folder: Path, tmp_path: Path) -> None:
    """What a check does first survives the way."""
    lesson = folder / "lesson.yaml"
    drill = '    points: 5\n    drill: {title: {en: "Down and up", hi-Latn: "Neeche, upar"}, script: docker ps}\n'
    lesson.write_text(lesson.read_text().replace("    points: 5\n", drill, 1))
    imported = import_scenario(exported(folder, tmp_path / "out"), tmp_path / "again")
    assert imported.lesson is not None
    assert same(imported.lesson, folder)
    again = load_lesson(imported.lesson).exercises[0].drill
    assert again is not None
    assert (again.title["en"], again.script) == ("Down and up", "docker ps")


def test_a_changed_scenario_is_read_anew(folder: Path, tmp_path: Path) -> None:
    """What somebody wrote into the scenario counts more than the copy beside it, and it still lints clean."""
    out = exported(folder, tmp_path / "out")
    text = out / "step1" / "text.md"
    text.write_text(text.read_text() + "\nOne more sentence.\n")
    imported = import_scenario(out, tmp_path / "again")
    assert imported.lesson is not None
    assert "One more sentence." in (imported.lesson / "lesson.md").read_text()
    assert any("changed since" in entry.text for entry in imported.report.entries if entry.fate is Fate.CHANGED)
    assert lint(tmp_path / "again") == []


def test_a_mark_made_by_hand(folder: Path, tmp_path: Path) -> None:
    """A mark that names files outside, or is none, does not bring the copy in."""
    out = exported(folder, tmp_path / "out")
    for mark in ('{"lesson": "x", "files": {"../secret": "00"}}', "{", "[]", "[" * 100_000):
        (out / "slipway" / "exported.json").write_text(mark)
        imported = import_scenario(out, tmp_path / "again")
        assert imported.lesson is not None
        assert not same(imported.lesson, folder)
        shutil.rmtree(tmp_path / "again")
