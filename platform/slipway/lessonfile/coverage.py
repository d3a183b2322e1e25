"""Which exercise does which topic of a course, as a page. Pure: no Django, no IO."""

from itertools import groupby

from slipway.lessonfile.model import DEFAULT_LANGUAGE, Course, Topic


def uncovered(course: Course) -> list[Topic]:
    """Return the topics that no exercise of the course does."""
    done = {name for lesson in course.lessons for exercise in lesson.exercises for name in exercise.covers}
    return [topic for topic in course.topics if topic.id not in done]


def coverage_page(course: Course) -> str:
    """Return docs/coverage.md: each topic with the exercises that do it, in the course's order."""
    lines = [
        f"# What {course.title[DEFAULT_LANGUAGE]} covers",
        "",
        f"Written by `./slipway lesson coverage` from lessons/{course.slug}/topics.yaml and the exercises that name",
        "its topics; a topic that no exercise does fails `./slipway check`. A number is LESSON.EXERCISE.",
    ]
    for section, topics in groupby(course.topics, lambda topic: topic.section):
        lines += ["", f"## {section}", "", "| Topic | Exercises |", "| --- | --- |"]
        lines += [f"| {topic.text.replace('|', '&#124;')} | {_places(course, topic)} |" for topic in topics]
    return "\n".join(lines) + "\n"


def _places(course: Course, topic: Topic) -> str:
    places = [
        f"{lesson.number}.{exercise.number} {exercise.title[DEFAULT_LANGUAGE]}"
        for lesson in course.lessons
        for exercise in lesson.exercises
        if topic.id in exercise.covers
    ]
    return "; ".join(places) or "**none**"
