"""Attempts to get out of a sandbox, made as its learner would make them: `./slipway doctor --escape`."""
