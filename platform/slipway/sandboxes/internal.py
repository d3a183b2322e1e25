"""Connections between the machines of one learner, through the relays of both and the process that decides."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from channels.db import database_sync_to_async
from django.db import DatabaseError

from slipway.egress import carrying
from slipway.egress.inside.relay import CONNECTED
from slipway.egress.mux import Channel, Mux
from slipway.egress.request import RefusedError
from slipway.sandboxes import ways
from slipway.sandboxes.ways import Way

# In every machine. From a container inside it the relay is reached at the address of Docker's bridge.
RELAY_PORT = 3128
# Slipway's own in a machine: the stand-in Hub, and the relay, through which one machine would reach another's names.
OWN_PORTS = frozenset({443, RELAY_PORT})
MOST_PORT = 65_535

Present = Callable[[int], Awaitable[list[Way]]]


async def of_owner(owner: int) -> list[Way]:
    """Return a learner's machines that are present now, from the database."""
    found: list[Way] = await database_sync_to_async(ways.present)(owner=owner)
    return found


class Exchange:
    """The open ways of this process. Who is whose is asked at each connection; `of_owner` is for tests."""

    def __init__(self, of_owner: Present = of_owner) -> None:
        self._of_owner = of_owner
        self._open: dict[Way, Mux] = {}

    @contextmanager
    def holding(self, way: Way, mux: Mux) -> Iterator[None]:
        """Lead connections to a machine while this is held."""
        self._open[way] = mux
        try:
            yield
        finally:
            del self._open[way]

    async def connect(self, asking: Way, course: str, port: int) -> Channel:
        """Connect a machine to a port of the machine that its learner has in a course. Raise `RefusedError`."""
        if not 0 < port <= MOST_PORT or port in OWN_PORTS:
            own = " and ".join(map(str, sorted(OWN_PORTS)))
            raise _refused(f"Of your machines the ports 1 to {MOST_PORT} can be reached, except {own}.")
        try:
            found = ways.peer(asking, course, await self._of_owner(asking.owner))
        except DatabaseError as error:
            raise _unready("Your machines cannot be looked up right now. Try again in a moment.") from error
        if found is None:
            raise _refused(
                f"You have no machine at {course}.internal that is awake and may be reached."
                " Open a lesson of that course, then try again."
            )
        mux = self._open.get(found)
        if mux is None:
            raise _unready(f"{course}.internal has just started. Try again in a moment.")
        if mux.is_full:
            raise _unready(f"{course}.internal has as many connections as it may have. End some, then try again.")
        return await _connect(mux, course, port)


async def _connect(mux: Mux, course: str, port: int) -> Channel:
    channel = await mux.open()
    try:
        await channel.write(port.to_bytes(2, "big"))
        is_connected = await channel.read(len(CONNECTED)) == CONNECTED
    except BaseException:
        await carrying.close(channel)
        raise
    if is_connected:
        return channel
    await carrying.close(channel)
    raise RefusedError(
        HTTPStatus.BAD_GATEWAY,
        f"Nobody listens on port {port} of {course}.internal. Start the server there, then try again.",
    )


def _refused(text: str) -> RefusedError:
    return RefusedError(HTTPStatus.FORBIDDEN, text)


def _unready(text: str) -> RefusedError:
    return RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, text)
