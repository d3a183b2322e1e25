"""Errors of grading. Pure: no IO."""


class GradingError(Exception):
    """What was asked cannot be done with this attempt; the text says why and what to do next."""
