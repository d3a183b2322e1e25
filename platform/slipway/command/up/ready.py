"""Waiting until what was started runs and answers."""

import http.client
import json
import time
from collections.abc import Sequence

from slipway.command.address import Address
from slipway.command.errors import CommandError
from slipway.command.instance import Instance
from slipway.command.steplog import StepLog
from slipway.command.supervisor.control import State
from slipway.command.up.programs import supervision

PATIENCE_SECONDS = 60.0
LAST_CHARACTERS = 4000
# A page that sends elsewhere is a page; none of ours answers 400 or more on its first address.
FIRST_FAILURE = 400


def wait_until_up(instance: Instance, address: Address, log: StepLog) -> str:
    """Wait until the first page answers and no process ends again; raise `CommandError` with last words otherwise."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        status, states = page_status(address), supervision(instance).states() or []
        if broken := next((state for state in states if has_ended(state)), None):
            raise _quoting(instance, log, broken.name, f"{broken.name} does not stay up")
        if status >= FIRST_FAILURE or time.monotonic() > deadline:
            raise _quoting(instance, log, "web", f"the first page answers {status or 'nothing'}")
        if status and all(state.is_running for state in states):
            return address.url
        log.write(f"{address.url}: {status or 'no answer yet'}; {_summary(states)}")
        time.sleep(0.1)


def page_status(address: Address) -> int:
    """Return the HTTP status of the first page; 0 when nothing answers."""
    connection = http.client.HTTPConnection(address.probe_host, address.port, timeout=5)
    try:
        connection.request("GET", "/", headers={"Host": address.public_name})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def late_mails(address: Address) -> int:
    """Return of how many machines the removal waits for a mail, as the site itself says; 0 when it does not answer."""
    connection = http.client.HTTPConnection(address.probe_host, address.port, timeout=5)
    try:
        connection.request("GET", "/api/v1/health", headers={"Host": address.public_name})
        return int(json.load(connection.getresponse())["late_mails"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return 0
    finally:
        connection.close()


def has_ended(state: State) -> bool:
    """Return whether a program that should run does not, or only tries to."""
    return state.state not in {"RUNNING", "STARTING"}


def _quoting(instance: Instance, log: StepLog, program: str, text: str) -> CommandError:
    path = instance.logs / f"{program}.log"
    if path.exists():
        log.write(path.read_text(encoding="utf-8", errors="replace")[-LAST_CHARACTERS:])
    return CommandError(f"{text}. Its last words are above, the others in {path}.")


def _summary(states: Sequence[State]) -> str:
    return ", ".join(f"{state.name} {state.state.lower()}" for state in states)
