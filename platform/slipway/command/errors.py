"""What can go wrong in a command, as a sentence and what to do about it. Pure."""


class CommandError(Exception):
    """A command could not do its work. `cure` says what the person should do next."""

    def __init__(self, text: str, cure: str = "") -> None:
        super().__init__(text)
        self.cure = cure
