"""Docker is installed on a machine that has none, offline, as its own script does it, and comes back after a rest."""

from collections.abc import Iterator

import pytest

from slipway.engine.container import EngineContainer
from slipway.engine.docker_engine import DockerEngine
from slipway.grading.judging import Observations, request_for
from slipway.grading.observing import observe
from slipway.lessonfile.subjects import Container, Containers, Image, Observed
from tests.engine.lab import Lab

pytestmark = pytest.mark.engine
BOX = "box-install"
PACKAGES = (
    "docker-ce docker-ce-cli containerd.io docker-compose-plugin docker-ce-rootless-extras docker-buildx-plugin"
    " docker-model-plugin"
)
SCRIPT = "/root/get-docker.sh"


@pytest.fixture(scope="module")
def install_lab(docker_engine: DockerEngine, engine_container: EngineContainer, tags: dict[str, str]) -> Iterator[Lab]:
    """Give a bench with one machine without Docker, on which the tests below build one after the other."""
    bench = Lab(docker_engine, engine_container, tags["lab-install"])
    bench.reset(BOX)
    yield bench
    bench.clear()


def look(lab: Lab, *subjects: Observed) -> Observations:
    """Return what a check sees."""
    return observe(lab.engine, BOX, [request_for(subject, {}) for subject in subjects])


def test_there_is_no_docker_yet(install_lab: Lab) -> None:
    """Neither command nor package nor socket; the machine came up all the same."""
    assert install_lab.attempt(BOX, "command -v docker dockerd containerd").exit_status
    assert install_lab.attempt(BOX, f"dpkg -s {PACKAGES} 2>/dev/null | grep .").exit_status
    assert "docker.sock" not in install_lab.sh(BOX, "ls -A /run")


def test_checks_of_docker_s_things_say_that_they_saw_nothing(install_lab: Lab) -> None:
    """A container or image that cannot be asked for is not absent: it could not be observed, so nothing passes."""
    found = look(install_lab, Container("web"), Containers(), Image("hello-world"))
    assert found.facts == {}
    assert len(found.failures) == 3
    assert all("the machine's Docker Engine does not answer" in reason for reason in found.failures.values())


def test_apt_knows_debians_packages(install_lab: Lab) -> None:
    """An update asks nobody outside, so it does not fail; what was installed is the learner's alone."""
    output = install_lab.sh(BOX, "apt-get update; apt-cache policy iptables; ls -A /var/log/apt")
    assert "Candidate: 1." in output
    assert "history.log" not in output


def test_the_script_s_address_leads_to_another_one(install_lab: Lab) -> None:
    """Without -L there is nothing in the file; with it, the script, by a certificate that the machine trusts."""
    assert install_lab.sh(BOX, "curl -fsS https://get.docker.com -o empty; wc -c <empty").strip() == "0"
    served = "/srv/downloads/get.docker.com/get-docker.sh"
    install_lab.sh(BOX, f"curl -fsSL https://get.docker.com -o {SCRIPT}; cmp {SCRIPT} {served}")
    first_lines = install_lab.sh(BOX, f"head -n 3 {SCRIPT}; grep ^SCRIPT_COMMIT_SHA= {SCRIPT}")
    assert "STAND-IN" in first_lines
    assert "SCRIPT_COMMIT_SHA=" in first_lines


def test_a_dry_run_names_the_packages_and_changes_nothing(install_lab: Lab) -> None:
    """It prints each command, also for a user without rights."""
    dry_run = "setpriv --reuid 1000 --clear-groups sh /tmp/get-docker.sh --dry-run"
    output = install_lab.sh(BOX, f"cp {SCRIPT} /tmp; {dry_run}")
    assert f"apt-get -y -qq install {PACKAGES} >" in output
    assert "signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/debian trixie stable" in output
    assert "docker" not in install_lab.sh(BOX, "ls /etc/apt/keyrings /etc/apt/sources.list.d")


def test_an_unknown_version_or_channel_is_refused(install_lab: Lab) -> None:
    """Nothing is installed then."""
    version = install_lab.attempt(BOX, f"sh {SCRIPT} --version 99.9")
    assert version.exit_status == 1
    assert b"ERROR: '99.9' not found amongst apt-cache madison results" in version.stderr
    channel = install_lab.attempt(BOX, f"sh {SCRIPT} --channel nightly")
    assert channel.exit_status == 1
    assert b"unknown CHANNEL" in channel.stderr
    assert install_lab.attempt(BOX, "command -v docker").exit_status


def test_the_script_installs_and_leaves_a_record(install_lab: Lab) -> None:
    """Seven packages from a signed repository, and apt's history of them. The daemon does not run."""
    output = install_lab.sh(BOX, f"sudo sh {SCRIPT}")
    assert "The Docker daemon was not started" in output
    installed = install_lab.sh(BOX, f"dpkg-query -W -f '${{db:Status-Status}} ' {PACKAGES}")
    assert installed.split() == ["installed"] * 7
    assert install_lab.sh(BOX, "grep -c ^Commandline: /var/log/apt/history.log").strip() == "1"
    result = install_lab.attempt(BOX, "docker ps")
    assert b"Cannot connect to the Docker daemon" in result.stderr


def test_the_service_starts_and_hello_world_comes_from_the_hub(install_lab: Lab) -> None:
    """Containerd and dockerd run, nothing was there beforehand, and a check now sees the container."""
    output = install_lab.sh(BOX, "service docker start; docker images -q; docker run --name hello hello-world")
    assert "Unable to find image 'hello-world:latest' locally" in output
    assert "Hello from Docker!" in output
    install_lab.sh(BOX, "pgrep -x containerd; pgrep -x dockerd; service docker status; docker compose version")
    found = look(install_lab, Container("hello"), Image("hello-world"))
    assert [fact["exists"] for fact in found.facts.values() if isinstance(fact, dict)] == [True, True]


def test_docker_comes_back_after_a_rest(install_lab: Lab) -> None:
    """A suspended machine is as one that was switched off: its enabled service starts with it, containers are kept."""
    install_lab.engine.stop_machine(BOX)
    install_lab.start(BOX)
    assert "hello" in install_lab.sh(BOX, "docker ps -a")


def test_a_broken_docker_keeps_no_machine_from_coming_up(install_lab: Lab) -> None:
    """A setting that dockerd cannot read is the learner's to mend, and the service says where to look."""
    broken = install_lab.sh(BOX, "echo '{,}' >/etc/docker/daemon.json; service docker restart || :")
    assert "invalid character" in broken
    install_lab.engine.stop_machine(BOX)
    install_lab.start(BOX)
    assert install_lab.attempt(BOX, "docker ps").exit_status == 1
    install_lab.sh(BOX, "rm /etc/docker/daemon.json; service docker start; docker ps")


def test_removed_with_its_settings_it_stays_away(install_lab: Lab) -> None:
    """After a purge nothing runs, and a rest does not bring it back; the script's --version installs it again."""
    install_lab.sh(BOX, f"apt-get purge -qqy {PACKAGES} >/dev/null")
    install_lab.engine.stop_machine(BOX)
    install_lab.start(BOX)
    assert install_lab.attempt(BOX, "command -v docker || pgrep -x dockerd").exit_status
    output = install_lab.sh(BOX, f"sh {SCRIPT} --version 26.1; service docker start; docker version")
    assert "docker-ce=5:26.1" in output
