"""What the observer asks of the inner Docker Engine, against a socket that answers, is silent, or talks nonsense."""

import io
import json
import socket
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from slipway.grading.observer import archives, containers, docker_api, inside, streams
from slipway.grading.observer.limits import CannotObserveError

WEB = {
    "Id": "abc",
    "Name": "/web",
    "State": {"Running": True, "Pid": 42},
    "Config": {"Image": "nginx", "Labels": {"a": "b"}},
}


class Engine:
    """Answers HTTP/1.0 on a socket from a table of paths to status and body."""

    def __init__(self, path: Path) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._server.accept()
            with connection:
                line = connection.recv(65536).partition(b"\r\n")[0].decode()
                if not line:
                    return
                method, path, _ = line.split()
                self.asked.append(f"{method} {path}")
                status, body = self.answers.get(f"{method} {path}", (404, b'{"message": "no such thing"}'))
                connection.sendall(f"HTTP/1.0 {status} x\r\nA: b\r\n\r\n".encode() + body)

    def close(self, path: Path) -> None:
        """End the thread by a connection that says nothing."""
        with socket.socket(socket.AF_UNIX) as last:
            last.connect(str(path))
        self._thread.join()
        self._server.close()


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Give an engine with the container `web`."""
    path = tmp_path / "docker.sock"
    monkeypatch.setattr(docker_api, "SOCKET", str(path))
    serving = Engine(path)
    serving.answers["GET /containers/web/json"] = (200, json.dumps(WEB).encode())
    yield serving
    serving.close(path)


def frame(stream: int, data: bytes) -> bytes:
    """Return one frame of Docker's output."""
    return bytes((stream, 0, 0, 0)) + len(data).to_bytes(4, "big") + data


def test_a_container_and_its_logs(engine: Engine) -> None:
    """The name comes without its slash; logs only when wanted."""
    engine.answers["GET /containers/web/logs?stdout=1&stderr=1&tail=500"] = (
        200,
        frame(1, b"up\n") + frame(2, b"err\n"),
    )
    found = containers.observe({"kind": "container", "name": "web", "wants": ["logs"]})
    assert (found["exists"], found["Name"], found["logs"]) == (True, "web", "up\nerr\n")
    assert "logs" not in containers.observe({"kind": "container", "name": "web", "wants": []})
    assert containers.observe({"kind": "container", "name": "no", "wants": []}) == {"exists": False}


def test_names_are_quoted(engine: Engine) -> None:
    """A name cannot turn into another path or another request."""
    containers.observe({"kind": "container", "name": "a b\r\n?x=1", "wants": []})
    assert engine.asked == ["GET /containers/a%20b%0D%0A%3Fx%3D1/json"]


def test_containers_by_name_image_and_label(engine: Engine) -> None:
    """Each filter narrows; what is empty is left out of a list."""
    engine.answers["GET /containers/json?all=1"] = (200, b'[{"Names": ["/web"]}, {"Names": ["/gone"]}]')
    base = {"kind": "containers", "name": "", "image": "", "label": ""}
    assert containers.observe(base)["count"] == 1
    assert containers.observe({**base, "label": "a=b", "image": "nginx", "name": "^w"})["items"][0]["Name"] == "web"
    assert containers.observe({**base, "label": "a=c"})["count"] == 0
    assert containers.observe({**base, "image": "redis"})["count"] == 0


def test_images_networks_and_volumes(engine: Engine) -> None:
    """By the same door."""
    engine.answers["GET /images/learner/web:2/json"] = (200, b'{"Id": "i"}')
    engine.answers["GET /networks/n"] = (200, b'{"Name": "n"}')
    assert containers.observe({"kind": "image", "reference": "learner/web:2"}) == {"exists": True, "Id": "i"}
    assert containers.observe({"kind": "network", "name": "n"})["exists"]
    assert containers.observe({"kind": "volume", "name": "v"}) == {"exists": False}


def test_a_process_is_told_only_of_a_running_container(engine: Engine) -> None:
    """What does not run has no network to look from."""
    assert containers.pid_of("web") == 42
    engine.answers["GET /containers/off/json"] = (200, b'{"Name": "/off", "State": {"Pid": 0}}')
    with pytest.raises(CannotObserveError, match="does not run"):
        containers.pid_of("off")
    with pytest.raises(CannotObserveError, match="no container none"):
        containers.pid_of("none")


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[1", b"\xff\xfe"])
def test_nonsense_is_told(engine: Engine, body: bytes) -> None:
    """What is no Docker Engine does not crash the observer."""
    engine.answers["GET /containers/odd/json"] = (200, body)
    with pytest.raises(CannotObserveError, match="does not answer as a Docker Engine does"):
        containers.observe({"kind": "container", "name": "odd", "wants": []})


def test_an_engine_s_own_error_is_passed_on(engine: Engine) -> None:
    """Its words tell most."""
    engine.answers["GET /containers/bad/json"] = (500, b'{"message": "broken disk"}')
    with pytest.raises(CannotObserveError, match="broken disk"):
        containers.observe({"kind": "container", "name": "bad", "wants": []})


def test_a_dead_or_silent_socket_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody there, or somebody who accepts and says nothing: neither takes longer than its time."""
    monkeypatch.setattr(docker_api, "SOCKET", str(tmp_path / "none.sock"))
    with pytest.raises(CannotObserveError, match="does not answer"):
        docker_api.get("/x")
    monkeypatch.setattr(docker_api, "SOCKET", str(tmp_path / "s.sock"))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.sock"))
        server.listen()
        with pytest.raises(CannotObserveError, match=r"within 0\.2 s"):
            docker_api.call("GET", "/x", seconds=0.2)


def archive_of(name: str, content: bytes | None, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    """Return a tar archive with one entry."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname, entry.mode = kind, link, 0o640
        entry.size = len(content or b"")
        entry.uid = 101
        tar.addfile(entry, io.BytesIO(content or b""))
    return buffer.getvalue()


def test_files_inside_containers(engine: Engine) -> None:
    """Also of stopped ones: content, mode, owner, links, long names, nothing there."""
    spec = {"kind": "file", "path": "/etc/motd", "in_container": "web", "wants": ["content", "sha256"]}
    address = "GET /containers/web/archive?path=/etc/motd"
    engine.answers[address] = (200, archive_of("motd", b"hi\n"))
    found = archives.observe(spec)
    assert (found["kind"], found["mode"], found["content"], found["owner"]) == ("file", "0640", "hi\n", "101")
    assert found["sha256"].startswith("98ea6e4f")
    engine.answers[address] = (200, archive_of("é" * 120, b"long"))
    assert archives.observe(spec)["content"] == "long"
    engine.answers[address] = (200, archive_of("motd", None, tarfile.SYMTYPE, "/run/motd"))
    assert archives.observe(spec)["link"] == "/run/motd"
    engine.answers[address] = (200, b"\0" * 20)
    with pytest.raises(CannotObserveError):
        archives.observe(spec)
    del engine.answers[address]
    assert archives.observe(spec) == {"exists": False}
    with pytest.raises(CannotObserveError, match="no container none"):
        archives.observe({**spec, "in_container": "none"})


def test_commands_inside_containers(engine: Engine) -> None:
    """Made, started, read and asked for its status by the engine's API."""
    engine.answers["POST /containers/web/exec"] = (201, b'{"Id": "e"}')
    engine.answers["POST /exec/e/start"] = (200, frame(1, b"out") + frame(2, b"err") + frame(1, b"put"))
    engine.answers["GET /exec/e/json"] = (200, b'{"ExitCode": 3, "Pid": 0}')
    assert inside.run("web", ["x"], "root", 2.0) == {"exit_status": 3, "stdout": "output", "stderr": "err"}
    with pytest.raises(CannotObserveError, match="no such thing"):
        inside.run("none", ["x"], "root", 2.0)


def test_output_without_frames_is_stdout() -> None:
    """A container with a terminal sends it plain; a cut frame loses only itself."""
    assert streams.split(b"plain text\r\n") == (b"plain text\r\n", b"")
    assert streams.split(frame(1, b"ab") + b"\1\0") == (b"ab", b"")
