"""What a machine's list of snapshots says. No queries: they come loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from slipway.courses.models import Lesson
from slipway.pages import texts
from slipway.sandboxes.models import Snapshot
from slipway.sandboxes.selectors import next_to_go

Kind = Snapshot.Kind


@dataclass(frozen=True)
class SnapshotLine:
    """One snapshot. `removed` says what goes when the machine goes back to it, if something must."""

    id: int
    title: str
    about: SafeString | str
    taken_at: datetime
    used_bytes: int
    is_ready: bool
    removes: int | None = None
    removed: str = ""


@dataclass(frozen=True)
class SnapshotsView:
    """A machine's snapshots, newest first, and of those the start of each exercise of the present attempt."""

    lines: tuple[SnapshotLine, ...]
    starts: Mapping[str, SnapshotLine]


NO_SNAPSHOTS = SnapshotsView((), {})


def view(snapshots: Sequence[Snapshot], lesson: Lesson, language: str, *, since: datetime) -> SnapshotsView:
    """Return the list as the page of a lesson shows it; the attempt began at `since`."""
    lines = {snapshot: _line(snapshot, snapshots, lesson, language) for snapshot in snapshots}
    starts = {
        snapshot.exercise.slug: line
        for snapshot, line in lines.items()
        if snapshot.kind == Kind.START
        and line.is_ready
        and snapshot.exercise is not None
        and snapshot.exercise.lesson_id == lesson.id
        and snapshot.asked_at >= since
    }
    return SnapshotsView(tuple(lines.values()), starts)


def _line(snapshot: Snapshot, others: Sequence[Snapshot], lesson: Lesson, language: str) -> SnapshotLine:
    victim = next_to_go(others, target=snapshot)
    return SnapshotLine(
        id=snapshot.id,
        title=title(snapshot, lesson),
        about=_about(snapshot, language),
        taken_at=snapshot.asked_at,
        used_bytes=snapshot.used_bytes,
        is_ready=snapshot.state == Snapshot.State.READY,
        removes=victim.id if victim else None,
        removed=title(victim, lesson) if victim else "",
    )


def title(snapshot: Snapshot, lesson: Lesson) -> str:
    """Return what a snapshot is called, as seen from a lesson of its course."""
    if snapshot.kind == Kind.NAMED:
        return snapshot.name
    if snapshot.exercise is None:
        return gettext("Start of an exercise") if snapshot.kind == Kind.START else gettext("Left behind")
    place = gettext("exercise {number}").format(number=snapshot.exercise.number)
    if snapshot.exercise.lesson_id != lesson.id:
        place = gettext("lesson {number}, {exercise}").format(number=snapshot.exercise.lesson.number, exercise=place)
    words = gettext("Start of {place}") if snapshot.kind == Kind.START else gettext("Left behind in {place}")
    return words.format(place=place)


def _about(snapshot: Snapshot, language: str) -> SafeString | str:
    if snapshot.kind == Kind.NAMED:
        return gettext("kept by {person}").format(person=snapshot.asked_by) if snapshot.asked_by else ""
    return texts.html(snapshot.exercise.title, language) if snapshot.exercise else ""
