"""A lesson becomes the pages' HTML: prose and exercises in their order."""

from pathlib import Path

import pytest

from slipway.lessonfile.code import figure
from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.problems import LessonErrors
from slipway.lessonfile.render import ExercisePart, Prose, RenderedLesson, render, solution_html, text_html
from tests.lesson_sample import change

VALUES = {"app": "otter", "port": "8123", "kernel": "6.1"}


def rendered(folder: Path, language: str = "en", **values: str) -> RenderedLesson:
    """Render the sample."""
    return render(load_lesson(folder), language, {**VALUES, **values})


def test_sections_become_exercises_in_their_place(folder: Path) -> None:
    """A section runs to the next heading of its level; footnotes come last."""
    page = rendered(folder)
    assert page.title == "A first container"
    kinds = [part.exercise_id if isinstance(part, ExercisePart) else "-" for part in page.parts]
    assert kinds == ["-", "run-it", "-", "which-port", "-", "-"]
    first, between = page.parts[1], page.parts[2]
    assert isinstance(first, ExercisePart)
    assert (first.number, first.title) == (1, "Start it")
    assert "Start it" not in first.html
    assert isinstance(between, Prose)
    assert "In between" in between.html
    assert "A number." in page.parts[-1].html


def test_code_has_the_buttons_of_its_language(folder: Path) -> None:
    """Shell runs, output is only shown, other languages are copied."""
    change(
        folder, "## The end", "```console\n$ x\n```\n```sh {copy}\nls\n```\n```yaml\na: 1\n```\n## The end", "lesson.md"
    )
    whole = "".join(part.html for part in rendered(folder).parts)
    assert '<figure class="code" data-language="sh" data-actions="run edit copy">' in whole
    assert '<pre tabindex="0" aria-label="Command"><code>docker run -d --name otter nginx</code></pre>' in whole
    assert '<button type="button" class="button plain small" data-act="run">' in whole
    assert 'data-language="console" data-actions=""><pre tabindex="0" aria-label="Output">' in whole
    assert 'data-language="sh" data-actions="copy"' in whole
    assert 'data-language="yaml" data-actions="copy"' in whole
    assert "style=" not in whole


def test_a_command_may_name_its_terminal(folder: Path) -> None:
    """It is run as any other, and the page is told where; a remark that means nothing is reported."""
    block = figure("docker ps", "sh {terminal=logs}")
    assert 'data-actions="run edit copy" data-terminal="logs"' in block
    assert "<span>in logs</span>" in block
    change(folder, "## The end", "```sh {terminal=My Logs}\ndocker ps\n```\n## The end", "lesson.md")
    with pytest.raises(LessonErrors, match=r"`sh \{terminal=My Logs\}` is no kind of block"):
        load_lesson(folder)


def test_code_may_be_a_file(folder: Path) -> None:
    """The page is told which, and where; a parameter may stand in the path, and what names no file is reported."""
    block = figure("FROM ubuntu", "dockerfile {file=/root/app/Dockerfile line=7}")
    assert 'data-actions="open copy" data-file="/root/app/Dockerfile" data-line="7"' in block
    assert "Open in the editor" in block
    assert 'data-file="/root/&lt;b&gt;"' in figure("x", "yaml {file=/root/<b>}")
    for wrong in ("yaml {file=root/a}", "yaml {file=/a/../b}", "sh {file=/a b}"):
        change(folder, "## The end", f"```{wrong}\nx\n```\n## The end", "lesson.md")
        with pytest.raises(LessonErrors, match="names no file"):
            load_lesson(folder)
        change(folder, f"```{wrong}\nx\n```\n## The end", "## The end", "lesson.md")


def test_blocks_of_our_own(folder: Path) -> None:
    """Call-outs, tables, pictures with captions, footnotes."""
    whole = "".join(part.html for part in rendered(folder).parts)
    assert '<aside class="note note-exactly"><p class="note-title">Ports</p>' in whole
    assert '<div class="table"><table>' in whole
    assert '<td data-align="right">2</td>' in whole
    assert (
        '<figure class="figure"><svg class="draw"' not in whole
    )  # the class comes where the author's attributes stand
    assert 'role="img" aria-label="Two boxes">' in whole
    assert "<figcaption>Count them</figcaption>" in whole
    assert '<section class="footnotes">' in whole
    assert 'id="fn-en-1"' in whole


def test_another_language_falls_back_to_english(folder: Path) -> None:
    """Hinglish where it is written, English for a language that is not there."""
    assert rendered(folder, "hi-Latn").title == "Pehla container"
    assert rendered(folder, "de").title == "A first container"
    assert rendered(folder, "de").language == "en"


def test_parameters_are_escaped_where_they_stand(folder: Path) -> None:
    """A value is text in text, in code, in pictures, and quoted in addresses; it is never markup."""
    change(folder, "## The end", "[go](http://localhost:{{port}}/{{app}}) [bad]({{app}})\n\n## The end", "lesson.md")
    whole = "".join(part.html for part in rendered(folder, app="<b>&\"'`*x*").parts)
    assert "<b>" not in whole
    assert "<em>x" not in whole
    assert whole.count("&lt;b&gt;&amp;") >= 4
    assert 'href="http://localhost:8123/%3Cb%3E%26%22%27%60%2Ax%2A"' in whole
    harmful = "".join(part.html for part in rendered(folder, app="javascript:alert(1)").parts)
    assert 'href="javascript:' not in harmful


def test_pictures_may_differ_by_language(folder: Path) -> None:
    """A picture drawn for the page's language is taken."""
    own = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Dabbe</title></svg>'
    (folder / "pictures" / "boxes.hi-Latn.svg").write_text(own)
    assert "Dabbe" in "".join(part.html for part in rendered(folder, "hi-Latn").parts)
    assert "Dabbe" not in "".join(part.html for part in rendered(folder).parts)


def test_a_picture_with_steps_can_be_stepped_through(folder: Path) -> None:
    """A figure has the buttons for it when its picture is drawn in steps, and only then."""
    picture = next(folder.glob("pictures/*.svg"))
    plain = rendered(folder)
    assert 'class="steps"' not in "".join(part.html for part in plain.parts)
    picture.write_text(picture.read_text().replace("</svg>", '<g class="step"><title>First</title></g></svg>'))
    html = "".join(part.html for part in rendered(folder).parts)
    assert html.count('class="steps"') == 1
    assert "<title>First</title>" in html


def test_short_texts_are_inline(folder: Path) -> None:
    """Titles and messages keep code and emphasis, and lose everything else."""
    assert text_html({"en": "`{{app}}` *is*"}, "hi-Latn", VALUES) == "<code>otter</code> <em>is</em>"
    assert text_html({"en": "<script>x</script>a<img src=x onerror=y>"}, "en") == "a"
    assert text_html({"en": "{{app}}"}, "en", {"app": "<i>*"}) == "&lt;i&gt;*"


def test_the_solution_is_a_block_to_run(folder: Path) -> None:
    """It is shown as it would be typed; an exercise with answers alone has none."""
    lesson = load_lesson(folder)
    assert "docker run -d --name otter nginx" in solution_html(lesson.exercise("run-it"), VALUES)
    assert solution_html(lesson.exercise("which-port"), VALUES) == ""


def test_tabs_that_follow_each_other_are_one_group(folder: Path) -> None:
    """Each keeps its name and its blocks; another call-out between them divides groups."""
    tabs = "> [!TAB] Debian\n> `apt`\n\n> [!TAB] Fedora <b>\n> ```sh {copy}\n> dnf\n> ```\n\n"
    change(folder, "## In between\n", f"## In between\n\n{tabs}> [!NOTE]\n> between\n\n{tabs}", "lesson.md")
    page = render(load_lesson(folder), "en", VALUES)
    html = next(part.html for part in page.parts if isinstance(part, Prose) and part.section == "s-in-between")
    assert html.count('<div class="leaves">') == 2
    assert html.count('<section class="leaf"><p class="leaf-title">Debian</p>') == 2
    assert html.count("Fedora &lt;b&gt;</p>") == 2
    assert html.index("</section>\n</div>") < html.index('class="note note-note"')
