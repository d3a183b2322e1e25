"""`manage.py index_lessons`: bring the index in line with the folder of lessons."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from slipway.courses.indexing import index_lessons


class Command(BaseCommand):
    """Index all courses; end with 1 when a lesson has mistakes, after indexing the others."""

    help = "Index the courses in SLIPWAY_LESSONS."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  (Django's signature)
        """Index and say what was done."""
        report = index_lessons()
        self.stdout.write(
            f"Indexed {report.courses} courses, {report.lessons} lessons, {report.exercises} exercises;"
            f" {report.unlisted} no longer listed."
        )
        for problem in report.problems:
            self.stderr.write(str(problem))
        if report.problems:
            raise CommandError(f"{len(report.problems)} mistakes; those lessons stay as they were indexed before.")
