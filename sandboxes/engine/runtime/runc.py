"""The program that makes containers: runc, or another one with the same command line, as `sandbox-runtime` was called."""

import os

RUNC = os.environ.get("SLIPWAY_RUNC", "runc")
