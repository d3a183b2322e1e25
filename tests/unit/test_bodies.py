"""A request that is too large is refused, by what it announces or when it has come that far."""

from collections.abc import Mapping
from typing import Any

from slipway.bodies import BoundedBodies

Message = Mapping[str, Any]


async def served(headers: list[tuple[bytes, bytes]], pieces: list[bytes]) -> tuple[int, list[bytes]]:
    """Return the status, and what the application inside took."""
    took: list[bytes] = []
    sent: list[Message] = []
    coming = [*pieces]

    async def receive() -> Message:
        piece = coming.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(coming)}

    async def send(message: Message) -> None:
        sent.append(message)

    async def application(_scope: dict[str, Any], receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            took.append(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})

    await BoundedBodies(application, most_bytes=10)({"type": "http", "headers": headers}, receive, send)
    return sent[0]["status"], took


async def test_bodies_have_a_bound() -> None:
    """2 GB are refused before a byte is taken; one without a size is cut off."""
    assert await served([(b"content-length", b"2000000000")], [b"x"]) == (413, [])
    assert await served([(b"content-length", b"-1")], [b"x"]) == (413, [])
    assert await served([(b"transfer-encoding", b"chunked")], [b"12345"] * 4) == (413, [b"12345"] * 2)
    assert await served([(b"content-length", b"10")], [b"12345"] * 2) == (200, [b"12345"] * 2)
