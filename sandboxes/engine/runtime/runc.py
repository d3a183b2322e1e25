"""The program that makes containers: runc, or another one of the name by which `sandbox-runtime` was called."""

import os

RUNC = os.environ.get("SLIPWAY_RUNC", "runc")
