"""Scripts of setup and of drills as commands to run in a machine. Pure: no Django, no IO."""

from collections.abc import Mapping

from slipway.lessonfile.model import SetupStep

SETUP_TIMEOUT_SECONDS = 60.0
DRILL_TIMEOUT_SECONDS = 60.0
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# The distribution's programs come before what a learner may have put beside them under the same name.
DRILL_PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"


def setup_argv(step: SetupStep, parameters: Mapping[str, str], path: str = PATH) -> list[str]:
    """Return the command that runs a script in a clean environment with the parameters as variables.

    The script ends at its first failing command; its exit status is the step's.
    """
    variables = [f"{name}={value}" for name, value in sorted(parameters.items())]
    clean = ["HOME=/root", "USER=root", "LANG=C.UTF-8", f"PATH={path}", "DEBIAN_FRONTEND=noninteractive"]
    script = f"set -euo pipefail\ncd /root\n{step.script}"
    # The mark stays in the environment: by it a step that takes too long is found and ended with all that it started.
    keep = 'exec /usr/bin/env -i ${SLIPWAY_RUN:+"SLIPWAY_RUN=$SLIPWAY_RUN"} "$@"'
    return ["/bin/sh", "-c", keep, "setup", *clean, *variables, "/bin/bash", "-c", script, "setup"]
