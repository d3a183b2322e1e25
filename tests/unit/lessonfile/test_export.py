"""A lesson goes out as a scenario of another site's format, and comes back as the same lesson."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from slipway.grading import portable_main
from slipway.lessonfile.exports import export_lesson
from slipway.lessonfile.imports import import_scenario
from slipway.lessonfile.killercoda.absent import _IMAGES, absent_elsewhere
from slipway.lessonfile.killercoda.report import Fate
from slipway.lessonfile.killercoda.scenario_of import FOLDER, digest
from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_lesson
from tests.lesson_sample import change

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
    with (folder / "lesson.md").open("a") as text:
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


def test_an_exercise_within_another_s_section(folder: Path, tmp_path: Path) -> None:
    """Each has its own text on its own page, as on the lesson's page."""
    for name in ("lesson.md", "lesson.hi-Latn.md"):
        text = (
            (folder / name).read_text().replace("## In between\n", "").replace("### Which", "Last of it.\n\n### Which")
        )
        (folder / name).write_text(text)
    out = exported(folder, tmp_path / "out")
    steps = json.loads((out / "index.json").read_text())["details"]["steps"]
    first, second = ((out / step["text"]).read_text() for step in steps[:2])
    assert "Last of it." in first
    assert "Which port?" not in first
    assert second.startswith("### Which port?")
    assert "What is it?" in second


def test_code_in_a_list(folder: Path, tmp_path: Path) -> None:
    """It has its button, and what follows is text."""
    with (folder / "lesson.md").open("a") as text:
        text.write("\n1. ```sh\n   ls\n   ```\n\n```docker ps``` shows `x`.\n\n> [!TIP] Try\n")
    out = exported(folder, tmp_path / "out")
    texts = "\n".join(path.read_text() for path in sorted(out.glob("step*/text.md")))
    assert "1. ```bash\n   ls\n   ```{{exec}}" in texts
    assert "> **Try.**" in texts


def test_a_picture_with_a_prolog(folder: Path, tmp_path: Path) -> None:
    """Its colours come into the drawing, and a value is no markup in it."""
    picture = folder / "pictures" / "boxes.svg"
    drawn = picture.read_text().replace("<svg ", '<svg aria-labelledby="a>b" ')
    picture.write_text(f'<?xml version="1.0"?>\n<!-- ours -->\n{drawn}')
    export_lesson(load_lesson(folder), {"app": "<b>", "port": "8150"}, b"packed", tmp_path / "out")
    (out,) = (tmp_path / "out").glob("step*/boxes.svg")
    assert 'aria-labelledby="a>b" viewBox' in out.read_text().replace('xmlns="http://www.w3.org/2000/svg" ', "")
    assert '"><style>\ntext {' in out.read_text()
    assert "&lt;b&gt;</text>" in out.read_text()


def prepared(out: Path, place: Path) -> "subprocess.CompletedProcess[str]":
    """Run a scenario's setup and then its foreground in a place of its own."""
    (place / "root").mkdir(parents=True)
    (place / "history.sh").touch()

    def moved(name: str) -> str:
        return (out / name).read_text().replace(FOLDER, str(place)).replace("/root", f"{place}/root")

    subprocess.run(["bash", "-c", moved("setup.sh")], check=False, timeout=60)
    script = moved("foreground.sh")
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, timeout=60)


def test_a_machine_that_is_ready(folder: Path, tmp_path: Path) -> None:
    """Setup leaves its sign when all of it went well."""
    change(folder, 'remember:\n  kernel: {command: [uname, "-r"], take: stdout}\n', "")
    said = prepared(exported(folder, tmp_path / "out"), tmp_path / "place")
    assert (tmp_path / "place" / "ready").exists()
    assert "could not be prepared" not in said.stdout


@pytest.mark.parametrize("fails", ["setup", "remember"])
def test_a_setup_that_fails_is_told(folder: Path, tmp_path: Path, fails: str) -> None:
    """The terminal says which step it was and what it said; nothing after it runs."""
    if fails == "setup":
        change(folder, 'echo "$app" >/root/name', "echo no luck\n      false\n      echo never")
    said = prepared(exported(folder, tmp_path / "out"), tmp_path / "place")
    assert not (tmp_path / "place" / "ready").exists()
    assert "This machine could not be prepared." in said.stdout
    # There is no checks.pyz to remember anything with.
    assert {"setup": "Putting a file in place", "remember": "What the checks remember"}[fails] in said.stdout
    assert ("no luck" in said.stdout) is (fails == "setup")
    assert "never" not in said.stdout


def test_commands_are_kept_once_and_whole(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter on an empty line is no command, the same command twice is two, and one of several lines is one."""
    out = exported(folder, tmp_path / "out")
    script = (out / "assets" / "history.sh").read_text().replace(FOLDER, str(tmp_path))
    (tmp_path / "history.sh").write_text(script)
    (tmp_path / "past").write_text("older\n")
    typed = f". {tmp_path}/history.sh\ntrue\n\n\ntrue\n false\necho 'a\n7\tb' >/dev/null\nexit\n"
    subprocess.run(
        ["bash", "--norc", "--noprofile", "--noediting", "-i"],
        input=f"set -o history\nHISTCONTROL=ignoreboth\n{typed}", text=True, check=False, timeout=60,
        capture_output=True, start_new_session=True, env={"HISTFILE": str(tmp_path / "past"), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    kept = (tmp_path / "history").read_bytes().decode().split("\0")
    assert kept == ["0\ttrue", "0\ttrue", "1\t false", "0\techo 'a\n7\tb' >/dev/null", ""]
    monkeypatch.setattr(portable_main, "HISTORY", tmp_path / "history")
    commands = [(command.text, command.exit_status) for command in portable_main._history()]
    assert commands == [("true", 0), ("true", 0), (" false", 1), ("echo 'a\n7\tb' >/dev/null", 0)]


def test_what_is_only_here(folder: Path) -> None:
    """Kinds, programs, images and machines that the other site has not are named, with where they are asked for."""
    assert absent_elsewhere(load_lesson(folder), VALUES) == []
    change(folder, 'echo "$app" >/root/name', "hub-image x\n      second-host on")
    change(folder, 'container: "{{app}}"\n        expect: {State.Running: true, Config.Image: nginx}', "vm: a")
    change(folder, 'message: {en: "Is it', 'expect: {exists: true}\n        message: {en: "Is it')
    change(folder, "image: lab-docker", "image: lab-vm")
    change(folder, "docker run", "docker run fruit-mango; docker run", "solutions/run-it.sh")
    assert absent_elsewhere(load_lesson(folder), VALUES) == [
        "the machine `lab-vm` (the lesson)",
        "what a check `vm:` looks at (run-it)",
        "the program `hub-image` (setup)",
        "the program `second-host` (setup)",
        "the image `fruit-mango` (run-it)",
    ]


def test_our_own_images_are_known() -> None:
    """All that the stand-in Hub has and that stand in for none of the real one."""
    sandboxes = Path(__file__).parents[3] / "sandboxes"
    ours = [
        path.parent.name.removeprefix("inner-")
        for path in sandboxes.glob("inner-*/Dockerfile")
        if not path.read_text().startswith("# stands-in-for:")
    ]
    assert ours
    assert all(_IMAGES.fullmatch(name) for name in ours)
    assert 'f"library/fruit-{name}"' in (sandboxes / "shelf" / "fruits.py").read_text()


@pytest.mark.parametrize("change_one", ["index.json", "slipway/lesson/solutions/run-it.sh", "step1/new.md", "empty"])
def test_the_mark_covers_every_file(folder: Path, tmp_path: Path, change_one: str) -> None:
    """A copy, the index or a new file that the mark does not know: the scenario is read as it is."""
    out = exported(folder, tmp_path / "out")
    mark = out / "slipway" / "exported.json"
    if change_one == "empty":
        mark.write_text('{"lesson": "01-nice", "files": {}}')
    else:
        with (out / change_one).open("a") as file:
            file.write("\n")
    imported = import_scenario(out, tmp_path / "again")
    assert imported.lesson is not None
    assert not same(imported.lesson, folder)
    assert any("changed since" in entry.text for entry in imported.report.entries)


def test_a_lesson_that_was_not_shown_is_told(folder: Path, tmp_path: Path) -> None:
    """A mark made with care brings the copy in: the report says where it was. A repository's own files do no harm."""
    out = exported(folder, tmp_path / "out")
    (out / ".git").mkdir()
    (out / ".git" / "HEAD").touch()
    copy, mark = out / "slipway" / "lesson" / "lesson.yaml", out / "slipway" / "exported.json"
    copy.write_text(copy.read_text().replace("minutes: 10", "minutes: 11"))
    listed = json.loads(mark.read_text())
    listed["files"]["slipway/lesson/lesson.yaml"] = digest(copy.read_bytes())
    mark.write_text(json.dumps(listed))
    imported = import_scenario(out, tmp_path / "again")
    assert imported.lesson is not None
    assert "what lies in `slipway/`" in str(imported.report.entries[0])


def test_questions_are_asked_in_words_and_what_they_lose_is_told(tmp_path: Path) -> None:
    """Each option has its word, in an order that tells nothing, and the report names every question."""
    lesson = load_lesson(Path(__file__).parents[2] / "lessons" / "question-course" / "01-questions")
    export_lesson(lesson, {"memory": "512"}, b"packed", tmp_path / "out")
    text = "\n".join(path.read_text() for path in sorted((tmp_path / "out").glob("step*/text.md")))
    assert "(one of these words): `echo 'YOUR ANSWER' > /root/answers/one-of-them.answer`" in text
    assert "    - `kernel`: Its own kernel" in text
    ordered = text.partition("all these words in the right order")[2]
    assert ordered.index("`firmware`") < ordered.index("`kernel`") < ordered.index("`loader`")
    assert "Memory (a number in MiB)" in text
    assert "*Somebody types make, and a bar fills up*" in text
    told = absent_elsewhere(lesson, {"memory": "512"})
    assert told == [
        "recordings of terminals, of which only the words are left (make.cast)",
        "buttons for the question `answer`, which is answered in words in a file (one-of-them, some-of-them, in-order)",
        "other units than MiB for the question `memory` (how-much)",
        "buttons for the question `answer`, whose words in a file show what belongs together (which-to-which)",
        "what keeps the prediction `lines` as it was, and compares it (think-first)",
        "what keeps the prediction `ending` as it was, and compares it (think-first)",
        "buttons for the question `ending`, which is answered in words in a file (think-first)",
    ]
