"""Proves lessons on the engine of SLIPWAY_ENGINE_SOCKET: a process of its own, as settings are read once."""

import json
import signal
import sys
from pathlib import Path

import django
from django.conf import settings

from slipway.command.instance import Instance
from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import EngineError


def main(argv: list[str]) -> int:
    """Hand the engine, the images and the folder of lessons to the prover."""
    django.setup()
    from slipway.prover import main as prove  # noqa: PLC0415  (models need django.setup() first)

    images: dict[str, str] = {}
    path = Instance.from_environment().images
    if path.exists():
        images = json.loads(path.read_text(encoding="utf-8"))

    def image_of(name: str) -> str:
        if name not in images:
            raise EngineError(f"The image {name} is not built yet. Type ./slipway up, which builds it.")
        return images[name]

    engine = DockerEngine(Path(settings.ENGINE_SOCKET))
    return prove.main(argv, engine=engine, image_of=image_of, lessons=settings.LESSONS)


if __name__ == "__main__":
    # Ended from outside it does as with Ctrl-C: the tries that run come to their end and remove their machines.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Stopped. What was proven until then is recorded.")
