"""Programs that run in a machine, their text sent along with the exec."""
