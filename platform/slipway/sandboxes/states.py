"""The life of a sandbox as an explicit state machine. Pure: no IO."""

from enum import StrEnum


class State(StrEnum):
    """Where a sandbox is in its life."""

    REQUESTED = "requested"
    PREPARING = "preparing"
    READY = "ready"
    SUSPENDING = "suspending"
    SUSPENDED = "suspended"
    ARCHIVING = "archiving"
    ARCHIVED = "archived"
    RESUMING = "resuming"
    RESETTING = "resetting"
    REMOVING = "removing"
    GONE = "gone"
    FAILED = "failed"


# Every move that is allowed, by its source. Any other is refused before it reaches the database.
MOVES: dict[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.PREPARING, State.READY, State.FAILED, State.GONE}),
    State.PREPARING: frozenset({State.READY, State.REQUESTED, State.FAILED, State.REMOVING}),
    State.READY: frozenset({State.SUSPENDING, State.RESUMING, State.RESETTING, State.REMOVING, State.GONE}),
    State.SUSPENDING: frozenset({State.SUSPENDED, State.RESUMING, State.RESETTING, State.REMOVING}),
    State.SUSPENDED: frozenset({State.RESUMING, State.ARCHIVING, State.RESETTING, State.REMOVING}),
    State.ARCHIVING: frozenset({State.ARCHIVED, State.SUSPENDED, State.RESUMING, State.RESETTING, State.REMOVING}),
    State.ARCHIVED: frozenset({State.RESUMING, State.RESETTING, State.REMOVING}),
    State.RESUMING: frozenset(
        {State.READY, State.SUSPENDING, State.SUSPENDED, State.RESETTING, State.REMOVING, State.FAILED}
    ),
    State.RESETTING: frozenset({State.READY, State.REMOVING, State.FAILED}),
    State.REMOVING: frozenset({State.GONE}),
    State.FAILED: frozenset({State.REQUESTED, State.RESUMING, State.RESETTING, State.REMOVING, State.GONE}),
    State.GONE: frozenset(),
}

# Somebody's work: a task brings these on, and reconcile asks for the task again when it got lost.
MOVING = frozenset(
    {
        State.REQUESTED,
        State.PREPARING,
        State.SUSPENDING,
        State.RESUMING,
        State.ARCHIVING,
        State.RESETTING,
        State.REMOVING,
    }
)
# No machine runs, and everything is on the disk.
ASLEEP = frozenset({State.SUSPENDED, State.ARCHIVING, State.ARCHIVED})

# In these one waits in the line until one is let in; admission.py says when.
WAITING = frozenset({State.REQUESTED, State.RESUMING, State.RESETTING})
# In these a machine takes memory, or will in a moment.
AWAKE = frozenset({State.PREPARING, State.READY, State.SUSPENDING, State.RESUMING, State.RESETTING})


class MoveError(ValueError):
    """A move that the state machine does not know was about to be made: a fault in the program."""


def sources_of(target: State) -> frozenset[State]:
    """Return the states from which one may move to the target."""
    return frozenset(source for source, targets in MOVES.items() if target in targets)


def require(sources: frozenset[State], target: State) -> None:
    """Raise `MoveError` unless every source may move to the target."""
    if wrong := sources - sources_of(target):
        raise MoveError(f"No move from {', '.join(sorted(wrong))} to {target}.")
