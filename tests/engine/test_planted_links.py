"""What root leaves in its machine for the next start, which the engine's root makes: links lead nowhere."""

import pytest

from slipway.engine.port import EngineError
from tests.engine.lab import Lab

pytestmark = pytest.mark.engine
NAME = "box-links"
# From another mount namespace, since in its own one the folder is busy: PID 1 there is the machine's first process.
PLANT = """
docker run -d --privileged --pid=host --name plant ubuntu sh -c '
    sleep 1; rmdir /proc/1/root/var/lib/docker && ln -s /usr/local/sbin /proc/1/root/var/lib/docker'
echo pwned >/var/lib/docker/planted
sleep 3
test -L /var/lib/docker
"""


def test_a_link_in_the_place_of_a_mount_is_refused(lab: Lab) -> None:
    """A machine whose /var/lib/docker became a link is refused until it is reset."""
    spec = lab.start(NAME)
    planted = lab.attempt(NAME, PLANT)
    assert planted.exit_status == 0, planted.stderr.decode(errors="replace")
    lab.engine.stop_machine(NAME)
    with pytest.raises(EngineError, match="reset it"):
        lab.engine.start_machine(spec)
    assert "planted" not in lab.on_engine("ls -A /usr/local/sbin")
    lab.reset(NAME)
    assert "Server" in lab.sh(NAME, "docker version")
