"""Programs that are sent into a machine when they run, as text. They need the Python there alone."""
