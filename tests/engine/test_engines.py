"""Three engines of one site, two of them on hosts of their own: added, drained, cut off, killed, rotated, removed."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from slipway.engine.docker_engine import DockerEngine
from slipway.escape.guests import Guest
from tests.engine_of import EngineOf
from tests.hosts import Hosts
from tests.instance import wait_for

pytestmark = pytest.mark.engine
_SANDBOX = re.compile(r"/ws/terminal/([0-9a-f-]{36})/")
FILE = "seven-hundred-lines"


@pytest.fixture(scope="module")
def hosts() -> Iterator[Hosts]:
    """Give a site whose hosts are there and have not joined yet."""
    hosts = Hosts(["second", "third"], {"SLIPWAY_POOL_SIZE": "0", "SLIPWAY_OVERCOMMIT": "20"})
    try:
        hosts.start()
        yield hosts
    finally:
        hosts.remove()


@pytest.fixture(scope="module")
def guest(hosts: Hosts) -> Iterator[Guest]:
    """Give a learner, not yet come."""
    guest = Guest(hosts.site.address)
    yield guest
    guest.close()


def sandbox_of(guest: Guest) -> str:
    """Return the id of a learner's sandbox."""
    found = _SANDBOX.search(guest.terminal)
    assert found, guest.terminal
    return found[1]


def other(name: str) -> str:
    """Return the other host's name."""
    return {"second": "third", "third": "second"}[name]


def disks_on(hosts: Hosts, name: str) -> set[str]:
    """Return the disks of an engine, asked for at the site: through both gates."""
    engine = DockerEngine(hosts.site.home / "run" / "engines" / f"{name}.sock")
    try:
        return {disk.name for disk in engine.disks()}
    finally:
        engine.close()


@contextmanager
def typing(guest: Guest) -> Iterator[list[float]]:
    """Have a learner type all the time; give how long each answer took while there was a terminal."""
    took: list[float] = []
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            try:
                with guest.shell(guest.terminal) as shell:
                    while not done.is_set():
                        begin = time.monotonic()
                        shell.say("echo $((6 * 7))")
                        took.append(time.monotonic() - begin)
            except Exception:  # noqa: BLE001  (whatever a terminal that is cut off says: it is tried again)
                time.sleep(0.3)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield took
    finally:
        done.set()
        thread.join(timeout=90)


def test_hosts_join_by_one_command(hosts: Hosts) -> None:
    """The way is proven in both directions, the invitation is good once, and learners' machines start there."""
    adding = [hosts.begin_adding(name) for name in hosts.hosts]
    for each in adding:
        said = each.finish()
        assert "Docker" in said
        assert "has written to the database" in said
    again = hosts.hosts["second"].join(adding[1].invitation)
    assert again.returncode == 1
    assert "good once" in again.stderr
    listed = hosts.site.command("engine", "list").stdout
    states = [line.split()[:2] for line in listed.splitlines() if line.split()]
    assert states[-3:] == [["local", "open"], ["second", "open"], ["third", "open"]]


def test_a_learner_works_on_another_host(hosts: Hosts, guest: Guest) -> None:
    """The site's own engine drains, so the machine is made elsewhere; its terminal leads through the gates."""
    hosts.site.command("engine", "drain", "local", "--after", "0")
    guest.begin()
    guest.wait_until_ready()
    place, state = hosts.place_of(sandbox_of(guest))
    assert (place in hosts.hosts, state) == (True, "ready")
    with guest.shell(guest.terminal) as shell:
        shell.say(f"seq 700 > {FILE}; docker ps")
        assert "700" in shell.say(f"wc -l {FILE}")


def test_a_lost_host_is_noticed_and_comes_back(hosts: Hosts, guest: Guest) -> None:
    """The wire is pulled: within 30 s the page says so; nothing is gone, and it comes back by itself."""
    sandbox = sandbox_of(guest)
    place, _ = hosts.place_of(sandbox)
    boot = hosts.postgres.rows("SELECT boot FROM sandboxes_sandbox WHERE id = %s", sandbox)
    hosts.hosts[place].network.down()
    took = wait_for("the engine is lost", lambda: hosts.engine(place)["lost_at"] is not None, seconds=40)
    assert took < 30
    assert "host does not answer" in guest.get(guest.lesson).text
    assert hosts.place_of(sandbox) == (place, "ready")
    hosts.hosts[place].network.up()
    wait_for("the engine is back", lambda: hosts.engine(place)["lost_at"] is None, seconds=60)
    with guest.shell(guest.terminal) as shell:
        assert "700" in shell.say(f"wc -l {FILE}")
    assert hosts.postgres.rows("SELECT boot FROM sandboxes_sandbox WHERE id = %s", sandbox) == boot


def test_an_engine_is_killed_under_load(hosts: Hosts, guest: Guest) -> None:
    """Its machines are started again from their disks, without anybody doing anything."""
    sandbox = sandbox_of(guest)
    place, _ = hosts.place_of(sandbox)
    with typing(guest) as took:
        wait_for("keys answered", lambda: len(took) > 3)
        EngineOf(hosts.hosts[place]).kill_container()
        before = len(took)
        wait_for("keys answered again", lambda: len(took) > before + 5, seconds=90)
    with guest.shell(guest.terminal) as shell:
        assert "700" in shell.say(f"wc -l {FILE}")


def test_certificates_are_replaced_under_an_open_terminal(hosts: Hosts, guest: Guest) -> None:
    """The terminal that is open goes on; gates take the new ones alone."""
    folder = hosts.site.home / "gate"
    before = (folder / "identity.pem").read_bytes()
    with guest.shell(guest.terminal) as shell:
        hosts.site.command("engine", "rotate")
        assert "700" in shell.say(f"wc -l {FILE}")
    assert (folder / "identity.pem").read_bytes() != before
    with guest.shell(guest.terminal) as shell:
        assert "700" in shell.say(f"wc -l {FILE}")


def test_a_drained_engine_is_empty_and_its_machine_elsewhere(hosts: Hosts, guest: Guest) -> None:
    """It is announced on the page; then the machine sleeps, is moved with its files, and comes back there."""
    sandbox = sandbox_of(guest)
    place, _ = hosts.place_of(sandbox)
    [(machine,)] = hosts.postgres.rows("SELECT machine FROM sandboxes_sandbox WHERE id = %s", sandbox)
    refused = hosts.site.command("engine", "remove", place, check=False)
    assert "1 machines" in refused.stderr
    hosts.site.command("engine", "drain", place, "--after", "30")
    assert "this machine moves to another host" in guest.get(guest.lesson).text
    hosts.site.command("engine", "drain", place, "--after", "0")
    wait_for("the machine is moved", lambda: hosts.place_of(sandbox) == (other(place), "suspended"), seconds=90)
    guest.post(f"{guest.lesson}machine/open/")
    guest.wait_until_ready()
    assert hosts.place_of(sandbox) == (other(place), "ready")
    with guest.shell(guest.terminal) as shell:
        assert "700" in shell.say(f"wc -l {FILE}; docker ps")
    wait_for(
        "no disk is left behind", lambda: not any(name.startswith(str(machine)) for name in disks_on(hosts, place))
    )
    hosts.site.command("engine", "remove", place)
    assert place not in hosts.site.command("engine", "list").stdout
    assert not Path(hosts.site.home / "gate" / "peers" / f"{place}.json").exists()
