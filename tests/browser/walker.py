"""Goes through a lesson in the browser as its learner would: presses Run, types what the tasks ask for, sees the ticks.

The way is the lesson's own: blocks in the order of the text, each exercise at the end of its section.
"""

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import expect

from slipway.lessonfile.model import Exercise, Lesson
from slipway.lessonfile.parameters import fill
from slipway.lessonfile.typed import commands
from slipway.lessonfile.walkthrough import Block, Ending, steps
from tests.browser.workspace import PROMPT, Workspace

# Of a command: a virtual machine takes most of a minute to boot. Of a check: a drill may take one.
COMMAND_SECONDS, CHECK_SECONDS = 200, 120
QUIET_MILLISECONDS = 1000
# Shorter than the second in which a boot loader counts down.
READS_MILLISECONDS = 400
KEY = re.compile(r"\^([A-Z\[\]\\])")
# A browser keeps this one for itself; the texts speak of the arrow.
OF_THE_BROWSER = {"N": "ArrowDown"}
LOOK_BACK_PIXELS = 3000
# So long nothing is printed before a reader looks further up: an earlier prompt answers nothing that was just typed.
STILL_TENTHS = 200
WAIT = "^wait "


@dataclass
class Walker:
    """One learner in one lesson, and the database of the installation, which knows the attempt's values."""

    workspace: Workspace
    lesson: Lesson
    database: Path

    def walk(self) -> None:
        """Go from the top of the lesson to its end."""
        self.workspace.open(self.lesson.slug)
        self.workspace.wait_for_prompt()
        parameters = self._parameters()
        pressed = 0
        for step in steps(self.lesson):
            match step:
                case Block(_, text):
                    self._press_run(pressed, fill(text, parameters))
                    pressed += 1
                case Ending(exercise):
                    self._do(exercise, parameters)

    def _parameters(self) -> dict[str, str]:
        """Return what was drawn for the attempt that was just opened."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            row = database.execute(
                "SELECT parameters FROM grading_attempt JOIN courses_lesson ON courses_lesson.id = lesson_id"
                " WHERE slug = ? ORDER BY opened_at DESC LIMIT 1",
                (self.lesson.slug,),
            ).fetchone()
        found: dict[str, str] = json.loads(row[0])
        return found

    def _press_run(self, place: int, text: str) -> None:
        figure = self.workspace.page.locator("figure.code[data-actions~=run]").nth(place)
        assert figure.locator("code").inner_text().strip() == text.strip()
        figure.get_by_role("button", name="Run").click()
        self.workspace.page.wait_for_timeout(QUIET_MILLISECONDS)
        self._wait_for_prompt(text)

    def _do(self, exercise: Exercise, parameters: dict[str, str]) -> None:
        solution = exercise.solution
        self._type([fill(command.text, parameters) for command in commands(solution.script)])
        answers = {name: fill(answer, parameters) for name, answer in solution.answers.items()}
        answers |= {name: self._ask(fill(line, parameters)) for name, line in solution.answers_from.items()}
        card = self.workspace.card(exercise.id)
        if answers:
            for name, answer in answers.items():
                card.locator(f"[name=answer-{name}]").fill(answer)
            card.get_by_role("button", name="Submit").click()
        if exercise.drill:
            card.get_by_role("button", name="Check now").click()
        expect(card, self._told(exercise)).to_have_class(re.compile(r"\bpass\b"), timeout=CHECK_SECONDS * 1000)

    def _told(self, exercise: Exercise) -> str:
        return f"{self.lesson.slug} {exercise.id}; the terminal shows:\n{self.workspace.screen()}"

    def _type(self, lines: Sequence[str]) -> None:
        typed = False
        for line in lines:
            if not line:
                self._wait_for_prompt("an empty line")
            elif line.startswith(WAIT):
                self._wait_for_text(line.removeprefix(WAIT))
            else:
                if typed:
                    self._wait_for_prompt_or_quiet()
                self._press(line)
                typed = True
        if typed:
            self.workspace.page.wait_for_timeout(QUIET_MILLISECONDS)
            self._wait_for_prompt(lines[-1])

    def _press(self, line: str) -> None:
        self.workspace.terminal.locator("textarea").focus()
        keyboard = self.workspace.page.keyboard
        if key := KEY.fullmatch(line.strip()):
            keyboard.press(OF_THE_BROWSER.get(key[1]) or f"Control+{key[1].lower()}")
        else:
            keyboard.type(f"{line}\n")

    def _ask(self, line: str) -> str:
        """Let the machine print an answer, and read it from the screen."""
        self._press("clear")
        self.workspace.page.wait_for_timeout(QUIET_MILLISECONDS)
        self._press(f"echo; echo answer: $({line})")
        self.workspace.page.wait_for_timeout(QUIET_MILLISECONDS)
        self._wait_for_prompt(line)
        # A long answer goes on in the next row.
        *_, answer = self.workspace.screen().rpartition("\nanswer: ")
        return "".join(answer.splitlines()[:-1])

    def _wait_for_prompt(self, after: str) -> None:
        for _ in range(COMMAND_SECONDS * 10):
            if PROMPT.search(self.workspace.screen()):
                return
            self.workspace.page.wait_for_timeout(100)
        raise AssertionError(f"no prompt after {after!r}; the terminal shows:\n{self.workspace.screen()}")

    def _wait_for_prompt_or_quiet(self) -> None:
        """Wait until the prompt is there, or nothing is printed for a while: then a program reads."""
        self.workspace.page.wait_for_timeout(300)
        before = ""
        while not PROMPT.search(shown := self.workspace.screen()) and shown != before:
            before = shown
            self.workspace.page.wait_for_timeout(READS_MILLISECONDS)

    def _wait_for_text(self, text: str) -> None:
        before, still = "", 0
        for _ in range(COMMAND_SECONDS * 10):
            shown = self.workspace.screen()
            still = still + 1 if shown == before else 0
            # What came in one gush may have it further up.
            if text in shown or (still == STILL_TENTHS and text in self._looked_back()):
                return
            before = shown
            self.workspace.page.wait_for_timeout(100)
        raise AssertionError(f"{text!r} was not printed; the terminal shows:\n{self.workspace.screen()}")

    def _looked_back(self) -> str:
        """Scroll up as a reader does, return the text there, and scroll down again."""
        self.workspace.terminal.hover()
        self.workspace.page.mouse.wheel(0, -LOOK_BACK_PIXELS)
        self.workspace.page.wait_for_timeout(QUIET_MILLISECONDS // 4)
        shown = self.workspace.screen()
        self.workspace.page.mouse.wheel(0, 2 * LOOK_BACK_PIXELS)
        return shown
