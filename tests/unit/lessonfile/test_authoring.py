"""The whole lesson of docs/authoring.md is a sound one."""

import re
import textwrap
from pathlib import Path

from slipway.lessonfile.lint import lint

GUIDE = Path(__file__).parents[3] / "docs" / "authoring.md"


def test_the_guide_s_lesson_has_no_mistakes(tmp_path: Path) -> None:
    """What authors copy must work."""
    whole = GUIDE.read_text().partition("## A whole lesson")[2].partition("## The text")[0]
    parts = re.split(r"`(?:[\w/-]*/)?(lesson\.md|lesson\.yaml|run-it\.sh|run-it\.front\.sh)`:", whole)[1:]
    contents = dict(zip(parts[::2], parts[1::2], strict=True))
    folder = tmp_path / "docker" / "06-first-container"
    (folder / "solutions").mkdir(parents=True)
    (folder / "lesson.md").write_text(textwrap.dedent(contents["lesson.md"]).strip())
    (folder / "lesson.yaml").write_text(contents["lesson.yaml"].strip().removeprefix("```yaml").removesuffix("```"))
    (folder / "solutions" / "run-it.sh").write_text(contents["run-it.sh"].strip(" `\n"))
    (folder / "solutions" / "run-it.front.sh").write_text(textwrap.dedent(contents["run-it.front.sh"]).strip())
    assert [str(problem) for problem in lint(folder)] == []
