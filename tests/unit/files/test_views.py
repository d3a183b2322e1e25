"""The addresses of a machine's files: who may come, in which words it fails, and how a download is named."""

import base64
import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from django.test import AsyncClient
from django.utils import timezone
from pytest_django import Settings

from slipway.accounts.models import CourseRole, Role, User
from slipway.engine.port import EngineUnreachableError
from slipway.engine.stream import ExecStream
from slipway.files import views
from slipway.files.saying import sentence
from slipway.sandboxes.doors import SAID, Shut
from slipway.sandboxes.models import Engine, Sandbox
from slipway.sandboxes.room import Room
from slipway.sandboxes.states import State
from tests.unit.files.test_link import EMPTY, PLACE, Machine, head

pytestmark = pytest.mark.django_db(transaction=True)


class Scene:
    """A learner's ready machine, and people around it."""

    def __init__(self) -> None:
        self.people = {name: User.objects.create(username=name) for name in ("learner", "other", "grader")}
        CourseRole.objects.create(user=self.people["grader"], course="docker", role=Role.GRADER)
        engine = Engine.objects.create(name="local")
        self.sandbox = Sandbox.objects.create(
            owner=self.people["learner"], course="docker", image="lab", engine=engine, machine="m-1", state=State.READY
        )
        self.machine = Machine(EMPTY)
        self.fault: Exception | None = None
        self.opened: list[str] = []

    async def open(self, socket: str, machine: str, argv: Sequence[str]) -> Machine:
        """Give the stream that the test plays, or fail as told."""
        self.opened.append(machine)
        if self.fault is not None:
            raise self.fault
        return await self.machine.open(socket, machine, argv)

    async def ask(self, person: str, act: str = "list", sandbox: object = None, **fields: str) -> tuple[int, Any]:
        """Do one act as one of the people, and return the status and what was said."""
        client = AsyncClient()
        if person != "nobody":
            await client.aforce_login(self.people[person], backend="django.contrib.auth.backends.ModelBackend")
        content = fields.pop("content", "")
        query = "&".join(f"{name}={value}" for name, value in {"path": "/root", **fields}.items())
        address = f"/machines/{sandbox or self.sandbox.pk}/files/{act}/?{query}"
        answer = await client.post(address, content, content_type="application/octet-stream")
        return answer.status_code, json.loads(answer.content)


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Scene:
    """Have acts meet the machine that the test plays."""
    settings.ENGINE_SOCKET = PLACE[0]
    scene = Scene()
    monkeypatch.setattr(ExecStream, "open", scene.open)
    monkeypatch.setattr(views, "room", Room(2, 1))
    return scene


@pytest.mark.parametrize(("person", "status"), [("nobody", 403), ("other", 403), ("learner", 200), ("grader", 200)])
async def test_who_may_come(scene: Scene, person: str, status: int) -> None:
    """The owner and graders, as to the terminal; for others no program is run."""
    assert (await scene.ask(person))[0] == status
    assert len(scene.opened) == (status == 200)


async def test_each_failure_has_a_status_and_a_sentence(scene: Scene) -> None:
    """A machine that is gone, asleep, out of reach, full of nonsense, or that refuses."""
    assert (await scene.ask("learner", sandbox=uuid4()))[1]["says"].startswith("This machine is gone")
    assert (await scene.ask("learner", path="root"))[0] == 400
    assert (await scene.ask("learner", "save", token="new", content="x" * (1024 * 1024 + 1)))[1]["code"] == "text-large"
    assert scene.opened == []
    scene.fault = EngineUnreachableError("no engine")
    assert await scene.ask("learner") == (503, {"code": "lost", "says": sentence("lost")})
    scene.fault, scene.machine = None, Machine(b"\xff")
    assert (await scene.ask("learner"))[0] == 502
    changed = {"refused": "changed", "text": base64.b64encode(b"theirs").decode(), "token": "a" * 64}
    scene.machine = Machine(json.dumps(changed).encode())
    status, said = await scene.ask("learner", "save", token="new", content="mine")
    assert (status, said["code"], said["text"], said["token"]) == (422, "changed", "theirs", "a" * 64)
    await Sandbox.objects.aupdate(state=State.SUSPENDED)
    assert (await scene.ask("learner"))[1]["code"] == "not-ready"


async def test_a_host_that_does_not_answer_is_not_asked(scene: Scene) -> None:
    """It is said in the reader's language, and sending up tries again by itself."""
    await Engine.objects.aupdate(lost_at=timezone.now())
    assert await scene.ask("learner") == (503, {"code": "lost", "says": SAID[Shut.OUT_OF_REACH]})
    await User.objects.aupdate(interface="hi")
    assert "होस्ट" in (await scene.ask("learner"))[1]["says"]
    assert scene.opened == []


async def test_a_person_has_so_many_at_once(scene: Scene) -> None:
    """Beyond it is said; each place is given back, also when the act failed."""
    for _ in range(3):
        scene.machine = Machine(b"?")
        assert (await scene.ask("learner"))[0] == 502
    with views.room.place(scene.people["learner"].pk):
        assert (await scene.ask("learner"))[0] == 429
        with views.room.place(scene.people["other"].pk):
            assert (await scene.ask("grader"))[0] == 503


async def test_a_download_is_something_to_keep(scene: Scene) -> None:
    """Never a page, whatever its name; its place is given back at its end."""
    client = AsyncClient()
    await client.aforce_login(scene.people["learner"], backend="django.contrib.auth.backends.ModelBackend")
    scene.machine = Machine(head(4) + b"<b>")
    scene.machine.pieces.append(b"!")
    answer: Any = await client.get(
        f"/machines/{scene.sandbox.pk}/files/download/?path=/root/a%2522%25C3%25BC%250A.html"
    )
    assert answer["Content-Disposition"] == "attachment; filename=\"a___.html\"; filename*=UTF-8''a%22%C3%BC%0A.html"
    assert (answer["X-Content-Type-Options"], answer["Content-Length"]) == ("nosniff", "4")
    assert answer["Content-Type"] == "application/octet-stream"
    assert b"".join([piece async for piece in answer.streaming_content]) == b"<b>!"
    with views.room.place(scene.people["learner"].pk):
        assert (await client.get(f"/machines/{scene.sandbox.pk}/files/download/?path=/a")).status_code == 429
