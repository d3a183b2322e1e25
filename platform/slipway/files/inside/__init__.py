"""What runs in a machine, as its root, for one act on its files: standard library alone, on the toolset's Python.

`program.py` sends these modules as source. Paths are bytes here, for a name may be any bytes; on the way they are
percent-encoded (RFC 3986), which is ASCII whatever the bytes are.
"""
