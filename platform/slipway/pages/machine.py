"""What the machine's pane says in each state. No queries: the state comes loaded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from slipway.grading.selectors import SetUp
from slipway.lessonfile.model import Text
from slipway.pages import words
from slipway.sandboxes.admission import Outlook
from slipway.sandboxes.selectors import SERVED_AT_ONCE, MachineState, TimeLeft
from slipway.sandboxes.states import ASLEEP, State
from slipway.sentences import told

_MINUTE = 60_000
_SOON = 5 * _MINUTE


class Kind(StrEnum):
    """What fills the machine's box."""

    STRANGER = "stranger"
    STARTING = "starting"
    QUEUED = "queued"
    READY = "ready"
    SUSPENDED = "suspended"
    FAILED = "failed"
    NONE = "none"
    AWAY = "away"


class StepState(StrEnum):
    """How far one step of a start is; the value is its class."""

    DONE = "pass"
    NOW = "now"
    TODO = "todo"


@dataclass(frozen=True)
class Step:
    """One line of the list that shows a start."""

    title: str
    state: StepState


@dataclass(frozen=True)
class SetUpView:
    """The lesson's setup above an open terminal: the step under way, or why it failed.

    Without a `step` the machine is only looked at.
    """

    step: Text
    number: int
    total: int
    failure: str = ""


@dataclass(frozen=True)
class Clock:
    """How long a ready machine stays awake. The page counts on from here by its own clock.

    `ends` and `now` are in milliseconds since 1970, by the server's clock.
    """

    time: TimeLeft

    @property
    def ends(self) -> int:
        """Return when it ends."""
        return round(self.time.ends_at.timestamp() * 1000)

    @property
    def now(self) -> int:
        """Return when it was looked at."""
        return round(self.time.now.timestamp() * 1000)

    @property
    def minutes(self) -> int:
        """Return the minutes left, those begun counted whole."""
        return max(0, -((self.now - self.ends) // _MINUTE))

    @property
    def is_soon(self) -> bool:
        """Tell whether the end is to be warned of."""
        return self.ends - self.now <= _SOON


@dataclass(frozen=True)
class MachineView:
    """What the templates of the machine's pane, the header's status and the phone's button need.

    `news` is what a screen reader hears when it changes: moves that a person waits for.
    """

    kind: Kind
    label: str
    look: str = ""
    heading: str = ""
    note: str = ""
    sandbox_id: str = ""
    place: int = 0
    steps: tuple[Step, ...] = ()
    news: str = ""
    set_up: SetUpView | None = None
    clock: "Clock | None" = None
    is_waiting: bool = False
    moves_at: datetime | None = None


_STARTING = (
    gettext_noop("Your machine is starting"),
    gettext_noop("Usually under two seconds. Begin reading; the terminal opens by itself."),
)
_MOVES = {
    State.REQUESTED: _STARTING,
    State.PREPARING: _STARTING,
    State.RESUMING: (
        gettext_noop("Your machine is coming back"),
        gettext_noop("Your files, images and containers are as you left them."),
    ),
    State.RESETTING: (
        gettext_noop("Your machine is being reset"),
        gettext_noop("It is made new from its image. Your progress is kept."),
    ),
    State.SUSPENDING: (
        gettext_noop("Your machine is being suspended"),
        gettext_noop("Everything on its disk is kept."),
    ),
    State.REMOVING: (gettext_noop("Your machine is being removed"), gettext_noop("Your progress is kept.")),
}
_GOING_BACK = (
    gettext_noop("Your machine is going back"),
    gettext_noop(
        "It comes back as it was then. What you leave is kept as a snapshot, and what you have passed stays passed."
    ),
)
_STEPS = (gettext_noop("Taking a machine"), gettext_noop("Docker Engine answers"), gettext_noop("Opening your shell"))
_UNPACKING_STEPS = (_STEPS[0], gettext_noop("Unpacking your disk"), *_STEPS[1:])
_LEAVING = {State.SUSPENDING: gettext_noop("Suspending"), State.REMOVING: gettext_noop("Removing")}
_UNPACKING = (
    gettext_noop("Your machine is being unpacked"),
    gettext_noop("It was packed away to save room. This takes some seconds."),
)


def stranger() -> MachineView:
    """Return what stands in a machine's place for who is not signed in."""
    return MachineView(Kind.STRANGER, gettext("No machine"), heading=gettext("A machine of your own goes here"))


def none() -> MachineView:
    """Return what stands in the place of a machine that is not there."""
    return MachineView(
        Kind.NONE,
        gettext("No machine"),
        heading=gettext("You have no machine at the moment"),
        note=gettext("It was removed, or you left before it could start. Your progress is kept."),
    )


def summary(machine: MachineState) -> MachineView:
    """Return a machine's state in a few words, for pages that do not show the machine itself."""
    shown = view(machine, SetUp(steps_done=0, failure="", is_done=True, is_under_way=False), ())
    if shown.kind == Kind.READY:
        return replace(shown, note=gettext("It is running, at the prompt where you left it."))
    return replace(shown, note=f"{shown.heading}. {shown.note}")


def view(machine: MachineState | None, set_up: SetUp, step_titles: Sequence[Text]) -> MachineView:
    """Return what to show for a machine and the lesson's setup on it."""
    if machine is None or machine.state == State.GONE:
        return none()
    name = str(machine.id)
    if machine.is_unreachable or machine.state == State.FAILED:
        return _away(machine, name) if machine.is_unreachable else _failed(machine, name)
    if machine.state in ASLEEP:
        heading = gettext("Your machine is suspended")
        return MachineView(Kind.SUSPENDED, gettext("Suspended"), "", heading, _kept(machine), name, news=f"{heading}.")
    if machine.state == State.READY:
        clock = Clock(machine.time) if machine.time is not None else None
        return replace(_ready(set_up, step_titles, name), clock=clock, moves_at=machine.moves_at)
    if machine.moves_at and machine.is_waiting and machine.state != State.REQUESTED:
        moving = _changing_hosts(machine, name)
    else:
        moving = replace(_moving(machine, name), is_waiting=machine.is_waiting)
    return moving if machine.outlook is None else in_line(moving, machine.outlook)


def in_line(shown: MachineView, outlook: Outlook) -> MachineView:
    """Return the view of one that waits for its turn; what was shown before stays where the wait will be short."""
    if shown.moves_at is not None:
        return shown  # it waits for its disk, and not for its turn
    if not outlook.place:
        return _held_back(shown.sandbox_id)
    # Who is served within moments would see a place in a queue only flash up.
    if outlook.place == 1 and outlook.seconds is not None and outlook.seconds < SERVED_AT_ONCE.total_seconds():
        return replace(shown, is_waiting=True)
    when = _when(outlook.seconds)
    stay = gettext(
        "Begin reading; the terminal opens by itself."
        " Leave this page for more than a minute, and your place is given up."
    )
    return MachineView(
        Kind.QUEUED,
        gettext("Queued"),
        "wait",
        gettext("You are number {place}").format(place=outlook.place),
        f"{when} {stay}",
        shown.sandbox_id,
        outlook.place,
        news=gettext("Your place in the queue is {place}. {when}").format(place=outlook.place, when=when),
        is_waiting=True,
    )


def _when(seconds: float | None) -> str:
    if seconds is None:
        return gettext("Nobody can say yet how long that takes: others work, and no machine fell asleep lately.")
    return gettext("Your machine starts in {time}.").format(time=words.about(seconds))


def _held_back(name: str) -> MachineView:
    return MachineView(
        Kind.QUEUED,
        gettext("Queued"),
        "wait",
        gettext("Your machine has to wait"),
        gettext(
            "As many machines run for you, or for this course, as may at once."
            " Yours starts when one of them falls asleep."
        ),
        name,
        news=gettext("Your machine has to wait until another one falls asleep."),
        is_waiting=True,
    )


def _failed(machine: MachineState, name: str) -> MachineView:
    heading = gettext("Your machine could not start")
    failure = told(machine.failure)
    return MachineView(Kind.FAILED, gettext("Failed"), "fail", heading, failure, name, news=f"{heading}.")


def _away(machine: MachineState, name: str) -> MachineView:
    heading = gettext("Your machine's host does not answer")
    note = gettext("Your machine is kept with everything in it, and comes back by itself when its host does.")
    news = f"{heading}. {note}"
    label = gettext("Out of reach")
    return MachineView(Kind.AWAY, label, "fail", heading, note, name, news=news, is_waiting=machine.is_waiting)


def _changing_hosts(machine: MachineState, name: str) -> MachineView:
    heading = gettext("Your machine is being moved to another host")
    note = gettext("Everything on its disk comes along. Usually a minute; the terminal opens by itself.")
    moving = MachineView(Kind.STARTING, gettext("Moving"), "live", heading, note, name, news=f"{heading}.")
    return replace(moving, is_waiting=True, moves_at=machine.moves_at)


def _ready(set_up: SetUp, step_titles: Sequence[Text], name: str) -> MachineView:
    """Open the terminal at once, beside setup: the page keeps what is typed until that has ended."""
    ready = MachineView(Kind.READY, gettext("Ready"), "pass", sandbox_id=name, news=gettext("Your machine is ready."))
    if not (set_up.failure or set_up.is_under_way):
        return ready
    at = min(set_up.steps_done, len(step_titles) - 1)
    step: Text = step_titles[at] if step_titles else {}
    shown = SetUpView(step, at + 1, max(1, len(step_titles)), told(set_up.failure))
    if set_up.failure:
        news = gettext("The lesson could not be set up. {reason}").format(reason=shown.failure)
        return replace(ready, label=gettext("Setup failed"), look="fail", news=news, set_up=shown)
    news = gettext("The lesson is being set up.")
    return replace(ready, label=gettext("Setting up"), look="live", news=news, set_up=shown)


def _kept(machine: MachineState) -> str:
    if machine.is_packed:
        back = gettext("It comes back in some seconds.")
        kept = gettext("Your files, images and containers are packed away and kept.")
        dated = gettext("Your files, images and containers are packed away and kept until the end of {day}.")
    else:
        back = gettext("It comes back in about a second.")
        kept = gettext("Nothing is lost: your files, images and containers are kept.")
        dated = gettext("Nothing is lost: your files, images and containers are kept until the end of {day}.")
    if machine.kept_until is None:
        return f"{kept} {back}"
    if machine.has_address:
        after = gettext("Before they are removed you get a mail.")
    else:
        after = gettext(
            "After that they are removed. Slipway has no address to tell you: note the day, or come back before."
        )
    return f"{dated.format(day=words.day(timezone.localtime(machine.kept_until)))} {back} {after}"


def _moving(machine: MachineState, name: str) -> MachineView:
    is_unpacked = machine.state == State.RESUMING and machine.is_packed and not machine.is_waiting
    heading, note = _MOVES[machine.state]
    label, news = gettext_noop("Starting"), ""
    if is_unpacked:
        heading, note = _UNPACKING
    elif machine.is_going_back:
        heading, note = _GOING_BACK
        label, news = gettext_noop("Going back"), f"{gettext(heading)}."
    if machine.state in _LEAVING:
        label = gettext(_LEAVING[machine.state])
        return MachineView(Kind.STARTING, label, "live", gettext(heading), gettext(note), name)
    done = 0 if machine.state == State.REQUESTED else 1
    titles = _UNPACKING_STEPS if is_unpacked else _STEPS
    steps = tuple(Step(gettext(title), _step_state(at, done)) for at, title in enumerate(titles))
    return MachineView(
        Kind.STARTING, gettext(label), "live", gettext(heading), gettext(note), name, steps=steps, news=news
    )


def _step_state(at: int, done: int) -> StepState:
    if at < done:
        return StepState.DONE
    return StepState.NOW if at == done else StepState.TODO
