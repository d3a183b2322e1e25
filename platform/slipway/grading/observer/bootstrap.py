"""Make modules out of their sources: the first thing that runs in the sandbox. Standard library alone."""

import sys
from _frozen_importlib import ModuleSpec
from collections.abc import Mapping, Sequence
from types import ModuleType


class SourceFinder:
    """Finds modules in a mapping of names to sources; a name that begins another one is a package."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module that is ours, as the import system asks for it."""
        del path, target
        if name not in self._sources:
            return None
        is_package = any(other.startswith(f"{name}.") for other in self._sources)
        return ModuleSpec(name, self, is_package=is_package)  # type: ignore[arg-type]  # it has what a loader needs

    def create_module(self, spec: ModuleSpec) -> None:
        """Let the import system make the module."""
        del spec

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's source."""
        source = self._sources[module.__name__]
        exec(compile(source, module.__name__, "exec"), module.__dict__)  # noqa: S102  (the sources are our own)


def start(sources: Mapping[str, str]) -> None:
    """Observe what the first argument asks for and print it."""
    sys.meta_path.insert(0, SourceFinder(sources))
    module = __import__("slipway.grading.observer.main", fromlist=["main"])
    module.main(sys.argv[1])
