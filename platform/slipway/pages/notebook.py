"""A learner's notes as one Markdown file. Reads the lessons for the headings."""

from collections.abc import Iterator, Mapping

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext

from slipway.courses import selectors as courses
from slipway.courses.models import Course, Lesson
from slipway.lessonfile.model import in_language


def markdown(course: Course, notes: Mapping[int, Mapping[str, str]], language: str, site: str) -> str:
    """Return the notes by lesson and section, in the order of the course, each with a link to its place.

    Notes beside sections that a lesson has no more stand at its end.
    """
    title = gettext("{course}: notes").format(course=in_language(course.title, language))
    lines = [f"# {title}", ""]
    for lesson in course.lessons.all():
        if found := notes.get(lesson.id):
            lines += [f"## {lesson.number}. {in_language(lesson.title, language)}", ""]
            lines += _sections(course, lesson, found, language, site)
    return "\n".join(lines if notes else [*lines, gettext("There are no notes yet."), ""])


def _sections(course: Course, lesson: Lesson, notes: Mapping[str, str], language: str, site: str) -> Iterator[str]:
    template = courses.lesson_template(lesson, language)
    names = {name: f"<{name}>" for name in courses.lesson_content(lesson).parameter_names}
    titles = {line.id: strip_tags(line.title.fill(names)) for line in template.contents}
    address = site.rstrip("/") + reverse("lesson", args=[course.slug, lesson.slug])
    for section in [*titles, *(name for name in notes if name not in titles)]:
        if section in notes:
            yield from (f"### [{titles.get(section, section)}]({address}#{section})", "", notes[section], "")
