"""Proofs stand on the sandbox images and on the code that decides, none of it forgotten."""

import ast
from pathlib import Path

import pytest

from slipway.proofs import ground
from slipway.proofs.digests import Ground
from slipway.proofs.ground import CODE, DECIDING, Grounds, code_digest, deciding_files

# What deciding code uses and what yet decides nothing by itself, with the reason.
BESIDE = {
    "engine.port": "types; how an engine does it is its own contract's",
    "lessonfile.matchers": "classes: what they hold is hashed as it was read",
    "lessonfile.model": "classes: what they hold is hashed as it was read",
    "lessonfile.subjects": "classes: what they hold is hashed as it was read",
    "lessonfile.typed": "what it makes of a script is hashed",
    "lessonfile.walkthrough": "what it makes of a text is hashed",
    "proofs.digests": "names what stands for the text",
}


def _modules_used_by(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("slipway."):
            module = str(node.module).removeprefix("slipway.")
            inner = {f"{module}.{alias.name}" for alias in node.names}
            found |= {name for name in inner if (CODE / f"{name.replace('.', '/')}.py").exists()} or {module}
    return found


def test_no_code_that_decides_is_forgotten() -> None:
    """Whatever deciding code imports decides too, or it is said why not."""
    deciding = {path.relative_to(CODE).with_suffix("").as_posix().replace("/", ".") for path in deciding_files(CODE)}
    used = {module for path in deciding_files(CODE) for module in _modules_used_by(path)}
    assert used - deciding == set(BESIDE)


@pytest.mark.parametrize("pattern", DECIDING)
def test_every_pattern_finds_something(pattern: str) -> None:
    """A file that was renamed is not lost silently."""
    assert list(CODE.glob(pattern))


def test_the_code_s_content_and_names_count(tmp_path: Path) -> None:
    """Other files beside it do not."""
    (tmp_path / "grading" / "observer").mkdir(parents=True)
    judging = tmp_path / "grading" / "judging.py"
    judging.write_text("1")
    first = code_digest(tmp_path)
    (tmp_path / "grading" / "models.py").write_text("1")
    assert code_digest(tmp_path) == first
    judging.write_text("2")
    second = code_digest(tmp_path)
    judging.rename(tmp_path / "grading" / "observer" / "new.py")
    assert len({first, second, code_digest(tmp_path)}) == 3


def test_the_image_is_known_without_asking_anybody(grounds: Grounds) -> None:
    """Built from packages or pulled, a proof rests on the same; both tags are those of the folders as they are."""
    assert grounds.of("lab-docker") == Ground("slipway/lab-docker:1", "code-1")
    assert grounds.is_current("lab-docker", "slipway/lab-docker:2")
    assert not grounds.is_current("lab-docker", "slipway/lab-docker:3")
    assert grounds.of("nowhere").image == ""


def test_this_repository_has_grounds() -> None:
    """Its sandboxes have tags."""
    assert ground.current().of("lab-docker").image.startswith("slipway/lab-docker:")
