"""Turn what a check run found into verdicts and progress: once, whole, or not at all."""

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from slipway import bus
from slipway.grading import checkruns
from slipway.grading.judging import Judgement
from slipway.grading.models import CheckRun, Progress, Verdict

Status = Progress.Status


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one exercise, beside the progress it had before; whether all that it asks was answered."""

    progress: Progress
    judgement: Judgement
    is_answered: bool = True


def focus_of(rows: list[Progress]) -> int | None:
    """Return the id of the exercise that the learner is at: the first that is neither passed nor skipped."""
    open_rows = [row for row in rows if row.status not in {Status.PASSED, Status.SKIPPED}]
    return min(open_rows, key=lambda row: row.exercise.number).exercise_id if open_rows else None


def _on_fresh_rows(findings: list[Finding]) -> list[Finding]:
    """Return the findings on the rows as they are now: the learner may have skipped during the look."""
    ids = [finding.progress.id for finding in findings]
    rows = Progress.objects.select_for_update().select_related("exercise").in_bulk(ids)
    return [replace(finding, progress=rows[finding.progress.id]) for finding in findings]


def is_asked_for(progress: Progress, asked: checkruns.Asked) -> bool:
    """Tell whether somebody asked about this very exercise."""
    return asked.everything or asked.names(progress.exercise_id)


def is_told_when_failing(progress: Progress, asked: checkruns.Asked, focus: int | None) -> bool:
    """Tell whether a failing verdict for this exercise is wanted."""
    if is_asked_for(progress, asked):
        return True
    # A failing verdict for what the learner has not come to yet would be a reproach for nothing.
    return asked.where_the_learner_is and progress.exercise_id == focus


def finish(*, run: CheckRun, findings: list[Finding], asked: checkruns.Asked, focus: int | None) -> None:
    """End a run with its verdicts. A run that somebody else ended meanwhile stays as it is."""
    with transaction.atomic():
        ended = CheckRun.objects.filter(id=run.id, state=CheckRun.State.RUNNING)
        if not ended.update(state=CheckRun.State.DONE, ended_at=timezone.now()):
            return
        run.state = CheckRun.State.DONE
        findings = _on_fresh_rows(findings)
        if run.trigger == CheckRun.Trigger.GRADER:
            recorded = findings
        else:
            recorded = [finding for finding in findings if _is_told(finding, asked, focus)]
        newly_passed = _progress(run, recorded)
        Verdict.objects.bulk_create([_verdict(run, finding) for finding in recorded])
    _announce(run, recorded, newly_passed)
    checkruns.announce(run=run)


def _is_told(finding: Finding, asked: checkruns.Asked, focus: int | None) -> bool:
    if finding.judgement.passed and finding.progress.status != Status.PASSED:
        return True
    # Nor is it said of an answer that nobody has given.
    if not finding.is_answered and not is_asked_for(finding.progress, asked):
        return False
    return is_told_when_failing(finding.progress, asked, focus)


def _verdict(run: CheckRun, finding: Finding) -> Verdict:
    judgement = finding.judgement
    return Verdict(
        run=run,
        attempt=run.attempt,
        exercise=finding.progress.exercise,
        passed=judgement.passed,
        results=_results(judgement),
        mistake=judgement.mistake_id,
        message=dict(judgement.message),
        hint=judgement.hint,
    )


def _results(judgement: Judgement) -> list[dict[str, object]]:
    return [result.as_json() for result in judgement.results]


def _progress(run: CheckRun, recorded: list[Finding]) -> list[str]:
    """Write the learner's progress and return the slugs of what passed only now; a grader's run leaves it untouched."""
    if run.trigger == CheckRun.Trigger.GRADER:
        return []
    newly_passed = []
    for finding in recorded:
        progress = finding.progress
        progress.checks_total = len(finding.judgement.results)
        progress.checks_passed = sum(result.passed for result in finding.judgement.results)
        if finding.judgement.passed and progress.status != Status.PASSED:
            progress.status, progress.passed_at = Status.PASSED, timezone.now()
            newly_passed.append(progress.exercise.slug)
        elif not finding.judgement.passed:
            _count_try(progress, finding.judgement)
        progress.save(update_fields=["status", "passed_at", "tries", "checks_passed", "checks_total"])
    return newly_passed


def _count_try(progress: Progress, judgement: Judgement) -> None:
    learners = Verdict.objects.exclude(run__trigger=CheckRun.Trigger.GRADER)
    last = learners.filter(attempt=progress.attempt_id, exercise=progress.exercise_id).first()
    if last is None or last.passed or (last.results, last.mistake) != (_results(judgement), judgement.mistake_id):
        progress.tries += 1
    if progress.status != Status.PASSED:
        progress.status = Status.FAILED


def _announce(run: CheckRun, recorded: list[Finding], newly_passed: list[str]) -> None:
    slugs = [finding.progress.exercise.slug for finding in recorded]
    event = {"attempt": str(run.attempt_id), "run": str(run.id), "exercises": slugs, "passed": newly_passed}
    for user_id in checkruns.audience(run) if slugs else []:
        bus.publish(user_id, "verdict", **event)
