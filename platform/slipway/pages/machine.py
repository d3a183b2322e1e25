"""What the machine's pane says in each state. No queries: the state comes loaded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from slipway.grading.selectors import SetUp
from slipway.lessonfile.model import Text
from slipway.sandboxes.selectors import MachineState
from slipway.sandboxes.states import State

_QUEUED_FROM = 2  # who is next is served within moments, so that a place in a queue would only flash up


class Kind(StrEnum):
    """What fills the machine's box."""

    STRANGER = "stranger"
    STARTING = "starting"
    QUEUED = "queued"
    READY = "ready"
    SUSPENDED = "suspended"
    FAILED = "failed"
    SET_UP_FAILED = "set-up-failed"
    NONE = "none"


class StepState(StrEnum):
    """How far one step of a start is; the value is its class."""

    DONE = "pass"
    NOW = "now"
    TODO = "todo"


@dataclass(frozen=True)
class Step:
    """One line of the list that shows a start."""

    title: Text
    state: StepState


@dataclass(frozen=True)
class MachineView:
    """What the templates of the machine's pane, the header's status and the phone's button need."""

    kind: Kind
    label: str
    look: str = ""
    heading: str = ""
    note: str = ""
    sandbox_id: str = ""
    place: int = 0
    steps: tuple[Step, ...] = ()


STRANGER = MachineView(Kind.STRANGER, "No machine", heading="A machine of your own goes here")
NONE = MachineView(
    Kind.NONE,
    "No machine",
    heading="You have no machine at the moment",
    note="It was removed. A new one starts in a second; your progress is kept.",
)

_STARTING = ("Your machine is starting", "Usually under two seconds. Begin reading; the terminal opens by itself.")
_MOVES = {
    State.REQUESTED: _STARTING,
    State.PREPARING: _STARTING,
    State.RESUMING: ("Your machine is coming back", "Your files, images and containers are as you left them."),
    State.RESETTING: ("Your machine is being reset", "It is made new from its image. Your progress is kept."),
    State.SUSPENDING: ("Your machine is being suspended", "Everything on its disk is kept."),
    State.REMOVING: ("Your machine is being removed", "Your progress is kept."),
    State.READY: ("Your lesson is being set up", "The machine is ready; the lesson's own files are put in place."),
}
_LEAVING = {State.SUSPENDING: "Suspending", State.REMOVING: "Removing"}
_FAILED = "Your machine could not start"
_SET_UP_FAILED = "The lesson could not be set up"
_SUSPENDED = "Nothing is lost: your files, images and containers are kept. It comes back in about a second."
_QUEUED = "Other machines are started before yours. Begin reading; the terminal opens by itself."


def summary(machine: MachineState) -> MachineView:
    """Return a machine's state in a few words, for pages that do not show the machine itself."""
    shown = view(machine, SetUp(steps_done=0, failure="", is_done=True, is_due=False), ())
    if shown.kind == Kind.READY:
        return replace(shown, note="It is running, at the prompt where you left it.")
    return replace(shown, note=f"{shown.heading}. {shown.note}")


def view(machine: MachineState | None, set_up: SetUp, step_titles: Sequence[Text]) -> MachineView:
    """Return what to show for a machine and the lesson's set-up on it."""
    if machine is None or machine.state == State.GONE:
        return NONE
    name = str(machine.id)
    if machine.state == State.FAILED:
        return MachineView(Kind.FAILED, "Failed", "fail", _FAILED, machine.failure, name)
    if machine.state == State.SUSPENDED:
        return MachineView(Kind.SUSPENDED, "Suspended", "", "Your machine is suspended", _SUSPENDED, name)
    if machine.state == State.READY and (set_up.failure or set_up.is_done):
        return _settled(set_up, name)
    if machine.queue_place is not None and machine.queue_place >= _QUEUED_FROM:
        place = machine.queue_place
        return MachineView(Kind.QUEUED, "Queued", "wait", f"You are number {place}", _QUEUED, name, place)
    return _moving(machine, _steps(machine, set_up, step_titles))


def _settled(set_up: SetUp, name: str) -> MachineView:
    if set_up.failure:
        return MachineView(Kind.SET_UP_FAILED, "Set-up failed", "fail", _SET_UP_FAILED, set_up.failure, name)
    return MachineView(Kind.READY, "Ready", "pass", sandbox_id=name)


def _moving(machine: MachineState, steps: tuple[Step, ...]) -> MachineView:
    heading, note = _MOVES[machine.state]
    if machine.state in _LEAVING:
        return MachineView(Kind.STARTING, _LEAVING[machine.state], "live", heading, note, str(machine.id))
    return MachineView(Kind.STARTING, "Starting", "live", heading, note, str(machine.id), steps=steps)


def _steps(machine: MachineState, set_up: SetUp, step_titles: Sequence[Text]) -> tuple[Step, ...]:
    is_ready = machine.state == State.READY
    titles: list[Text] = [{"en": "Taking a machine"}, {"en": "Docker Engine answers"}, *step_titles]
    titles.append({"en": "Opening your shell"})
    done = 0 if machine.state == State.REQUESTED else 1
    if is_ready:
        done = 2 + set_up.steps_done
    return tuple(Step(title, _step_state(at, done)) for at, title in enumerate(titles))


def _step_state(at: int, done: int) -> StepState:
    if at < done:
        return StepState.DONE
    return StepState.NOW if at == done else StepState.TODO
