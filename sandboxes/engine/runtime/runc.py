"""The program that makes containers: runc, or another one in its place, by the name that `sandbox-runtime` was called."""

import os

RUNC = os.environ.get("SLIPWAY_RUNC", "runc")
