"""What the death of an engine leaves frozen is let go on, so that it can end.

On version 1 of control groups nothing kills a frozen process. A machine is frozen while its disk is copied, and what
runs in it may be frozen by its own Docker. Where the engine is killed meanwhile, its container never ends by itself,
and the host does not start it again. On version 2 the kernel kills what is frozen.
"""

import re
import socket
import subprocess
import sys
from pathlib import Path

from slipway.engine.folders import SANDBOXES

# Where version 1 freezes. Whoever runs in a container of their own sees no groups of the host: nothing is done then.
FREEZER = Path("/sys/fs/cgroup/freezer")
# Beside the engine's socket: the name of the group that all its machines are in.
GROUP = "group"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_PROGRAM = SANDBOXES / "engine" / "runtime" / "freezer.py"


def let_the_dead_end(engine_socket: Path) -> None:
    """Thaw all machines of an engine that is dead; one that listens is left alone. Nothing to thaw counts as done."""
    try:
        group = (engine_socket.parent / GROUP).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return
    if _NAME.fullmatch(group) and (FREEZER / group).is_dir() and _is_dead(engine_socket):
        # It says on standard error what withstands. The next look tries again.
        subprocess.run([sys.executable, "-I", str(_PROGRAM), str(FREEZER / group)], check=False)


def _is_dead(engine_socket: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(engine_socket))
        except (ConnectionRefusedError, FileNotFoundError):
            return True
        except OSError:
            return False
    return False
