"""The program that acts on a machine's files, as it is sent: names of any bytes, owners, modes, what goes wrong."""

import io
import json
import os
import secrets
import shutil
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest

from slipway.files import answers, asked, program
from slipway.files.inside.paths import trash_for

# Trash is of a whole file system: other tests that run meanwhile have other keys.
KEY, OTHER_KEY = secrets.token_hex(16), secrets.token_hex(16)
ODD = b"\xff\x80 \n'\"%2F"


def run(request: dict[str, object], content: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the program on one request."""
    line = json.dumps({**request, "size": len(content)}).encode() + b"\n"
    command = [sys.executable, *program.argv()[1:]]
    return subprocess.run(command, input=line + content, capture_output=True, timeout=30, check=False)


def act(act: str, content: bytes = b"", **fields: object) -> dict[str, Any]:
    """Do one act as the web process would, and return what its parser makes of the answer."""
    sent = {name: quote_from_bytes(value) if isinstance(value, bytes) else str(value) for name, value in fields.items()}
    done = run(asked.request_of(act, sent), content)
    assert done.stderr == b""
    return answers.answer_of(act, done.stdout)


def refused(act_name: str, content: bytes = b"", **fields: object) -> answers.RefusedError:
    """Do one act that is refused, and return why."""
    with pytest.raises(answers.RefusedError) as caught:
        act(act_name, content, **fields)
    return caught.value


def names_in(folder: bytes) -> list[bytes]:
    """Return the names in a folder."""
    return sorted(entry.name for entry in os.scandir(folder))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[bytes]:
    """Return a folder's path, as bytes; what was deleted there is deleted for good afterwards."""
    yield os.fsencode(tmp_path)
    trash = Path(os.fsdecode(trash_for(os.fsencode(tmp_path / "any"))))
    for key in (KEY, OTHER_KEY):
        shutil.rmtree(trash / key, ignore_errors=True)
    with suppress(OSError):
        trash.rmdir()


def test_names_of_any_bytes_work(folder: bytes) -> None:
    """Made, listed, written, renamed, deleted and brought back: the bytes stay what they are."""
    odd, other = folder + b"/" + ODD, folder + b"/\xfe"
    act("create", path=odd, kind="folder")
    act("create", path=odd + b"/" + ODD, kind="file")
    assert [entry["name"] for entry in act("list", path=odd)["entries"]] == [quote_from_bytes(ODD)]
    token = act("read", path=odd + b"/" + ODD)["token"]
    act("save", b"mine", path=odd + b"/" + ODD, token=token)
    act("rename", path=odd, to=other)
    act("remove", path=other, key=KEY)
    assert names_in(folder) == []
    act("restore", path=other, key=KEY)
    assert Path(os.fsdecode(other + b"/" + ODD)).read_bytes() == b"mine"


def test_a_list_is_in_order_and_has_bounds(tmp_path: Path, folder: bytes) -> None:
    """Folders first; hidden ones when asked for; links by what they lead to; 2,000 at most."""
    (tmp_path / "b").mkdir()
    (tmp_path / "c").symlink_to("b")
    (tmp_path / "nowhere").symlink_to("gone")
    (tmp_path / ".hidden").touch()
    os.mkfifo(tmp_path / "pipe")
    found = act("list", path=folder)["entries"]
    assert [(each["name"], each["kind"], each["is_link"]) for each in found] == [
        ("b", "folder", False), ("c", "folder", True), ("nowhere", "other", True), ("pipe", "other", False),
    ]  # fmt: skip
    assert ".hidden" in [each["name"] for each in act("list", path=folder, hidden="1")["entries"]]
    for number in range(2010):
        (tmp_path / f"x{number:04}").touch()
    many = act("list", path=folder)
    assert (len(many["entries"]), many["left_out"]) == (2000, 14)


def test_a_save_is_whole_and_keeps_what_the_file_is(tmp_path: Path, folder: bytes) -> None:
    """Owner, mode and attributes stay, a link stays a link, and who reads meanwhile has the old text whole."""
    path = tmp_path / "conf"
    path.write_text("old")
    path.chmod(0o4751)
    os.chown(path, 1234, 2345)
    os.setxattr(path, "user.note", b"kept")
    path.chmod(0o4751)
    (tmp_path / "link").symlink_to("conf")
    token = act("read", path=folder + b"/link")["token"]
    with path.open() as reader:
        act("save", b"new", path=folder + b"/link", token=token)
        assert reader.read() == "old"
    found = path.stat()
    assert (path.read_text(), stat.S_IMODE(found.st_mode)) == ("new", 0o4751)
    assert (found.st_uid, found.st_gid) == (1234, 2345)
    assert os.getxattr(path, "user.note") == b"kept"
    assert (tmp_path / "link").is_symlink()
    assert names_in(folder) == [b"conf", b"link"]


def test_a_file_that_changed_is_not_overwritten(tmp_path: Path, folder: bytes) -> None:
    """Its text comes back with the refusal; one that was removed is made anew when asked for; parents are made."""
    path = tmp_path / "conf"
    path.write_text("old")
    token = act("read", path=folder + b"/conf")["token"]
    path.write_text("theirs")
    conflict = refused("save", b"mine", path=folder + b"/conf", token=token)
    assert (conflict.code, conflict.text, path.read_text()) == ("changed", "theirs", "theirs")
    act("save", b"mine", path=folder + b"/conf", token=conflict.token)
    assert path.read_text() == "mine"
    path.unlink()
    assert refused("save", b"mine", path=folder + b"/conf", token=conflict.token).code == "missing"
    act("save", b"mine", path=folder + b"/a/b/conf", token="new")
    assert (tmp_path / "a/b/conf").read_text() == "mine"
    assert refused("save", b"other", path=folder + b"/a/b/conf", token="new").code == "changed"


def test_changes_are_noticed(tmp_path: Path, folder: bytes) -> None:
    """A token is another one when the text is, and empty where there is no text to edit."""
    (tmp_path / "a").write_text("a")
    before = act("read", path=folder + b"/a")["token"]
    paths = [quote_from_bytes(folder + name) for name in (b"/a", b"/gone")]
    assert act("look", paths="\n".join(paths))["tokens"] == {paths[0]: before, paths[1]: ""}
    (tmp_path / "a").write_text("b")
    assert act("look", paths=paths[0])["tokens"][paths[0]] not in {before, ""}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("large", "large"), ("nul", "binary"), ("latin", "binary"), ("pipe", "special"), ("socket", "special"),
        ("loop", "loop"), ("gone", "missing"), ("nul/below", "not-folder"), ("folder", "is-folder"),
        ("n" * 256, "long"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused(tmp_path: Path, folder: bytes, name: str, code: str) -> None:
    """Each with its own word, at once, without waiting for a pipe's other end."""
    (tmp_path / "large").write_bytes(b"x" * (1024 * 1024 + 1))
    (tmp_path / "nul").write_bytes(b"a\0b")
    (tmp_path / "latin").write_bytes("ä".encode("latin-1"))
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    os.mknod(tmp_path / "socket", stat.S_IFSOCK | 0o600)
    assert refused("read", path=folder + b"/" + name.encode()).code == code


def test_devices_and_procs_endless_files_do_not_hold_it() -> None:
    """A device is none for an editor; a file of /proc without a size is read to its end."""
    assert refused("read", path=b"/dev/zero").code == "special"
    assert "Linux" in act("read", path=b"/proc/version")["text"]


def test_nothing_is_put_over_something_else(tmp_path: Path, folder: bytes) -> None:
    """Neither a rename nor a new name, be it a file, a full folder, an empty one or a link to nowhere."""
    (tmp_path / "file").write_text("kept")
    (tmp_path / "full/inside").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("gone")
    for source, target in [("file", "full"), ("file", "link"), ("full", "file"), ("full", "empty"), ("link", "file")]:
        there = {"path": folder + b"/" + source.encode(), "to": folder + b"/" + target.encode()}
        assert refused("rename", **there).code == "exists", (source, target)
        assert refused("create", path=there["to"], kind="folder").code == "exists"
    assert refused("rename", path=folder + b"/full", to=folder + b"/full/inside/it").code == "inside"
    assert names_in(folder) == [b"empty", b"file", b"full", b"link"]
    assert (tmp_path / "file").read_text() == "kept"


def test_a_move_to_another_file_system_copies(tmp_path: Path) -> None:
    """Owner and mode go along, and the old one is gone only when the new one is there."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/run").write_text("x")
    (tmp_path / "tree/run").chmod(0o750)
    os.chown(tmp_path / "tree/run", 1234, 2345)
    target = Path(f"/dev/shm/files-test-{os.getpid()}")  # tmpfs, wherever the tests' folder is
    if target.parent.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("/dev/shm is no other file system here")
    try:
        act("rename", path=os.fsencode(tmp_path / "tree"), to=os.fsencode(target))
        found = (target / "run").stat()
        assert (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) == (0o750, 1234, 2345)
        assert not (tmp_path / "tree").exists()
    finally:
        subprocess.run(["rm", "-rf", target], check=True)


def test_a_deletion_acts_once_and_can_be_undone(tmp_path: Path, folder: bytes) -> None:
    """The same key again deletes nothing more, also when its answer was lost; undoing twice is undoing once."""
    path = folder + b"/a"
    (tmp_path / "a").write_text("first")
    act("remove", path=path, key=KEY)
    (tmp_path / "a").write_text("second")
    act("remove", path=path, key=KEY)
    assert (tmp_path / "a").read_text() == "second"
    assert refused("restore", path=path, key=KEY).code == "exists"
    (tmp_path / "a").unlink()
    act("restore", path=path, key=KEY)
    act("restore", path=path, key=KEY)
    assert (tmp_path / "a").read_text() == "first"
    (tmp_path / "a").unlink()
    assert refused("restore", path=path, key=KEY).code == "expired"
    assert refused("remove", path=path, key=OTHER_KEY).code == "missing"
    assert refused("remove", path=b"/", key=OTHER_KEY).code == "busy"
    assert refused("remove", path=b"/proc", key=OTHER_KEY).code == "busy"


def test_a_file_is_sent_up_in_pieces(tmp_path: Path, folder: bytes) -> None:
    """It has its name at the end alone; a piece may come twice; a gap, a taken name and too little room are refused."""
    path = folder + b"/up"
    up = {"path": path, "key": KEY, "total": 6}
    assert not act("upload", b"abc", offset=0, **up)["is_done"]
    assert not (tmp_path / "up").exists()
    assert refused("upload", b"f", offset=5, **up).code == "gap"
    act("upload", b"abc", offset=0, **up)
    assert act("upload", b"def", offset=3, **up)["is_done"]
    assert (tmp_path / "up").read_bytes() == b"abcdef"
    (tmp_path / "up").chmod(0o755)
    assert refused("upload", b"x", offset=0, path=path, key=OTHER_KEY, total=1).code == "exists"
    act("upload", b"x", offset=0, path=path, key=OTHER_KEY, total=1, replace="1")
    assert ((tmp_path / "up").read_bytes(), stat.S_IMODE((tmp_path / "up").stat().st_mode)) == (b"x", 0o755)
    act("upload", b"abc", offset=0, path=folder + b"/given up", key=KEY, total=6)
    act("give-up", path=folder + b"/given up", key=KEY)
    assert names_in(folder) == [b"up"]


def test_what_does_not_fit_is_refused_before_it_comes(folder: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The announced size is compared with the room that is left, and nothing is begun."""
    monkeypatch.setattr(asked, "UPLOAD_BYTES", 2**60)
    assert refused("upload", b"x", path=folder + b"/up", key=KEY, offset=0, total=2**52).code == "no-room"
    assert names_in(folder) == []


def download(path: bytes) -> tuple[dict[str, Any], bytes, int]:
    """Return what a download announces, its bytes, and how it ended."""
    done = run(asked.request_of("download", {"path": quote_from_bytes(path)}))
    head, _, content = done.stdout.partition(b"\n")
    return answers.answer_of("download", head), content, done.returncode


def test_files_and_folders_are_sent_down(tmp_path: Path, folder: bytes) -> None:
    """A file with its size; a folder as a tar archive with links, modes and odd names, without the trash."""
    (tmp_path / "a").write_bytes(b"\0" * 100_000)
    assert download(folder + b"/a") == ({"size": 100_000, "is_folder": False}, b"\0" * 100_000, 0)
    (tmp_path / "d").mkdir()
    Path(os.fsdecode(folder + b"/d/" + ODD)).write_text("odd")
    (tmp_path / "d/run").write_text("x")
    (tmp_path / "d/run").chmod(0o751)
    (tmp_path / "d/out").symlink_to("/etc")
    (tmp_path / "d/.slipway-trash").mkdir()
    said, content, status = download(folder + b"/d")
    assert (said, status) == ({"size": None, "is_folder": True}, 0)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        names = {os.fsencode(name) for name in archive.getnames()}
        assert names == {b"d", b"d/" + ODD, b"d/run", b"d/out"}
        assert archive.getmember("d/run").mode == 0o751
        assert archive.getmember("d/out").issym()
    with pytest.raises(answers.RefusedError):
        download(folder + b"/gone")


def test_a_page_that_goes_away_in_the_middle_changes_nothing(tmp_path: Path, folder: bytes) -> None:
    """Content that is shorter than announced is not taken."""
    request = asked.request_of("save", {"path": quote_from_bytes(folder + b"/a"), "token": "new"})
    line = json.dumps({**request, "size": 10}).encode() + b"\n"
    command = [sys.executable, *program.argv()[1:]]
    done = subprocess.run(command, input=line + b"half", capture_output=True, timeout=30, check=False)
    assert (done.returncode, names_in(folder)) == (1, [])
