"""What a command says. Results go to standard output; progress, warnings and failures to standard error."""

from rich.console import Console

from slipway.lessonfile.visible import visible

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)


def say(text: str = "") -> None:
    """Print a result as it stands, without markup, and without what could act on the terminal."""
    out.print(visible(text), markup=False)


def note(text: str) -> None:
    """Print something worth knowing that is no result."""
    err.print(visible(text), markup=False)


def report(text: str, cure: str) -> None:
    """Print a failure and what to do about it."""
    err.print(visible(f"slipway: {text}"), markup=False, style="bold red")
    if cure:
        err.print(visible(f"\nWhat to do: {cure}"), markup=False)
