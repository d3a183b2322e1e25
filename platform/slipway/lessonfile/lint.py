"""Find every mistake below a path: one lesson, one course or all courses. Reads files; no Django."""

from pathlib import Path

from slipway.lessonfile.load import read_course, read_one_lesson
from slipway.lessonfile.problems import Problem, Problems


def lint(path: Path) -> list[Problem]:
    """Return the mistakes of a lesson's folder, a course's folder or the folder of all courses, sorted."""
    problems = Problems()
    if not path.is_dir():
        problems.add(str(path), 1, "There is no such folder.", "Name a lesson, a course or the folder of courses.")
    elif (path / "course.yaml").is_file():
        read_course(path, problems)
    elif (path / "lesson.yaml").is_file() or (path / "lesson.md").is_file():
        read_one_lesson(path, problems)
    else:
        _lint_courses(path, problems)
    return sorted(problems.found)


def _lint_courses(path: Path, problems: Problems) -> None:
    courses = sorted(folder.parent for folder in path.glob("*/course.yaml"))
    if not courses:
        problems.add(
            str(path),
            1,
            "There is no lesson and no course here.",
            "Write COURSE/course.yaml and COURSE/NN-LESSON/lesson.yaml.",
        )
    for course in courses:
        found = Problems()
        read_course(course, found)
        for problem in found.found:
            problems.add(f"{course.name}/{problem.file}", problem.line, problem.message, problem.instead)
