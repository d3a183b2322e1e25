"""A container of the host without a wall, where attempts have to succeed. Only tests start one: it is the host's root.

What runs in it changes nothing that lasts, see `slipway.escape.machine`, but a mistake in it would.
"""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from slipway.engine import hosting
from slipway.escape.bench import RUN, Target
from slipway.escape.capabilities import owned

SLEEP = ["/opt/slipway/tini", "--", "/opt/slipway/busybox", "sleep", "infinity"]
SOCKET = "/run/docker.sock"


@contextlib.contextmanager
def without_walls(target: Target) -> Iterator[str]:
    """Run a container that has all that a machine must not have, and give its name; remove it at the end.

    What is tried in it meets the kernel alone.
    """
    name = f"slipway-without-walls-{secrets.token_hex(4)}"
    seen = {target.container.run_folder.resolve(): RUN, target.run: f"{RUN}-site", target.project: "/project"}
    seen |= {Path(SOCKET): SOCKET, Path("/sys/fs/cgroup"): "/sys/fs/cgroup"}
    api = hosting.connect()
    config = hosting.unconfined(
        api,
        binds=[f"{path}:{there}" for path, there in seen.items()],
        network_mode="host",
        pid_mode="host",
        ipc_mode="host",
        cgroupns="host",
        cap_add=owned(),
        device_cgroup_rules=["a *:* rwm"],
        log_config={"Type": "none", "Config": {}},
    )
    try:
        api.create_container(target.image, name=name, entrypoint=SLEEP, command=[], host_config=config)
        try:
            api.start(name)
            yield name
        finally:
            api.remove_container(name, force=True, v=True)
    finally:
        api.close()
