"""Errors that only those who prepare an engine meet. Pure."""

from collections.abc import Sequence

from slipway.engine.port import EngineError


class ImageBuildError(EngineError):
    """An image could not be made; the last lines of the builder say why."""

    def __init__(self, image: str, last_lines: Sequence[str]) -> None:
        self.image = image
        self.last_lines = tuple(last_lines)
        super().__init__(f"The image {image} could not be made. The builder's last lines:\n" + "\n".join(last_lines))
