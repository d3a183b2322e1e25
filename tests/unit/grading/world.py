"""What tests of grading stand on: a lesson, its learner, a machine, and what the next look into it finds."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from slipway.accounts.models import User
from slipway.courses import selectors as courses
from slipway.courses.models import Exercise, Lesson
from slipway.engine.port import Engine
from slipway.grading import actions, impostors, judging, observing
from slipway.grading.models import Attempt
from slipway.lessonfile import model
from slipway.sandboxes.models import Sandbox
from tests.unit.sandboxes.world import World, make_learner, make_lesson, make_ready

# The exercise that asks for an answer, and its field.
ASKS, ANSWER = "ex-2", model.AnswerField("answer", {"en": "Answer"})


@dataclass
class Classroom:
    """One lesson, one learner, one machine; `passing` and `observed` say what the next look finds, by exercise."""

    world: World
    lesson: Lesson
    learner: User
    passing: set[str] = field(default_factory=set)
    observed: dict[str, str] = field(default_factory=dict)
    looks: list[str] = field(default_factory=list)
    impostor: str = ""
    setup: tuple[model.SetupStep, ...] = ()
    read: dict[int, model.Lesson] = field(default_factory=dict)

    def content(self, row: Lesson) -> model.Lesson:
        """Stand in for reading the lesson's files, which are kept."""
        if row.id not in self.read:
            self.read[row.id] = self._content(row)
        return self.read[row.id]

    def _content(self, row: Lesson) -> model.Lesson:
        exercises = [
            model.Exercise(
                id=exercise.slug,
                number=exercise.number,
                title={"en": exercise.slug},
                points=exercise.points,
                checks=(),
                hints=({"en": "First hint"}, {"en": "Second hint"}),
                answers=(ANSWER,) if exercise.slug == ASKS else (),
            )
            for exercise in Exercise.objects.filter(lesson=row)
        ]
        spec = model.ParameterSpec("token", model.Hex(8))
        return model.Lesson(
            folder=Path(),
            slug=row.slug,
            number=row.number,
            title={},
            summary={},
            minutes=1,
            image=row.image,
            languages=("en",),
            parameters=(spec,),
            remember=(),
            setup=self.setup,
            exercises=tuple(exercises),
            sources={},
            pictures={},
        )

    def observe(self, engine: Engine, machine: str, requests: object) -> judging.Observations:
        """Stand in for looking into a machine: it must run there."""
        engine.run(machine, ["true"])
        self.looks.append(machine)
        return judging.Observations()

    def refuse_impostors(self, engine: Engine, machine: str) -> None:
        """Stand in for looking for impostors."""
        engine.run(machine, ["true"])
        if self.impostor:
            raise impostors.ImpostorError(self.impostor)

    def judge(self, exercise: model.Exercise, *_found: object) -> judging.Judgement:
        """Stand in for judging: passes what the test says."""
        passed = exercise.id in self.passing
        seen = self.observed.get(exercise.id, "nothing")
        result = judging.CheckResult("1", {"en": "is there"}, passed, "something", seen, {})
        return judging.Judgement(passed, (result,), "", {} if passed else {"en": "Not yet"}, None)

    def open(self) -> Attempt:
        """Open the lesson as its learner and let the workers do their part."""
        attempt = actions.open_lesson(learner=self.learner, lesson=self.lesson)
        self.world.queue.work_off()
        attempt.refresh_from_db()
        return attempt

    def exercise(self, number: int) -> Exercise:
        """Return an exercise of the lesson."""
        return Exercise.objects.get(lesson=self.lesson, number=number)

    def sandbox(self) -> Sandbox:
        """Return the learner's machine."""
        return Sandbox.objects.select_related("engine").get(owner=self.learner, image=self.lesson.image)


def make_classroom(world: World, monkeypatch: pytest.MonkeyPatch) -> Classroom:
    """Return a classroom whose machine runs."""
    classroom = Classroom(world, make_lesson(), make_learner())
    make_ready(classroom.learner)
    monkeypatch.setattr(courses, "lesson_content", classroom.content)
    monkeypatch.setattr(observing, "observe", classroom.observe)
    monkeypatch.setattr(impostors, "refuse", classroom.refuse_impostors)
    monkeypatch.setattr(judging, "judge", classroom.judge)
    return classroom
