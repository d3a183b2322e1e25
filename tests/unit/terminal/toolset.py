"""The toolset's own modules, which run in sandboxes and are no part of the platform."""

import importlib
import sys

from tests.inside.page import TOOLSET

sys.path.insert(0, str(TOOLSET))

ring = importlib.import_module("ring")
wire = importlib.import_module("wire")
