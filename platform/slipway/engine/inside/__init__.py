"""Programs that are sent into a machine or the disks' container when they run, as text.

They need the toolset's Python alone.
"""
