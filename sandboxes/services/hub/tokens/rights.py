"""Who may do what on the stand-in Hub, as on the real one.

All may pull what exists, each may push below their own name.
"""

from collections.abc import Iterable
from pathlib import Path


def accounts(text: str) -> dict[str, str]:
    """Read a file of ``name:password`` lines."""
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {name.strip(): password for name, password in pairs}


def granted(scopes: Iterable[str], user: str | None, repositories: Path) -> list[dict[str, object]]:
    """Return the access that a token grants, out of the scopes asked for (``repository:NAME:pull,push``).

    A repository that does not exist cannot be pulled: that answer is what makes the client say
    "pull access denied for NAME, repository does not exist or may require 'docker login'", as it does with the real
    Hub.
    """
    access: list[dict[str, object]] = []
    for scope in scopes:
        kind, _, rest = scope.partition(":")
        name, _, wanted = rest.rpartition(":")
        if kind != "repository" or not name or ".." in name.split("/"):
            continue
        own = user is not None and name.startswith(f"{user}/")
        allowed = {"pull", "push"} if own else {"pull"} if (repositories / name).is_dir() else set()
        actions = [action for action in wanted.split(",") if action in allowed]
        if actions:
            access.append({"type": kind, "name": name, "actions": actions})
    return access
