"""Load programs of the images, which are no packages, for their pure parts to be tested."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

SANDBOXES = Path(__file__).parents[3] / "sandboxes"


def load(path: str) -> ModuleType:
    """Load a file below sandboxes/ under a name that no other module has."""
    name = "sandboxes_" + path.removesuffix(".py").replace("/", "_").replace("-", "_")
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, SANDBOXES / path)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
