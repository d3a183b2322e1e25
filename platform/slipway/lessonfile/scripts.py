"""Scripts of setup and of drills as commands to run in a machine. Pure: no Django, no IO."""

from collections.abc import Mapping

from slipway.lessonfile.model import SetupStep

SETUP_TIMEOUT_SECONDS = 60.0
# A check has to end within its task's limit, with the look at the machine that follows.
DRILL_TIMEOUT_SECONDS = 60.0
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# The distribution's programs come before what a learner may have put beside them under the same name.
DRILL_PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"


def setup_argv(step: SetupStep, parameters: Mapping[str, str]) -> list[str]:
    """Return the command that runs a setup step in a clean environment, with the parameters as variables.

    The script ends at its first failing command; its exit status is the command's.
    """
    return _argv(step.script, parameters, PATH)


def drill_argv(drill: SetupStep, parameters: Mapping[str, str]) -> list[str]:
    """Return the command that does a drill, like a setup step's; all it prints comes on standard output, in order."""
    return _argv(f"exec 2>&1\n{drill.script}", parameters, DRILL_PATH)


def _argv(script: str, parameters: Mapping[str, str], path: str) -> list[str]:
    variables = [f"{name}={value}" for name, value in sorted(parameters.items())]
    clean = ["HOME=/root", "USER=root", "LANG=C.UTF-8", f"PATH={path}", "DEBIAN_FRONTEND=noninteractive"]
    # The mark stays in the environment: by it a step that takes too long is found and ended with all that it started.
    keep = 'exec /usr/bin/env -i ${SLIPWAY_RUN:+"SLIPWAY_RUN=$SLIPWAY_RUN"} "$@"'
    return [
        "/bin/sh",
        "-c",
        keep,
        "setup",
        *clean,
        *variables,
        "/bin/bash",
        "-c",
        f"set -euo pipefail\ncd /root\n{script}",
        "setup",
    ]
