"""Scenarios of Killercoda's and Katacoda's format become lessons that lint clean, and what has no place is told."""

from pathlib import Path

import pytest

from slipway.lessonfile.imports import import_scenario, scenarios_below
from slipway.lessonfile.killercoda.report import Fate, Report
from slipway.lessonfile.killercoda.text import convert
from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.parameters import draw, fill
from slipway.lessonfile.render import render
from tests.scenario_sample import FILES, INDEX, brought, lines, write


def test_a_scenario_becomes_a_sound_lesson(tmp_path: Path) -> None:
    """Steps are sections, verified ones exercises that build on each other; the whole course lints clean."""
    imported = brought(tmp_path)
    assert imported.lesson is not None
    assert lint(tmp_path / "course") == []
    lesson = load_lesson(imported.lesson)
    assert (lesson.number, lesson.slug, lesson.minutes) == (1, "pandas", 15)
    assert [exercise.id for exercise in lesson.exercises] == ["make-a-file", "make-another"]
    assert lesson.exercises[1].after == ("make-a-file",)
    assert lesson.exercises[0].solution.script == "touch /etc/panda\n"
    # What the step between them runs belongs to the next exercise.
    assert lesson.exercises[1].solution.script == "ls -l /etc/panda\ntouch /etc/bear\n"
    assert lesson.exercises[1].hints == ({"en": "Use *touch*."},)


def test_what_a_page_shows(tmp_path: Path) -> None:
    """Buttons, headings and double braces come out as they were meant."""
    imported = brought(tmp_path)
    assert imported.lesson is not None
    lesson = load_lesson(imported.lesson)
    page = render(lesson, "en", draw(lesson))
    html = "".join(part.html for part in page.parts)
    assert "{{name}}" in html
    assert html.count('data-actions="run edit copy"') == 3
    assert "curl http://localhost:80/x" in html
    assert "<h3" in html


def test_scripts_and_files_go_into_the_setup(tmp_path: Path) -> None:
    """Assets with their mode, what runs behind, and what is waited for; all byte for byte."""
    imported = brought(tmp_path)
    assert imported.lesson is not None
    scripts = "\n".join(step.script for step in load_lesson(imported.lesson).setup)
    assert "/etc/pandas/a.txt" in scripts
    assert "chmod 0600" in scripts
    assert "setsid bash /opt/scenario/intro-background" in scripts
    assert "setsid bash /opt/scenario/intro-foreground" in scripts
    assert "timeout 50 tail" in scripts


def test_the_done_rule(tmp_path: Path) -> None:
    """A verify script that says `done` passes only when it says so; another one by its exit status alone."""
    imported = brought(tmp_path)
    assert imported.lesson is not None
    first, second = (exercise.checks[0].subject for exercise in load_lesson(imported.lesson).exercises)
    assert "grep -qx done" not in str(first)
    assert "grep -qx done" in str(second)


def test_the_report_tells_what_could_not_be(tmp_path: Path) -> None:
    """Nothing is dropped silently: clusters, the host's address, a terminal's number, bitmaps, other hosts."""
    index = {**INDEX, "backend": {"imageid": "kubernetes-kubeadm-2nodes"}, "icon": "fa-docker"}
    files = {**FILES, "step2.md": "![A whale](./whale.png)\n\n`ls`{{execute HOST2}}\n\n<iframe src=x></iframe>\n"}
    imported = brought(tmp_path, index, files)
    lost = lines(imported, Fate.LOST)
    for words in (
        "cluster of `kubernetes",
        "host's own address",
        "whale.png",
        "another host",
        "more than format",
        "icon",
    ):
        assert words in lost
    assert "second terminal" in lines(imported, Fate.CHANGED)
    assert "a.txt" in lines(imported, Fate.KEPT)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("`ls`{{execute}}", "```sh\nls\n```"),
        ("`ls |\u00a0wc`{{execute}}", "```sh\nls | wc\n```"),
        ("```\nls |\u00a0wc\n```{{exec}}", "```sh\nls | wc\n```"),
        ("`ls`{{Execute T1}}", "```sh\nls\n```"),
        ("`ls`{{ execute }}", "```sh\nls\n```"),
        ("`ls`{{execute T1 interrupt}}", "```sh\nls\n```"),
        ("```\nls\n```{{exec}}", "```sh\nls\n```"),
        ("```bash\nls\n```{{copy}}", "```sh {copy}\nls\n```"),
        ("```yaml{2,5}\na: 1\n```", "```yaml\na: 1\n```"),
        ("```\nls\n```{{}}", "```text\nls\n```"),
        ("2. ```\n   ls\n   ```{{execute}}", "2. ```sh\n   ls\n   ```"),
        ("`^C`{{execute ctrl-seq}}", "Press `^C`."),
        ("```\nls\n```{{exec interrupt}}", "<kbd>C</kbd> first, if something still runs.\n\n```sh\nls\n```"),
        ("[[HOST_SUBDOMAIN]]-80-[[KATACODA_HOST]].environments.katacoda.com", "http://localhost:80"),
        (
            '<pre class="file" data-filename="a.py" data-target="replace">x &lt; 1</pre>',
            "```sh\ncat >a.py <<'END'\nx < 1\nEND\n```",
        ),
        (
            '<pre class="file" data-filename="a.py" data-target="append">x</pre>',
            "```sh\ncat >>a.py <<'END'\nx\nEND\n```",
        ),
    ],
)
def test_buttons_of_all_kinds(source: str, shown: str) -> None:
    """All forms of a suffix, tolerant of case and blanks, and the old editor's blocks."""
    assert shown in convert(source, "step 1", Report()).text


def test_what_the_editor_wrote_is_in_the_solution() -> None:
    """The file has to be there before the command that reads it, whatever fences are in it."""
    source = (
        '<pre class="file" data-filename="a.md" data-target="replace">\n```\nx\n```\n</pre>\n\n`cat a.md`{{execute}}\n'
    )
    assert convert(source, "step 1", Report()).commands == ["cat >a.md <<'END'\n```\nx\n```\nEND", "cat a.md"]


def test_what_a_solution_types_for_a_button() -> None:
    """Where the button pressed Ctrl C first, the solution does."""
    assert convert("`sleep 1d`{{exec}}\n\n`ls`{{exec interrupt}}", "step 1", Report()).commands == [
        "sleep 1d",
        "^C",
        "ls",
    ]


def test_what_the_machine_lacks_is_told(tmp_path: Path) -> None:
    """In the report, and at the top of the text; an image's other name is given to the machine's own in setup."""
    files = {
        **FILES,
        "setup.sh": "apt-get install -y tree\npodman run registry\ntouch /tmp/done\n",
        "step2.md": "`docker run -d nginx:alpine`{{exec}}\n\n`docker run mysql`{{exec}}\n",
    }
    imported = import_scenario(write(tmp_path / "pandas", INDEX, files), tmp_path / "course", frozenset({"nginx"}))
    assert imported.lesson is not None
    assert lint(tmp_path / "course") == []
    lost = lines(imported, Fate.LOST)
    text = (imported.lesson / "lesson.md").read_text()
    for words in ("apt-get install", "podman", "mysql"):
        assert f"`{words}`" in lost
        assert f"`{words}`" in text.partition("## ")[0]
    assert "`nginx:alpine` is the machine's `nginx`" in lines(imported, Fate.CHANGED)
    titles = [step.title["en"] for step in load_lesson(imported.lesson).setup]
    assert titles[0] == "Naming the images as this lesson does"
    assert any("asks for the internet" in title for title in titles)
    assert "docker tag nginx nginx:alpine" in (imported.lesson / "lesson.yaml").read_text()


def test_nothing_is_said_where_nothing_lacks(tmp_path: Path) -> None:
    """A scenario that the machine can do has no note."""
    imported = brought(tmp_path)
    assert imported.lesson is not None
    assert "[!WARNING]" not in (imported.lesson / "lesson.md").read_text()


def test_a_step_that_is_verified_by_nothing(tmp_path: Path) -> None:
    """It would pass at once, so it is text."""
    imported = brought(tmp_path, INDEX, {**FILES, "verify1.sh": "#!/bin/bash\n\n/bin/true\n"})
    assert imported.lesson is not None
    assert [exercise.id for exercise in load_lesson(imported.lesson).exercises] == ["make-another"]
    assert "passes whatever is there" in lines(imported, Fate.CHANGED)


def test_scripts_of_the_end_are_not_run_at_the_beginning(tmp_path: Path) -> None:
    """They may undo what the learner is to do."""
    details = {**INDEX["details"], "finish": {"text": "finish.md", "background": "clean.sh"}}
    imported = brought(tmp_path, {**INDEX, "details": details}, {**FILES, "clean.sh": "rm -rf /etc/panda\n"})
    assert imported.lesson is not None
    assert "finish" not in "".join(step.title["en"] for step in load_lesson(imported.lesson).setup)
    assert "finish: its scripts" in lines(imported, Fate.LOST)


def test_assets_of_all_folders(tmp_path: Path) -> None:
    """`**` alone means every file at any depth."""
    details = {**INDEX["details"], "assets": {"host01": [{"file": "**", "target": "/all"}]}}
    files = {**FILES, "assets/deep/er/b.txt": "two\n"}
    imported = brought(tmp_path, {**INDEX, "details": details}, files)
    kept = lines(imported, Fate.KEPT)
    assert "a.txt" in kept
    assert "deep/er/b.txt" in kept


def test_a_picture_beside_a_steps_text(tmp_path: Path) -> None:
    """Links begin at the folder of the text that they stand in."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>A box</title><path d="M1 1"/></svg>'
    details = {"steps": [{"title": "One", "text": "step1/text.md"}, {"title": "Two", "text": "step2/text.md"}]}
    files = {
        "step1/text.md": "![A box](./box.svg)\n",
        "step1/box.svg": svg,
        "step2/text.md": "![A lid](../more/lid.svg)\n\n![Another box](box.svg)\n",
        "step2/box.svg": svg.replace("A box", "Another box"),
        "more/lid.svg": svg,
    }
    imported = brought(tmp_path, {"title": "Boxes", "details": details}, files)
    assert imported.lesson is not None
    assert lint(tmp_path / "course") == []
    assert sorted(path.name for path in imported.lesson.glob("pictures/*")) == ["2-box.svg", "box.svg", "lid.svg"]
    assert "(pictures/2-box.svg)" in (imported.lesson / "lesson.md").read_text()


def test_a_repository_of_scenarios(tmp_path: Path) -> None:
    """Each scenario below a folder becomes a lesson; links are not followed."""
    write(tmp_path / "all" / "one")
    write(tmp_path / "all" / "group" / "two")
    (tmp_path / "all" / "again").symlink_to(tmp_path / "all")
    found = list(scenarios_below(tmp_path / "all"))
    assert [path.name for path in found] == ["one", "two"]
    for path in found:
        import_scenario(path, tmp_path / "course")
    assert lint(tmp_path / "course") == []


def test_braces_in_scripts_survive(tmp_path: Path) -> None:
    """A script with double braces runs as it was written, and a solution is typed with them."""
    files = {**FILES, "verify1.sh": "docker ps --format '{{name}}'\n", "step1.md": "`echo {{name}}`{{exec}}\n"}
    imported = brought(tmp_path, INDEX, files)
    assert imported.lesson is not None
    assert lint(tmp_path / "course") == []
    lesson = load_lesson(imported.lesson)
    assert fill(lesson.exercises[0].solution.script, draw(lesson)) == "echo {{name}}\n"


def test_a_fence_on_one_line(tmp_path: Path) -> None:
    """It is code within a sentence, and all behind it is no code."""
    files = {**FILES, "step2.md": "```docker ps```{{execute}}\n\n# Then\n\nThat\n====\n\n```\n# x\n```\n"}
    imported = brought(tmp_path, INDEX, files)
    assert imported.lesson is not None
    text = (imported.lesson / "lesson.md").read_text()
    assert "```sh\ndocker ps\n```" in text
    assert "### Then" in text
    assert "### That" in text
    assert "\n# x\n" in text
