"""What happened before the newest verdict of an exercise, told from the evidence: commands, then what was found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop

from slipway.grading.evidence import Happened
from slipway.grading.models import CheckRun, Command
from slipway.lessonfile.model import AnswerField, Exercise
from slipway.pages.cards import asked_by, compared
from slipway.pages.wording import Wording

_STATUSES = {
    0: gettext_noop("ended well"),
    1: gettext_noop("ended with 1: it did not succeed"),
    2: gettext_noop("ended with 2: often a wrong option or argument"),
    125: gettext_noop("ended with 125: Docker itself refused it"),
    126: gettext_noop("ended with 126: what was named could not be run"),
    127: gettext_noop("ended with 127: there is no such program"),
    130: gettext_noop("ended with 130: it was stopped with Ctrl+C"),
    137: gettext_noop("ended with 137: it was killed, by somebody or for want of memory"),
    143: gettext_noop("ended with 143: it was asked to end"),
}
_TRIGGERS = {
    CheckRun.Trigger.COMMAND: gettext_noop("A command had ended, so"),
    CheckRun.Trigger.BUTTON: gettext_noop("You asked, so"),
    CheckRun.Trigger.ANSWER: gettext_noop("You answered, so"),
    CheckRun.Trigger.API: gettext_noop("A program asked, so"),
}
_ELSE = gettext_noop("Then")


@dataclass(frozen=True)
class Typed:
    """A command and how it ended."""

    text: str
    ending: str
    at: datetime


@dataclass(frozen=True)
class Found:
    """A check that did not hold, with both sides."""

    title: SafeString
    expected: SafeString
    observed: SafeString


@dataclass(frozen=True)
class Story:
    """What happened, in the order in which it did."""

    commands: tuple[Typed, ...]
    because: str
    checked_at: datetime
    turned_good: tuple[SafeString, ...]
    turned_bad: tuple[SafeString, ...]
    missing: tuple[Found, ...]
    held: int
    message: SafeString


def story(happened: Happened, wording: Wording, content: Exercise) -> Story:
    """Return the story of the newest verdict."""
    verdict, earlier = happened.verdict, happened.earlier
    now = {str(result["id"]): result for result in verdict.results}
    then = {str(result["id"]): result for result in earlier.results} if earlier else {}
    asked = asked_by(content)
    both = now.keys() & then.keys()
    return Story(
        commands=tuple(map(_typed, happened.commands)),
        because=gettext(_TRIGGERS.get(CheckRun.Trigger(verdict.run.trigger), _ELSE)),
        checked_at=verdict.created_at,
        turned_good=_titles((now[name] for name in now if name in both and _turned(then, now, name)), wording),
        turned_bad=_titles((now[name] for name in now if name in both and _turned(now, then, name)), wording),
        missing=tuple(_found(result, wording, asked) for result in verdict.results if not result["passed"]),
        held=sum(bool(result["passed"]) for result in verdict.results),
        message=wording.html(verdict.message),
    )


def ending(exit_status: int) -> str:
    """Say what an exit status means."""
    if exit_status in _STATUSES:
        return gettext(_STATUSES[exit_status])
    return gettext("ended with {status}").format(status=exit_status)


def _typed(command: Command) -> Typed:
    return Typed(command.text, ending(command.exit_status), command.ended_at)


def _turned(before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> bool:
    return bool(after[name]["passed"]) and not before[name]["passed"]


def _titles(results: Iterable[Mapping[str, Any]], wording: Wording) -> tuple[SafeString, ...]:
    return tuple(wording.html(result["title"]) for result in results)


def _found(result: Mapping[str, Any], wording: Wording, asked: Mapping[str, AnswerField]) -> Found:
    return Found(wording.html(result["title"]), *compared(result, wording, asked))
