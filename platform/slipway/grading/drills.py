"""Do an exercise's drill: what happens to the machine before it is looked at. The only IO is one call of the engine."""

from collections.abc import Mapping

from slipway.engine.port import Engine, RunTimeoutError
from slipway.grading.judging import Drilled
from slipway.lessonfile import scripts
from slipway.lessonfile.model import Exercise


def drill(engine: Engine, machine: str, exercise: Exercise, parameters: Mapping[str, str]) -> Drilled | None:
    """Do the drill and return how it ended; None when the exercise has none. Raise what the engine raises."""
    if exercise.drill is None:
        return None
    argv = scripts.drill_argv(exercise.drill, parameters)
    try:
        ended = engine.run(machine, argv, timeout_seconds=scripts.DRILL_TIMEOUT_SECONDS)
    except RunTimeoutError:
        return Drilled.too_long(scripts.DRILL_TIMEOUT_SECONDS)
    return Drilled.ended(ended.exit_status, ended.stdout)
