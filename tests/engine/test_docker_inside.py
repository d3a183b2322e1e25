"""The Docker inside a machine does what a course asks of it."""

import pytest

from tests.engine.lab import Lab

pytestmark = pytest.mark.engine
BOX = "box-one"
ADDRESS = "docker inspect -f '{{.NetworkSettings.IPAddress}}'"
CURL = "curl -sS --retry 20 --retry-connrefused --retry-delay 1"


@pytest.fixture(scope="module", autouse=True)
def web(shared_lab: Lab) -> None:
    """Run the web server that the tests look at."""
    shared_lab.sh(BOX, "docker run -d --name web -p 8080:80 nginx")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(f"{CURL} http://$({ADDRESS} web)/", "Welcome to nginx!", id="its-address"),
        pytest.param(f"{CURL} http://127.0.0.1:8080/", "Welcome to nginx!", id="published-port"),
        pytest.param(f"{CURL} -o /dev/null http://127.0.0.1:8080/; docker logs web", "GET / HTTP/1.1", id="logs"),
        pytest.param("docker exec web bash -c 'echo $BASH_VERSION'", "5.", id="bash-inside"),
        pytest.param("docker run --rm alpine sh -c 'ls / && ! command -v bash'", "etc", id="alpine-has-sh-and-no-bash"),
        pytest.param("docker run -d --name store redis; sleep 1; docker exec store redis-cli ping", "PONG", id="redis"),
        pytest.param(
            "docker stop -t 5 web; docker start web; docker exec web true; echo again", "again", id="stop-start"
        ),
        pytest.param("docker top web", "nginx: master", id="top"),
        pytest.param("docker stats --no-stream --format '{{.MemUsage}}' web", "MiB", id="stats"),
        pytest.param("docker commit web learner/web", "sha256:", id="commit"),
        pytest.param(
            "docker image inspect -f '{{json .Config.ExposedPorts}} {{.Config.StopSignal}}' nginx", "80/tcp", id="port"
        ),
        pytest.param(
            "docker run --rm --privileged ubuntu mount -t tmpfs t /mnt && echo mounted", "mounted", id="privileged"
        ),
        pytest.param(
            "docker run -d --init --name ends alpine sleep 600; docker stop ends >/dev/null;"
            " docker inspect -f 'ended with {{.State.ExitCode}}' ends",
            "ended with 143",
            id="init",
        ),
        pytest.param(
            "docker pause web; docker inspect -f '{{.State.Status}}' web; docker unpause web", "paused", id="pause"
        ),
    ],
)
def test_docker_command(shared_lab: Lab, script: str, expected: str) -> None:
    """A command of the course gives what it gives on any machine."""
    assert expected in shared_lab.sh(BOX, script)


def test_build_with_buildkit(shared_lab: Lab) -> None:
    """A Dockerfile builds, on a preloaded image, and its image runs."""
    script = r"""
    mkdir -p /root/b; cd /root/b
    printf 'FROM ubuntu\nRUN echo built >/built\nCMD ["cat", "/built"]\n' >Dockerfile
    docker build -q -t mine .; docker run --rm mine
    """
    assert "built" in shared_lab.sh(BOX, script)


def test_compose(shared_lab: Lab) -> None:
    """A compose file comes up with a network of its own, where services know each other by name."""
    script = r"""
    mkdir -p /root/c; cd /root/c
    printf 'services: {page: {image: nginx}, asker: {image: alpine, command: sleep 60}}\n' >compose.yml
    docker compose up -d; sleep 1
    docker compose exec -T asker wget -qO- http://page/
    docker compose down -t 1
    """
    assert "Welcome to nginx!" in shared_lab.sh(BOX, script)


def test_stand_ins_say_so(shared_lab: Lab) -> None:
    """An image made from Debian's packages says that it stands in, in a label and in its own files."""
    script = """
    docker image inspect -f '{{index .Config.Labels "org.slipway.stand-in"}}' ubuntu nginx redis alpine | sort -u
    docker run --rm ubuntu grep VARIANT= /etc/os-release
    docker run --rm alpine grep VARIANT= /etc/os-release
    """
    assert shared_lab.sh(BOX, script).splitlines() == ["1", 'VARIANT="stand-in"', 'VARIANT="stand-in"']


@pytest.mark.parametrize("where", ["", "docker run --rm ubuntu ", "docker run --rm --network fast ubuntu "])
def test_lookups_fail_at_once(shared_lab: Lab, where: str) -> None:
    """A name that nobody knows fails within three seconds, in the machine as in a container."""
    shared_lab.sh(BOX, "docker network inspect fast >/dev/null 2>&1 || docker network create fast")
    # 2 is getent's word for an unknown name, 124 would be timeout's.
    assert shared_lab.attempt(BOX, f"{where}timeout 3 getent hosts a.invalid").exit_status == 2


def test_addresses_elsewhere_are_refused_at_once(shared_lab: Lab) -> None:
    """A connection to an address outside fails within three seconds in a container, too."""
    script = "docker run --rm ubuntu timeout 3 bash -c 'exec 3<>/dev/tcp/198.51.100.7/80'"
    assert shared_lab.attempt(BOX, script).exit_status == 1


def test_images_outlive_a_restart_of_dockerd(shared_lab: Lab) -> None:
    """A learner stops dockerd and starts it again: the preloaded images are as before, and can be saved and pushed."""
    script = """
    kill $(pidof dockerd); while pidof dockerd; do sleep 0.1; done
    (dockerd >/var/log/dockerd.log 2>&1 &)
    for i in {1..100}; do docker version >/dev/null 2>&1 && break; sleep 0.1; done
    docker run --rm alpine echo alpine runs
    docker run --rm ubuntu bash -c 'echo ubuntu runs'
    docker save nginx | tar t | grep -c manifest.json
    """
    output = shared_lab.sh(BOX, script)
    assert "alpine runs" in output
    assert "ubuntu runs" in output
    assert output.rstrip().endswith("1")


def test_the_daemon_is_a_service(shared_lab: Lab) -> None:
    """It stops with its containers, leaves no zombie in its own way, and starts what is to run always.

    A process that ended has no program any more, which the service looks at, a moment before it has no PID.
    """
    script = """
    docker rm -f $(docker ps -aq)
    docker run -d --name always --restart always nginx
    docker run -d --name once --stop-timeout 1 alpine sleep 999
    service docker stop
    timeout 5 sh -c 'while pgrep dockerd; do sleep 0.1; done'
    """
    shared_lab.sh(BOX, script)
    assert "Cannot connect to the Docker daemon" in shared_lab.sh(BOX, "docker ps || :")
    shared_lab.sh(BOX, "service docker start; service docker status")
    assert shared_lab.sh(BOX, "docker ps --format '{{.Names}}'").split() == ["always"]
    # Killed at once it leaves its containers running, and can start again.
    shared_lab.sh(BOX, "kill -9 $(cat /run/docker.pid); sleep 0.5; pgrep nginx; service docker start; docker ps")


def test_the_hub_is_a_service(shared_lab: Lab) -> None:
    """Closed, it refuses a pull; opened again, it gives and counts."""
    shared_lab.sh(BOX, "service hub stop; ! service hub status")
    assert "connection refused" in shared_lab.sh(BOX, "docker pull hello-world || :")
    shared_lab.sh(BOX, "service hub start; docker pull hello-world; grep -q hello-world /var/log/hub/access.log")


def test_the_prompt_names_the_machine(shared_lab: Lab) -> None:
    """A login shell's prompt is root@box, and lines are completed."""
    output = shared_lab.sh(
        BOX, "bash -ic 'echo ${PS1@P}; complete -p docker' 2>/dev/null || bash -ic 'echo ${PS1@P}' 2>/dev/null"
    )
    assert "root@box" in output
