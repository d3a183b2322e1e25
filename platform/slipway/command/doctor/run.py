"""`./slipway doctor`: prints each finding with its cure; 1 when Slipway cannot work here."""

import argparse
import importlib
import json
from dataclasses import asdict

from slipway.command import dockerhost
from slipway.command.doctor import facts, judge
from slipway.command.doctor.findings import Finding, Level, fine
from slipway.command.instance import Instance
from slipway.command.output import out, say
from slipway.engine import images

MARKS = {Level.FINE: ("✓", "green"), Level.WARNING: ("!", "yellow"), Level.BLOCKER: ("✗", "red")}


def main(arguments: argparse.Namespace) -> int:
    """Look, judge and tell; or have the attempts made."""
    if arguments.escape is not None:
        # Only then: its libraries take half a second.
        status: int = importlib.import_module("slipway.command.doctor.escape").main(arguments)
        return status
    found = [*judge.findings(facts.read(Instance.from_environment())), _registry()]
    blockers = [finding for finding in found if finding.level is Level.BLOCKER]
    if arguments.json:
        say(json.dumps({"findings": [asdict(finding) for finding in found], "blockers": len(blockers)}))
    else:
        for finding in found:
            _show(finding)
        say(f"\n{len(blockers)} of these must be cured first." if blockers else "\nSlipway works here.")
    return 1 if blockers else 0


def _registry() -> Finding:
    """Tell whether images can be pulled. Neither answer is a fault: without a registry they are made from packages."""
    if dockerhost.find() is None:
        return fine("container registry", "not asked: no Docker Engine answers")
    if images.registry_answers():
        return fine("container registry", "answers: images are based on the public ones")
    return fine("container registry", "does not answer within 3 s: images are made from Debian's packages")


def _show(finding: Finding) -> None:
    mark, style = MARKS[finding.level]
    out.print(f"[{style}]{mark}[/] {finding.subject:<32}", end="")
    say(finding.observed)
    if finding.cure:
        say(f"    What to do: {finding.cure}")
