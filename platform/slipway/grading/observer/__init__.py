"""What runs inside a sandbox and observes it: the standard library alone, sent in whole with each check run.

Nothing here may import what the sandbox has not: these modules are imported there from their sources (bootstrap.py).
They trust nothing that they find: paths may be FIFOs, sockets may hang, processes may vanish.
"""
