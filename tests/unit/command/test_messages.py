"""`./slipway messages`: what it finds in the code, and what it says of a catalogue that is not finished."""

import re
from pathlib import Path

import pytest

from slipway.command import messages
from slipway.command.parser import build

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

{entry}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project with a text in Python, one in a template, and a catalogue that has both in Hindi."""
    package = tmp_path / "platform" / "slipway"
    for name, value in (("PROJECT", tmp_path), ("PACKAGE", package), ("LOCALE", package / "locale")):
        monkeypatch.setattr(messages, name, value)
    (package / "templates").mkdir(parents=True)
    (package / "words.py").write_text('said = gettext("Stay")\n')
    (package / "templates" / "page.html").write_text(
        "{% load i18n %}\n  <p>\n    {% blocktranslate with n=1 %}Hint {{ n }}{% endblocktranslate %}\n  </p>\n"
    )
    (package / "locale" / "hi" / "LC_MESSAGES").mkdir(parents=True)
    catalogue(package).write_text(
        PO.format(entry='msgid "Stay"\nmsgstr "यहीं रहें"\n\nmsgid "Hint %(n)s"\nmsgstr "संकेत %(n)s"')
    )
    return package


def catalogue(package: Path) -> Path:
    """Return the Hindi catalogue."""
    return package / "locale" / "hi" / "LC_MESSAGES" / "django.po"


def run(*options: str) -> int:
    """Run the command."""
    return messages.main(build().parse_args(["messages", *options]))


def test_texts_are_gathered_and_compiled(project: Path) -> None:
    """What is written once stays as it is: a check right after finds nothing."""
    assert run() == 0
    assert catalogue(project).with_suffix(".mo").exists()
    first = catalogue(project).read_bytes()
    assert run("--check") == 0
    assert run() == 0
    assert catalogue(project).read_bytes() == first


def test_a_new_text_is_stale_then_missing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The check writes nothing, and names it; the command puts it into the catalogue, for a translator."""
    run()
    (project / "words.py").write_text('said = gettext("Stay"), gettext("Skip")\n')
    before = catalogue(project).read_bytes()
    assert run("--check") == 1
    assert catalogue(project).read_bytes() == before
    assert "django.po is not what ./slipway messages makes" in capsys.readouterr().err
    assert run() == 1
    assert 'msgid "Skip"\nmsgstr ""' in catalogue(project).read_text()
    assert "not translated: Skip" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('#, fuzzy\nmsgid "Stay"\nmsgstr "यहीं"\n\nmsgid "Hint %(n)s"\nmsgstr "संकेत %(n)s"', "only guessed: Stay"),
        ('msgid "Stay"\nmsgstr "यहीं"\n\nmsgid "Hint %(n)s"\nmsgstr "संकेत"', "not the same places for values: Hint"),
    ],
)
def test_what_is_guessed_or_has_other_places_is_not_finished(
    project: Path, capsys: pytest.CaptureFixture[str], entry: str, told: str
) -> None:
    """The first would be shown to nobody, the second would break a page or say less."""
    catalogue(project).write_text(PO.format(entry=entry))
    assert run() == 1
    assert told in capsys.readouterr().err


def test_a_text_that_is_gone_leaves_the_catalogue(project: Path) -> None:
    """So that nobody translates what nobody says."""
    run()
    (project / "words.py").write_text("")
    assert run("--check") == 1
    run()
    assert "Stay" not in catalogue(project).read_text()


def test_no_text_is_asked_for_where_it_cannot_be_gathered() -> None:
    """Inside of an f-string a call is no call for who reads the source: its text would be in no catalogue."""
    call = re.compile(r"""\{n?gettext\(["']""")
    assert [path.name for path in messages.PACKAGE.rglob("*.py") if call.search(path.read_text())] == []
