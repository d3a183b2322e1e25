"""Waiting until what was started answers."""

import http.client
import time

from slipway.command.address import Address
from slipway.command.errors import CommandError
from slipway.command.instance import Instance
from slipway.command.steplog import StepLog
from slipway.command.up.programs import supervision

PATIENCE_SECONDS = 60.0
SERVER_ERROR = 500


def wait_for_page(instance: Instance, address: Address, log: StepLog) -> str:
    """Wait until the first page answers; raise `CommandError` with web's last words when it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (status := page_status(address)) != http.client.OK:
        log.write(f"{address.url}: {status or 'no answer yet'}")
        if status >= SERVER_ERROR or time.monotonic() > deadline or _gave_up(instance):
            path = instance.logs / "web.log"
            log.write(path.read_text(encoding="utf-8", errors="replace")[-4000:])
            raise CommandError(f"the page answers {status or 'nothing'}.", f"read {path} to its end.")
        time.sleep(0.1)
    return address.url


def page_status(address: Address) -> int:
    """Return the HTTP status of the first page, redirects followed on this machine; 0 when nothing answers."""
    connection = http.client.HTTPConnection(address.probe_host, address.port, timeout=5)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _gave_up(instance: Instance) -> bool:
    states = supervision(instance).states() or []
    return any(state.name == "web" and state.state in {"FATAL", "EXITED", "STOPPED"} for state in states)
