"""What cannot be kept."""


class StudyError(Exception):
    """Something cannot be kept; the text says what to do next."""
