"""Where what lies behind gates is reached on this host. Pure."""

from pathlib import Path

POSTGRES_PORT = 5432


def engine_socket(home: Path, name: str) -> Path:
    """Return where the engine of another host is reached at the site."""
    return home / "run" / "engines" / f"{name}.sock"


def site_folder(home: Path) -> Path:
    """Return the folder in which the site's services are reached on a host that joined."""
    return home / "run" / "site"


def redis_socket(site: Path) -> Path:
    """Return where the site's Redis is reached."""
    return site / "redis.sock"


def postgres_socket(folder: Path, port: int = POSTGRES_PORT) -> Path:
    """Return where a PostgreSQL is reached in a folder, as libpq names it."""
    return folder / f".s.PGSQL.{port}"
