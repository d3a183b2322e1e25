"""`./slipway doctor`: facts of this machine, read in one place, and judged by pure functions, each with its cure."""
