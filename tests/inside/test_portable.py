"""The checks that go with an exported lesson judge by themselves, with a Python and nothing else."""

import subprocess
import sys
from pathlib import Path

from slipway.grading.portable import packed_checks
from slipway.lessonfile.load import load_lesson
from tests.lesson_sample import write_course

CHECK = """\
      - id: runs
        title: {en: "`{{app}}` is written down", hi-Latn: "`{{app}}` likha hai"}
        file: PATH
        expect: {content: "{{app}}"}
"""


def run(packed: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a packed file with this Python, without this project on its path."""
    argv = [sys.executable, "-I", str(packed), *words]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60, cwd=packed.parent)


def test_packed_checks_judge(tmp_path: Path) -> None:
    """Nothing done fails and says why, with the hint; done passes; an unknown exercise gets the usage."""
    folder = write_course(tmp_path / "course")
    done = tmp_path / "done"
    text = (folder / "lesson.yaml").read_text()
    begin, end = text.index("      - id: runs"), text.index('        message: {en: "Is it')
    (folder / "lesson.yaml").write_text(text[:begin] + CHECK.replace("PATH", str(done)) + text[end:])
    packed = tmp_path / "checks.pyz"
    packed.write_bytes(packed_checks(load_lesson(folder), {"app": "otter", "port": "8150"}))

    before = run(packed, "run-it")
    assert before.returncode == 1
    assert "not yet: `otter` is written down" in before.stdout
    assert "Look at `docker run --help`." in before.stdout
    done.write_text("otter\n")
    after = run(packed, "run-it")
    assert (after.returncode, after.stderr) == (0, "")
    assert run(packed, "nothing").returncode == 1
    assert "run-it|which-port" in run(packed, "nothing").stderr


def test_packed_drills(tmp_path: Path) -> None:
    """The drill of an exported exercise runs before it is looked at, with the lesson's values; its failure is told."""
    folder = write_course(tmp_path / "course")
    done, broken = tmp_path / "done", tmp_path / "broken"
    text = (folder / "lesson.yaml").read_text()
    begin, end = text.index("      - id: runs"), text.index('        message: {en: "Is it')
    script = f"test ! -e {broken} || {{ echo it is broken; exit 1; }}; echo $app >{done}"
    drill = f'    points: 5\n    drill: {{title: {{en: "Up", hi-Latn: "Upar"}}, script: "{script}"}}\n'
    checked = text[:begin] + CHECK.replace("PATH", str(done)) + text[end:]
    (folder / "lesson.yaml").write_text(checked.replace("    points: 5\n", drill, 1))
    packed = tmp_path / "checks.pyz"
    packed.write_bytes(packed_checks(load_lesson(folder), {"app": "otter", "port": "8150"}))

    after = run(packed, "run-it")
    assert (after.returncode, after.stderr) == (0, "")
    assert done.read_text() == "otter\n"
    broken.touch()
    assert run(packed, "run-it").returncode == 1
    assert "it is broken" in run(packed, "run-it").stdout
