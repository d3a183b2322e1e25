"""The WebSocket of a terminal: who may have it, and how it says no."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from slipway.accounts.models import CourseRole, Role, User
from slipway.courses.models import Course, Lesson
from slipway.engine.port import EngineError, EngineUnreachableError, MachineMissingError
from slipway.grading.services import EndedCommand
from slipway.sandboxes.models import Engine, Sandbox
from slipway.sandboxes.states import State
from slipway.terminal import consumer, frames
from slipway.terminal.access import REASONS, CloseCode
from slipway.terminal.consumer import ATTACH, TerminalConsumer
from slipway.terminal.room import Room
from slipway.terminal.sinks import Sinks
from slipway.terminal.windows import SharedTerminals
from tests.unit.terminal.fake_stream import FakeStream

pytestmark = pytest.mark.django_db(transaction=True)

BOOT = bytes(range(8))
HELLO = frames.Hello(b"c" * 16, frames.NO_BOOT, 0, 0, 80, 24)
WELCOME = frames.Welcome(BOOT, 0, 0, frames.Flags.RESET, 0, 80, 24)
MARK = f"\x1b]633;E;docker ps;{BOOT.hex()}\x07\x1b]133;D;1\x07".encode()


@dataclass
class Scene:
    """The people, the machine, and what the services were told."""

    people: dict[str, User | AnonymousUser]
    sandbox: Sandbox
    stream: FakeStream
    fault: Exception | None = None
    opened: list[tuple[str, str, Sequence[str]]] = field(default_factory=list)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    commands: list[EndedCommand] = field(default_factory=list)
    unreachable: list[UUID] = field(default_factory=list)
    touched: list[UUID] = field(default_factory=list)
    room: Room = field(default_factory=lambda: Room(most=3, most_each=2))

    async def open_stream(self, socket: str, machine: str, argv: Sequence[str]) -> FakeStream:
        """Give the stream that the test plays, or fail as told."""
        self.opened.append((socket, machine, argv))
        self.reached.set()
        if self.fault is not None:
            raise self.fault
        return self.stream

    def sinks(self) -> Sinks:
        """Return sinks that keep what they are told."""
        return Sinks(
            command_ended=lambda *, sandbox_id, command: self.commands.append(command),
            unreachable=lambda *, sandbox_id: self.unreachable.append(sandbox_id),
            touch=lambda *, sandbox_id: self.touched.append(sandbox_id),
        )

    @asynccontextmanager
    async def connected(
        self, person: str, sandbox_id: UUID | None = None, terminal: str = "1"
    ) -> AsyncIterator["Page"]:
        """Open a terminal as one of the people."""
        application = TerminalConsumer.as_asgi(
            sinks=self.sinks(), room=self.room, shared=SharedTerminals(), open_stream=self.open_stream
        )
        route = {"kwargs": {"sandbox_id": sandbox_id or self.sandbox.pk, "terminal": terminal}}
        page = Page()
        scope = {"type": "websocket", "user": self.people[person], "url_route": route}
        serving = asyncio.create_task(application(scope, page.sent.get, page.heard.put))
        await page.sent.put({"type": "websocket.connect"})
        assert await page.heard.get() == {"type": "websocket.accept", "subprotocol": None}
        try:
            async with asyncio.timeout(10):
                yield page
        finally:
            await page.sent.put({"type": "websocket.disconnect", "code": 1001})
            await serving


class Page:
    """The browser's end of a WebSocket."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def say(self, message: bytes) -> None:
        """Send one message."""
        await self.sent.put({"type": "websocket.receive", "bytes": message})

    async def hear(self) -> frames.HolderFrame:
        """Return the next frame."""
        return frames.decode_holder((await self.heard.get())["bytes"])

    async def closing(self) -> tuple[int, str]:
        """Return the code and reason with which the server closes."""
        while (message := await self.heard.get())["type"] != "websocket.close":
            pass
        return message["code"], message.get("reason") or ""


@pytest.fixture
def scene() -> Scene:
    """Give the learner's ready machine, and people around it."""
    people = {name: User.objects.create(username=name) for name in ("learner", "other", "grader", "author")}
    people["staff"] = User.objects.create(username="staff", is_staff=True)
    CourseRole.objects.create(user=people["grader"], course="docker", role=Role.GRADER)
    CourseRole.objects.create(user=people["author"], course="docker", role=Role.AUTHOR)
    engine = Engine.objects.create(name="local")
    sandbox = Sandbox.objects.create(
        owner=people["learner"], course="docker", image="lab", engine=engine, machine="m-1", state=State.READY
    )
    return Scene({**people, "nobody": AnonymousUser()}, sandbox, FakeStream())


@pytest.mark.parametrize(
    ("person", "code"),
    [("nobody", CloseCode.NOT_SIGNED_IN), ("other", CloseCode.NOT_YOURS), ("author", CloseCode.NOT_YOURS)],
)
async def test_others_do_not_get_in(scene: Scene, person: str, code: int) -> None:
    """The page is told why, and no exec is made."""
    async with scene.connected(person) as page:
        assert (await page.closing())[0] == code
    assert scene.opened == []


async def test_a_host_that_does_not_answer_is_told(scene: Scene) -> None:
    """The page tries again: the machine is kept."""
    await database_sync_to_async(Engine.objects.update)(lost_at=timezone.now())
    async with scene.connected("learner") as page:
        code, reason = await page.closing()
    assert (code, scene.opened) == (CloseCode.LOST, [])
    assert "comes back by itself" in reason


@pytest.mark.parametrize("person", ["learner", "grader", "staff"])
async def test_owner_and_graders_get_a_shell(scene: Scene, person: str) -> None:
    """Only the owner's commands are recorded."""
    async with scene.connected(person) as page:
        await page.say(HELLO.encode())
        await scene.stream.send(WELCOME, frames.Output(0, MARK))
        assert await page.hear() == WELCOME
        assert await page.hear() == frames.Output(0, MARK)
        await page.say(frames.Input(0, b"ls\n").encode())
        await asyncio.sleep(0.05)
    assert scene.opened == [(settings.ENGINE_SOCKET, "m-1", [*ATTACH, "1"])]
    assert scene.stream.written.endswith(frames.with_length(frames.Input(0, b"ls\n").encode()))
    assert scene.stream.is_closed
    assert [command.text for command in scene.commands] == (["docker ps"] if person == "learner" else [])
    assert scene.touched == [scene.sandbox.pk]


async def test_a_command_is_recorded_with_its_place(scene: Scene) -> None:
    """What the services need to know it again is there."""
    async with scene.connected("learner") as page:
        await page.say(HELLO.encode())
        await scene.stream.send(WELCOME, frames.Output(0, MARK))
        await page.hear()
        await page.hear()
    (command,) = scene.commands
    assert command.started_at <= command.ended_at
    place = (command.terminal, command.boot, command.offset, command.text, command.exit_status)
    assert place == ("1", BOOT.hex(), len(MARK), "docker ps", 1)


async def test_a_claim_under_way_is_waited_for(scene: Scene) -> None:
    """A warm machine is the learner's within moments: nobody is sent away for them."""
    update = database_sync_to_async(Sandbox.objects.update)
    await update(state=State.REQUESTED)
    async with scene.connected("learner"):
        await asyncio.sleep(0.05)
        assert scene.opened == []
        await update(state=State.READY)
        await scene.reached.wait()
    assert scene.opened == [(settings.ENGINE_SOCKET, "m-1", [*ATTACH, "1"])]


async def test_a_claim_is_not_waited_for_without_end(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is told, and asks again when it hears that the machine is ready."""
    monkeypatch.setattr(consumer, "CLAIM_LOOKS_SECONDS", (0.01, 0.01))
    await database_sync_to_async(Sandbox.objects.update)(state=State.REQUESTED)
    async with scene.connected("learner") as page:
        assert await page.closing() == (CloseCode.NOT_READY, State.REQUESTED)
    assert scene.opened == []


async def test_a_request_that_waits_for_long_is_looked_at_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """While no engine answers, say, pages that come back must not crowd the database."""
    monkeypatch.setattr(consumer, "CLAIM_LOOKS_SECONDS", (3600,))
    before = timezone.now() - timedelta(seconds=5)
    await database_sync_to_async(Sandbox.objects.update)(state=State.REQUESTED, state_at=before)
    async with scene.connected("learner") as page:
        assert await page.closing() == (CloseCode.NOT_READY, State.REQUESTED)


async def test_a_page_that_says_nothing_is_closed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its exec would be held for as long as it stays, also when the machine has gone."""
    monkeypatch.setattr(consumer, "HELLO_SECONDS", 0.05)
    async with scene.connected("learner") as page:
        assert (await page.closing())[0] == CloseCode.LOST
    assert scene.stream.is_closed
    assert scene.stream.written == b""


@pytest.mark.parametrize("state", [State.PREPARING, State.SUSPENDED, State.FAILED])
async def test_a_machine_that_is_not_ready_says_its_state(scene: Scene, state: State) -> None:
    """The page shows what is going on, and tries again."""
    await database_sync_to_async(Sandbox.objects.update)(state=state)
    async with scene.connected("learner") as page:
        assert await page.closing() == (CloseCode.NOT_READY, state)


async def test_a_machine_that_is_gone_is_not_found(scene: Scene) -> None:
    """Nor is one that never was."""
    async with scene.connected("learner", sandbox_id=uuid4()) as page:
        assert (await page.closing())[0] == CloseCode.NOT_FOUND
    await database_sync_to_async(Sandbox.objects.update)(state=State.GONE)
    async with scene.connected("learner") as page:
        assert (await page.closing())[0] == CloseCode.NOT_FOUND


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (MachineMissingError("No such container: m-1"), CloseCode.NOT_READY),
        (EngineUnreachableError("The engine does not answer."), CloseCode.LOST),
    ],
)
async def test_an_engine_that_fails_is_reported(scene: Scene, fault: EngineError, code: int) -> None:
    """The services hear of it, and bring the machine back."""
    scene.fault = fault
    async with scene.connected("learner") as page:
        await page.say(HELLO.encode())
        assert await page.closing() == (code, str(fault))
    assert scene.unreachable == [scene.sandbox.pk]


async def test_the_shells_end_is_told(scene: Scene) -> None:
    """The page offers another shell."""
    async with scene.connected("learner") as page:
        await page.say(HELLO.encode())
        await scene.stream.send(WELCOME, frames.Exit(0))
        assert (await page.closing())[0] == CloseCode.SHELL_ENDED


async def test_a_lost_exec_is_told(scene: Scene) -> None:
    """With the words of the attach, if it had any."""
    scene.stream.errors = "The terminal 1 ended 3 times."
    async with scene.connected("learner") as page:
        await page.say(HELLO.encode())
        await scene.stream.send(WELCOME)
        await scene.stream.end()
        assert await page.closing() == (CloseCode.LOST, "The terminal 1 ended 3 times.")


async def test_a_hostile_sandbox_is_left_with_a_reason(scene: Scene) -> None:
    """However long the reason, it fits in a close frame."""
    async with scene.connected("learner") as page:
        await page.say(HELLO.encode())
        await scene.stream.send_raw(b"\xff\xff\xff\xff")
        code, reason = await page.closing()
    assert code == CloseCode.BAD_SANDBOX
    assert len(reason.encode()) <= 123


@pytest.mark.parametrize(
    "message",
    [b"", b"\x99", frames.Input(0, b"x").encode(), b"\x02" + bytes(frames.MAX_MESSAGE), frames.Exit(0).encode()],
    ids=["empty", "unknown", "before HELLO", "too long", "a holder's"],
)
async def test_a_page_that_breaks_the_protocol_is_closed(scene: Scene, message: bytes) -> None:
    """And the exec that was made for it is ended, with nothing sent into it."""
    async with scene.connected("learner") as page:
        await page.say(message)
        assert (await page.closing())[0] == CloseCode.BAD_MESSAGE
    assert scene.stream.is_closed
    assert scene.stream.written == b""


async def test_one_person_has_a_bound(scene: Scene) -> None:
    """The page is told what to do, and a terminal that is closed makes room again."""
    async with scene.connected("learner"):
        async with scene.connected("learner"), scene.connected("learner") as third:
            assert await third.closing() == (CloseCode.TOO_MANY, REASONS[CloseCode.TOO_MANY].format(most=2))
        async with scene.connected("learner"):
            await scene.reached.wait()
    assert len(scene.opened) == 3


async def test_a_fault_of_our_own_keeps_no_place(scene: Scene) -> None:
    """However serving a terminal ends, its place is free again."""
    scene.fault = ZeroDivisionError()
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with scene.connected("learner"):
                await scene.reached.wait()
        scene.reached.clear()
    assert len(scene.opened) == 3


async def test_a_full_process_says_so(scene: Scene) -> None:
    """The page waits for longer than after a cut, and what others have goes on."""
    async with scene.connected("learner"), scene.connected("grader"), scene.connected("grader"):
        async with scene.connected("learner") as page:
            assert await page.closing() == (CloseCode.FULL, REASONS[CloseCode.FULL])
        assert len(scene.opened) == 3


async def test_a_machine_has_the_terminals_that_its_lessons_allow(scene: Scene) -> None:
    """Those beyond are refused, whatever a page asks for."""
    course = await Course.objects.acreate(slug="docker", title={})
    lesson = {"course": course, "folder": "x", "version": "x", "title": {}, "minutes": 1, "image": "lab"}
    await Lesson.objects.acreate(slug="one", number=1, **lesson)
    async with scene.connected("learner", terminal="4") as page:
        assert await page.closing() == (CloseCode.BEYOND, REASONS[CloseCode.BEYOND].format(most=3))
    await Lesson.objects.acreate(slug="two", number=2, terminals=4, **lesson)
    async with scene.connected("learner", terminal="4"):
        await scene.reached.wait()


async def test_the_machine_is_reached_before_the_page_says_hello(scene: Scene) -> None:
    """So the page need not wait for both, one after the other; a page that leaves without a word leaves no exec."""
    async with scene.connected("learner"):
        await scene.reached.wait()
    assert scene.stream.is_closed


async def test_what_a_page_saw_last_is_recorded_when_it_goes(scene: Scene) -> None:
    """A slow service loses nothing to a closed tab."""
    async with scene.connected("learner") as page:
        await page.say(HELLO.encode())
        await scene.stream.send(WELCOME, *_outputs(50))
        while not isinstance(frame := await page.hear(), frames.Output):
            pass
        assert frame.offset == 0
    assert len(scene.commands) == 50


def _outputs(count: int) -> list[frames.Output]:
    return [frames.Output(number * len(MARK), MARK) for number in range(count)]
