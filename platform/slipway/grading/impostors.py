"""What stands in the place of Docker, or of a program that checks run: its learner, being root, may replace any."""

import json

from django.utils.translation import gettext_noop

from slipway import sentences
from slipway.engine import programs
from slipway.engine.port import Engine, EngineError

# As the images' own packages install it, behind its wrapper, and as Docker's packages do.
DOCKERD = frozenset({"/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/libexec/slipway/dockerd"})
SECONDS = 5.0
_UNKNOWN = gettext_noop("It could not be told what its programs are. Check again; if it stays so, reset the machine.")


class ImpostorError(EngineError):
    """Something stands in the place of what was looked through; nothing that was observed counts."""


def refuse(engine: Engine, machine: str) -> None:
    """Raise `ImpostorError` when something stands in the place of Docker or a program, and what the engine raises.

    This holds whoever puts up a server or a script of their own. Root of a machine may go further: trace the dockerd
    that runs, or have a program of their own pass for one.
    """
    ended = engine.run(machine, programs.command("impostors"), timeout_seconds=SECONDS)
    try:
        found = json.loads(ended.stdout)
        answerer, scripts, preloaded = str(found["answerer"]), list(found["scripts"]), str(found["preloaded"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ImpostorError(_UNKNOWN) from error
    # So it reads where the package was upgraded meanwhile.
    if answerer and answerer.removesuffix(" (deleted)") not in DOCKERD:
        raise ImpostorError(sentences.NOT_DOCKER.format(program=answerer[:100]))
    if scripts:
        raise ImpostorError(sentences.OWN_SCRIPT.format(program=str(scripts[0])[:100]))
    if preloaded:
        raise ImpostorError(sentences.PRELOADED.format(library=preloaded[:100]))
