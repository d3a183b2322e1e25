"""Each mistake of an author is reported with its place and what to write instead."""

from pathlib import Path

import pytest

from slipway.lessonfile.lint import lint
from tests.lesson_sample import change

# What is changed in lesson.yaml, and what must be said at the line of the change.
A, B, R = "{id: a, text: '`1`'}", "{id: b, text: '`2`'}", "{id: r, text: '`3`', right: true}"
YAML_MISTAKES = [
    ("exercises:", "exersises:", "Unknown key `exersises`", "Write `exercises`."),
    ("minutes: 10", "minutes: ten", "`minutes` must be a whole number", "from 1 to 600"),
    ("minutes: 10", "minutes: 10\nsession: {idle: 5}", "`idle` must be a whole number", "from 10 to 10080"),
    ("minutes: 10", "minutes: 10\nsession: {idle: 60, cap: 30}", "`cap` is 30 minutes", "Let `cap` be `idle`"),
    ("minutes: 10", "minutes: 10\nsession: {restart: web}", "`restart` must be true or false", "one of them"),
    ("minutes: 10", "minutes: 10\nsession: {end: 60}", "Unknown key `end`", "idle"),
    ("minutes: 10", "", "The lesson has no `minutes`", "Add `minutes: …`."),
    ("container:", "contaner:", "Unknown key `contaner`", "Write `container`."),
    (', hi-Latn: "Kya woh chal raha hai?"', "", "has no translation `hi-Latn`", "Write `hi-Latn: …`"),
    ('{en: "Look at the page.", hi-Latn: "Page dekhiye."}', "Look there", "has no translation `hi-Latn`", "hi-Latn"),
    ('hi-Latn: "Port sahi hai"', 'hi-Latin: "Port sahi hai"', "unknown language `hi-Latin`", "Write `hi-Latn`."),
    ("mistake: in-front", "mistake: in-frnt", "no mistake `in-frnt`", "Write `in-front`."),
    ("name: front,", "name: back,", "solutions/run-it.back.sh is missing", "Write what would be typed"),
    ("{{app}}` runs", "{{ap}}` runs", "`{{ap}}` is no parameter", "Write `app`."),
    ("docker run (?!.*-d)", "docker (run", "is no regular expression", "narrower"),
    ("docker run (?!.*-d)", ".*", "matches everything", "narrower"),
    ("docker run (?!.*-d)", "(a+)+b", "repeats a repetition", "narrower"),
    ("hint: 2", "hint: 3", "`hint` must be a whole number", "from 1 to 2"),
    ("answer: answer\n", "answer: anwser\n", "no answer field `anwser`", "Write `answer`."),
    ("after: run-it", "after: run-its", "`run-its` is no exercise above this one", "Write `run-it`."),
    ("{choose: [otter, heron]}", "{choose: [otter]}", "two different values", "[one, two]"),
    ("{choose: [otter, heron]}", "{chose: [otter, heron]}", "Unknown key `chose`", "Write `choose`."),
    ("{choose: [otter, heron]}", "{word: animal}", "no list of words", "Write `animals`."),
    ("{choose: [otter, heron]}", '{text: "{{port}}-x"}', "`port` is no parameter above this one", ""),
    ("{choose: [otter, heron]}", '{choose: [otter, "{{port}}"]}', "`port` is no parameter above this one", ""),
    ("{integer: [8100, 8199]}", "{integer: [9, 3]}", "lowest and the highest", "[8100, 8999]"),
    ("  port: {", "  end: {", "cannot be named `end`", "Go"),
    ("State.Running: true", "State.Running: {contians: x}", "Unknown key `contians`", "Write `contains`."),
    ("State.Running: true", 'State.Running: {contains: ""}', "cannot fail", "Write the text"),
    ("State.Running: true", "State.Running: {}", "no matcher", "equals"),
    ("State.Running: true", "exists: {absent: false}", "cannot fail", "only the solution brings"),
    ('expect: "{{port}}"', "hint: 1", "expects nothing, so it cannot fail", "Add `expect:`."),
    ('echo "$app"', "echo {{app}}", "is not filled into the script of a setup step", "$app"),
    (">/root/name\n", ">/root/name\n    for: [run-its]\n", "`run-its` is no exercise of this lesson", "`run-it`"),
    ("id: run-it\n", "id: Run It\n", "is no name", "small letters"),
    ("points: 3", "points: 3\n    points: 4", "`points` stands twice", "Keep one"),
    ("take: stdout", "tak: stdout", "Unknown key `tak`", "Write `take`."),
    ('container: "{{app}}"', 'container: "{{app}}"\n        port: 80', "The check has 2 kinds", "exactly one of"),
    ('container: "{{app}}"', 'http: "https://x/"', "no address to ask", "http://HOST"),
    ('container: "{{app}}"', "file: etc/passwd", "is not absolute", "Begin it with `/`."),
    ('container: "{{app}}"', "port: 99999", "is no port", "1 to 65535"),
    ('container: "{{app}}"', "container: x\n        as: root", "`as` does not go with `container`", ""),
    ('container: "{{app}}"', "container: x\n        search: y", "`search` does not go with `container`", ""),
    ("summary: {", "summary: &x {", "is an anchor", "Write the value out"),
    ("minutes: 10", "minutes: !!python/object:os.system 10", "is a tag", "Remove it."),
    ("kind: number", "kind: numbr", "no kind of answer `numbr`", "Write `number`."),
    ("kind: number", "kind: text, unit: s", "Only a number has a unit", "kind: number"),
    ("kind: number", "kind: number, options: []", "`options` do not go with `number`", "choice"),
    ("kind: number", "kind: choice", "has no `options`", "Add `options: …`."),
    ("kind: number", f"kind: choice, options: [{A}, {B}]", "one right option, and this one has 0", "right: true"),
    ("kind: number", f"kind: choice, options: [{A}]", "has 2 to 12 options", "Add or remove"),
    ("kind: number", f"kind: choice, options: [{R}, {A}]", "`a` does not say why", "Add `why: …`"),
    ("kind: number", f"kind: choices, options: [{A}, {B}]", "No option is right", "right: true"),
    ("kind: number", f"kind: order, options: [{R}, {A}]", "Unknown key `right`", ""),
    ("kind: number", f"kind: match, options: [{A}, {B}]", "The option has no `with`", "Add `with: …`."),
    ("kind: number", "kind: number, predicts: true", "does not say what it is compared with", "take: stdout"),
    ("kind: number", f"kind: order, options: [{A}, {B}], predicts: 1", "compared with what is right", "predicts: true"),
    ('expect: "{{port}}"', "expect: {near: 5}", "`near` must be a list", "- "),
    ('expect: "{{port}}"', "expect: {near: [5, some]}", "is no tolerance", "10 %"),
    ("minutes: 10", "minutes: 10\ncosts: {hnt: 1}", "Unknown key `hnt`", "Write `hint`."),
    ("minutes: 10", "minutes: 10\ncosts: {hint: -1}", "must be a whole number", "from 0 to 100"),
    ("checks:\n      - title", "checks: []\n    mistakes:\n      - title", "can never be passed", "Add a check."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message", "instead"), YAML_MISTAKES, ids=[row[2] for row in YAML_MISTAKES])
def test_a_mistake_in_lesson_yaml(folder: Path, old: str, new: str, message: str, instead: str) -> None:
    """The mistake is named at a line, and the cure with it."""
    change(folder, old, new)
    found = [problem for problem in lint(folder) if message in problem.message]
    assert found, [str(problem) for problem in lint(folder)]
    assert found[0].file == "lesson.yaml"
    assert found[0].line >= 1
    assert instead in found[0].instead


MARKDOWN_MISTAKES = [
    ("{#run-it}", "{#run-its}", "The section `run-its` has no exercise", "Write `run-it`."),
    ("{#run-it}", "", "The exercise `run-it` has no section in lesson.md", "{#run-it}"),
    ("# A first container", "A first container", "does not begin with its title", "# Title"),
    ("## The end", "# The end", "a second title", "## The end"),
    ("pictures/boxes.svg", "pictures/boxs.svg", "The picture `pictures/boxs.svg` is missing", "Write `boxes.svg`."),
    ("pictures/boxes.svg", "https://example.org/x.svg", "no SVG of this lesson", "pictures/NAME.svg"),
    ("![Two boxes]", "![]", "has no text alternative", "what it shows"),
    ("## The end", "## The end {#run-it}", "stands on two headings", "its own"),
    ("## Start it", "#### Start it", "has level 2 or 3", "## Start it"),
    ("**{{app}}**", "**{{nobody}}**", "`{{nobody}}` is no parameter", "Known"),
]


@pytest.mark.parametrize(
    ("old", "new", "message", "instead"), MARKDOWN_MISTAKES, ids=[row[2] for row in MARKDOWN_MISTAKES]
)
def test_a_mistake_in_the_text(folder: Path, old: str, new: str, message: str, instead: str) -> None:
    """The mistake is named, and the cure with it."""
    change(folder, old, new, "lesson.md")
    found = [problem for problem in lint(folder) if message in problem.message]
    assert found, [str(problem) for problem in lint(folder)]
    assert instead in found[0].instead


def test_go_templates_are_no_parameters(folder: Path) -> None:
    """What Go puts between double braces is left alone."""
    change(folder, "## The end", "`docker inspect -f '{{.State.Pid}} {{end}} {{json .}}'`\n\n## The end", "lesson.md")
    assert lint(folder) == []


def test_a_linked_heading_needs_no_exercise(folder: Path) -> None:
    """An id that the lesson itself links to is an ordinary anchor."""
    change(folder, "## The end", "See [above](#middle).\n\n## The end", "lesson.md")
    change(folder, "## In between", "## In between {#middle}", "lesson.md")
    change(folder, "### Kaunsa", "## Beech {#middle}\n\n[upar](#middle)\n\n### Kaunsa", "lesson.hi-Latn.md")
    assert lint(folder) == []


def test_sections_stand_in_the_order_of_the_exercises(folder: Path) -> None:
    """Numbers on the cards would be wrong otherwise."""
    text = (folder / "lesson.hi-Latn.md").read_text()
    text = text.replace("{#run-it}", "{#x}").replace("{#which-port}", "{#run-it}").replace("{#x}", "{#which-port}")
    (folder / "lesson.hi-Latn.md").write_text(text)
    assert any("another order" in problem.message for problem in lint(folder))


def test_a_missing_translation_is_reported(folder: Path) -> None:
    """The course promises a language that the lesson has not."""
    (folder / "lesson.hi-Latn.md").unlink()
    assert [problem.file for problem in lint(folder)] == ["lesson.hi-Latn.md"]


def test_a_variable_in_a_typed_script_is_reported(folder: Path) -> None:
    """The learner's shell does not know parameters as variables; one that the script sets itself is fine."""
    (folder / "solutions" / "run-it.sh").write_text("docker run -d --name $app nginx\nport=3; echo $port\n")
    found = lint(folder)
    assert [(problem.file, problem.line) for problem in found] == [("solutions/run-it.sh", 1)]
    assert "{{app}}" in found[0].instead


def test_a_script_that_nobody_uses_is_reported(folder: Path) -> None:
    """A wrong attempt that lesson.yaml does not name would never be proven."""
    (folder / "solutions" / "run-it.other.sh").write_text("true\n")
    assert "No exercise uses this file." in [problem.message for problem in lint(folder)]


def test_an_unknown_image_is_reported(folder: Path) -> None:
    """The nearest sandboxes/ above the lessons knows the images."""
    image = folder.parents[1] / "sandboxes" / "lab-dokcer"
    image.mkdir(parents=True)
    (image / "Dockerfile").write_text("FROM scratch\n")
    found = lint(folder)
    assert found[0].message == "There is no sandbox image `lab-docker`."
    assert found[0].instead == "Write `lab-dokcer`."


def test_a_course_promises_languages(folder: Path) -> None:
    """A course without English, or with a broken head, is reported."""
    change(folder.parent, "[en, hi-Latn]", "[hi-Latn]", "course.yaml")
    assert any("English is missing" in problem.message for problem in lint(folder.parent))


def test_parameters_that_can_never_differ_are_reported(folder: Path) -> None:
    """The author hears it, and no learner's attempt fails."""
    change(folder, "  port: {", "  other: {choose: [otter, heron], differs_from: [app, third]}\n  port: {")
    change(folder, "  other:", "  third: {choose: [otter, heron], differs_from: app}\n  other:")
    assert any("cannot differ" in problem.message for problem in lint(folder))


def test_nothing_there(tmp_path: Path) -> None:
    """A path that holds no lesson says so."""
    assert lint(tmp_path)[0].message == "There is no lesson and no course here."
    assert lint(tmp_path / "none")[0].message == "There is no such folder."


def test_a_parameter_cannot_grow_without_end(folder: Path) -> None:
    """Each made of ten of the one above it: ten lines would be gigabytes."""
    lines = ["  a0: {text: 'xxxxxxxxxx'}", *(f"  a{n}: {{text: '{f'{{{{a{n - 1}}}}}' * 10}'}}" for n in range(1, 12))]
    change(folder, "remember:\n", "\n".join([*lines, "remember:", ""]))
    assert [problem.message for problem in lint(folder)] == ["Parameter a2 is longer than 500 characters."]


def test_only_machines_for_learners_are_images(folder: Path) -> None:
    """What those are built from cannot be started."""
    for name in ("lab-docker", "inner-alpine"):
        (folder.parents[1] / "sandboxes" / name).mkdir(parents=True)
        (folder.parents[1] / "sandboxes" / name / "Dockerfile").touch()
    assert lint(folder) == []
    change(folder, "image: lab-docker", "image: inner-alpine")
    assert [problem.message for problem in lint(folder)] == ["There is no sandbox image `inner-alpine`."]


def test_a_mistake_around_a_lesson_is_told_with_it(folder: Path) -> None:
    """Else what rests on the course's files would seem to be wrong in the lesson."""
    (folder.parent / "topics.yaml").write_text("- section: [\n")
    assert [problem.file for problem in lint(folder)] == ["../topics.yaml"]


def test_what_could_act_on_a_terminal_is_not_printed(folder: Path) -> None:
    """A lesson from elsewhere may be called anything."""
    change(folder, "minutes: 10", 'minutes: "\\e]52;c;eA==\\a"')
    change(folder, "container:", '"\\e[2J":')
    said = "".join(str(problem) for problem in lint(folder))
    assert "\N{REPLACEMENT CHARACTER}[2J" in said
    assert "\x1b" not in said
