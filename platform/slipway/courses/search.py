"""Search the lessons' texts: SQLite by its FTS5, PostgreSQL by its own full text search. The rows are `Passage`.

Both find beginnings of words and words of the same stem, rank headings above text, and show hits in their context.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from slipway.courses.models import Lesson, Passage

LIMIT = 40
MAX_WORDS = 8
_MAX_WORD = 40
_MAX_RANKED = 500
# They stand around a hit while the rest is escaped; no text of a lesson can hold them.
_OPEN, _CLOSE = "\x02", "\x03"
# What migration 0003 made the index of PostgreSQL from: another expression would not use it.
_VECTOR = "(setweight(to_tsvector('english', p.title), 'A') || to_tsvector('english', p.body))"

_SQLITE = """
    SELECT p.id, highlight(courses_passage_words, 0, %s, %s), snippet(courses_passage_words, 1, %s, %s, '…', 24)
    FROM courses_passage_words JOIN courses_passage p ON p.id = courses_passage_words.rowid
    JOIN courses_lesson l ON l.id = p.lesson_id JOIN courses_course c ON c.id = l.course_id
    WHERE courses_passage_words MATCH %s AND p.language = %s AND l.is_listed AND c.is_listed
    ORDER BY bm25(courses_passage_words, 5.0, 1.0), p.id LIMIT %s"""
# Ranking reads a whole text, and so does showing a piece of it: the one is done to what is found, up to a bound beyond
# which a word says little, the other only to what is shown.
_POSTGRES = f"""
    WITH found AS (
        SELECT p.id, p.title, p.body, q
        FROM courses_passage p JOIN courses_lesson l ON l.id = p.lesson_id JOIN courses_course c ON c.id = l.course_id,
            to_tsquery('english', %s) q
        WHERE {_VECTOR} @@ q AND p.language = %s AND l.is_listed AND c.is_listed LIMIT {_MAX_RANKED}
    ), best AS (
        SELECT p.*, ts_rank({_VECTOR}, q) AS rank FROM found p ORDER BY rank DESC, id LIMIT %s
    )
    SELECT id, ts_headline('english', title, q, 'HighlightAll=true, ' || %s),
        ts_headline('english', body, q, 'MaxWords=24, MinWords=12, MaxFragments=1, ' || %s)
    FROM best ORDER BY rank DESC, id"""  # noqa: S608  (put together from constants)


@dataclass(frozen=True, slots=True)
class Hit:
    """A section in which all words were found, with the hits marked."""

    lesson: Lesson
    section: str
    title: SafeString
    context: SafeString


def refresh() -> None:
    """Bring the index in line with the passages; PostgreSQL does so by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO courses_passage_words (courses_passage_words) VALUES ('rebuild')")


def words_of(query: str) -> list[str]:
    """Return the words that are looked for; signs divide words and have no meaning of their own."""
    return [word[:_MAX_WORD] for word in re.findall(r"\w+", query.replace("_", " "))][:MAX_WORDS]


def find(*, query: str, language: str) -> list[Hit]:
    """Return the sections of listed lessons that have all these words or beginnings of words, the best first.

    A single letter is looked for as a word alone: nearly every text has words that begin with it.
    """
    words = words_of(query)
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*_asked(words, language))
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    rows = Passage.objects.select_related("lesson__course").in_bulk(found)
    # A lesson that was indexed anew in between has other passages now.
    return [_hit(rows[key], *texts) for key, texts in found.items() if key in rows]


def _asked(words: list[str], language: str) -> tuple[str, list[Any]]:
    if connection.vendor == "sqlite":
        marks = [_OPEN, _CLOSE]
        terms = " ".join(f'"{word}"*' if len(word) > 1 else f'"{word}"' for word in words)
        return _SQLITE, [*marks, *marks, terms, language, LIMIT]
    marks_option = f"StartSel={_OPEN}, StopSel={_CLOSE}"
    terms = " & ".join(f"{word}:*" if len(word) > 1 else word for word in words)
    return _POSTGRES, [terms, language, LIMIT, marks_option, marks_option]


def _hit(row: Passage, title: str, context: str) -> Hit:
    return Hit(row.lesson, row.section, _marked(title), _marked(context))


def _marked(text: str) -> SafeString:
    shown = escape(text).replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>")
    return mark_safe(shown)  # noqa: S308  (escaped above, but for our own marks)
