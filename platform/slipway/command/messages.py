"""`./slipway messages`: gather what the interface says into the catalogues of `locale/`, and compile them.

GNU gettext is not needed: Django makes Python of its templates for it, and Babel reads Python. Catalogues hold no dates
and no line numbers, so that equal texts give equal files.
"""

import argparse
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from slipway.command.instance import PROJECT
from slipway.command.output import note

PACKAGE = PROJECT / "platform" / "slipway"
LOCALE = PACKAGE / "locale"
_CALLS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)
_HEAD = "# What the interface says, in {language}. Gathered and compiled by ./slipway messages.\n#"


def main(arguments: argparse.Namespace) -> int:
    """Write the catalogues, and list what is to be translated. With `--check` write nothing: 1 when anything is due."""
    found = list(_gather())
    problems = []
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        catalogue = updated(path, found)
        files = {path: _as_po(catalogue), path.with_suffix(".mo"): _as_mo(catalogue)}
        stale = [file for file, content in files.items() if not file.exists() or file.read_bytes() != content]
        if arguments.check:
            problems += [
                f"{file.relative_to(PROJECT)} is not what ./slipway messages makes of the code." for file in stale
            ]
        else:
            for file in stale:
                file.write_bytes(files[file])
        problems += [f"{path.relative_to(PROJECT)}: {problem}" for problem in unfinished(catalogue)]
    for problem in problems:
        note(problem)
    if problems:
        note("\nWhat to do: translate in the .po file what is missing, then type ./slipway messages.")
    return 1 if problems else 0


def updated(path: Path, found: Iterable[tuple[str, str | tuple[str, ...], str | None]]) -> Catalog:
    """Return a catalogue with the messages that were found and the translations that it has of them, none guessed."""
    language = path.parents[1].name
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    template = Catalog()
    for name, message, context in found:
        template.add(message, locations=[(name, 0)], context=context)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.project, catalogue.version = "Slipway", ""
    catalogue.creation_date = catalogue.revision_date = _WHEN
    catalogue.header_comment = _HEAD.format(language=catalogue.locale.english_name if catalogue.locale else language)
    return catalogue


def unfinished(catalogue: Catalog) -> Iterator[str]:
    """Yield what a translator has still to do: texts that are missing, guessed, or have other places for values."""
    for message in catalogue:
        if not message.id:
            continue
        asked, said = _forms(message.id), _forms(message.string)
        if message.fuzzy:
            yield f"only guessed: {asked[0]}"
        elif not all(said) or len(said) < len(asked):
            yield f"not translated: {asked[0]}"
        elif any(set(_PLACE.findall(form)) != set(_PLACE.findall(asked[-1])) for form in said):
            yield f"not the same places for values: {asked[0]}"


def _forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, (tuple, list)) else (str(text or ""),)


def _gather() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    """Yield each message of the code with the file that it is in and its context."""
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts or not path.is_file():
            continue
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Of templates only the calls are Python; the rest is blanked out, and what is indented stays so.
            source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
        name = path.relative_to(PROJECT).as_posix()
        for _, message, _, context in extract("python", BytesIO(source.encode()), keywords=_CALLS):
            yield name, message, context


def _as_po(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalogue, width=120, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def _as_mo(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()
