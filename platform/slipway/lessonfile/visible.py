"""Make a text from elsewhere harmless to a terminal. Pure: no Django, no IO."""


def visible(text: str) -> str:
    """Return a text whose characters can all be seen: what could act on a terminal is replaced, lines and tabs stay."""
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
