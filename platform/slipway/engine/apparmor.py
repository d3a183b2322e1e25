"""The machines' AppArmor profile, for hosts that have AppArmor: its text, and loading it into the host's kernel."""

import os
import subprocess
from pathlib import Path

from slipway.engine.hosting import APPARMOR
from slipway.engine.port import EngineError

PROFILE = Path(__file__).parents[3] / "sandboxes" / "apparmor.profile"
PARSER = "apparmor_parser"
# With this file come rules on user namespaces. Older parsers know none, and older kernels restrict none.
ABI = Path("/etc/apparmor.d/abi/4.0")
TIMEOUT_SECONDS = 60


def is_on_host() -> bool:
    """Tell whether this host's kernel confines by AppArmor."""
    return APPARMOR.is_dir()


def text(*, has_userns: bool) -> str:
    """Return the profile; where rules on user namespaces are known, with the one that allows them."""
    profile = PROFILE.read_text(encoding="utf-8")
    if not has_userns:
        return profile.replace("  @USERNS@\n", "")
    return "abi <abi/4.0>,\n" + profile.replace("@USERNS@", "userns,")


def load() -> None:
    """Load the profile into the kernel, in the place of an older one. Raise `EngineError`."""
    _parse(["--replace"], text(has_userns=ABI.exists()))


def check(profile: str) -> None:
    """Have the parser read a profile, past the kernel. Raise `EngineError` with its complaint."""
    _parse(["--skip-kernel-load", "--skip-cache"], profile)


def _parse(options: list[str], profile: str) -> None:
    # Debian keeps it where an ordinary user's PATH does not lead.
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
    try:
        done = subprocess.run(
            [PARSER, *options], input=profile, capture_output=True, text=True, env=environment, check=False,
            timeout=TIMEOUT_SECONDS,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise EngineError(f"There is no {PARSER}: install the package apparmor.") from error
    if done.returncode:
        raise EngineError(f"{PARSER} does not take the profile of machines: {done.stderr.strip()[-500:]}")
