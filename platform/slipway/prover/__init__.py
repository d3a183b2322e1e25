"""`prove`: goes through lessons on fresh machines as a learner would, and records what holds."""
