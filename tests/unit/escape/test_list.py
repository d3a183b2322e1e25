"""The list itself: enough attempts, each with a name, a program and a control."""

import subprocess

import pytest

from slipway.escape import application, bench, families, forging, terminal
from slipway.escape.attempts import Attempt, Language, Place

IN_A_MACHINE = [(family, attempt) for family, attempts in families.MACHINE.items() for attempt in attempts]


def test_there_are_enough() -> None:
    """At least 50 attempts are distinct, and no family is empty."""
    programs = {attempt.program for _, attempt in IN_A_MACHINE}
    assert len(programs) >= 50
    assert len(programs) == len(IN_A_MACHINE), "two attempts do the same"
    assert all(families.MACHINE.values())
    assert families.size() == len(IN_A_MACHINE) + len(forging.FORGERIES) + len(application.ATTEMPTS) + len(
        terminal.ATTEMPTS
    )


@pytest.mark.parametrize(("family", "attempt"), IN_A_MACHINE, ids=lambda value: getattr(value, "name", value))
def test_a_program_can_be_read(family: str, attempt: Attempt) -> None:
    """Bash and Python understand it and its control, which does not run where it must be refused."""
    preludes = {Language.SHELL: "prologue.sh", Language.PYTHON: "prelude.py"}
    for program in filter(None, (attempt.program, attempt.control.program)):
        text = f"{bench.source(preludes[attempt.language])}\n{program}"
        if attempt.language is Language.PYTHON:
            compile(text, family, "exec")
        else:
            said = subprocess.run(["bash", "-n", "-c", text], check=False, capture_output=True, text=True)
            assert said.stderr == ""
    assert attempt.control.place is not Place.ATTACKER or attempt.control.program
    assert attempt.seconds > 0


def test_programs_of_a_family_fit_into_one_argument() -> None:
    """Linux takes 128 KiB for an argument."""
    overhead = len(bench.source("prologue.sh")) + len(bench.source("prelude.py")) + 4000
    for attempts in families.MACHINE.values():
        assert sum(len(attempt.program) + 100 for attempt in attempts) + overhead < 100 * 1024
