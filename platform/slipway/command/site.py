"""What needs Django, in a process of its own: `python -m slipway.command.site prepare|fill-pool HOME`.

One process does all of it, because Django takes most of a second to start.
"""

import importlib
import json
import secrets
import sys
import time
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from slipway.command import fingerprint
from slipway.command.instance import ADMIN, PROJECT, Instance
from slipway.command.output import say
from slipway.command.up import engine
from slipway.engine import container
from slipway.engine.folders import SANDBOXES
from slipway.engine.port import EngineError
from slipway.lessonfile.load import lesson_folders

# What makes rows out of lesson folders, and what their proofs rest on.
READERS = ("lessonfile", "courses", "proofs", "grading", "prover", "engine")
POOL_SECONDS = 60.0


def prepare(instance: Instance) -> None:
    """Bring database, lessons, static files and the admin account up to date, and write down what was found."""
    call_command("migrate", interactive=False)
    index_lessons(instance)
    collect_static()
    found = {"admin_is_new": create_admin(instance), "pool_is_full": not pool_lacks()}
    instance.prepared.write_text(json.dumps(found), encoding="utf-8")


def index_lessons(instance: Instance) -> None:
    """Index the lessons, unless neither they nor what reads them changed, and the database knows them as they are."""
    now = fingerprint.of_files(
        [settings.LESSONS, SANDBOXES, *(PROJECT / "platform" / "slipway" / name for name in READERS)]
    )
    mark = instance.run / "lessons-indexed"
    if mark.exists() and mark.read_text(encoding="utf-8") == now and database_knows_lessons():
        say("lessons: unchanged")
        return
    call_command("index_lessons")
    mark.write_text(now, encoding="utf-8")


def database_knows_lessons() -> bool:
    """Return whether the database, which may be an older one brought back, has the lessons of the folder."""
    indexing = importlib.import_module("slipway.courses.indexing")
    listed = apps.get_model("courses", "Lesson").objects.filter(is_listed=True).values_list("version", flat=True)
    return sorted(map(indexing.version_of, lesson_folders(settings.LESSONS))) == sorted(listed)


def collect_static() -> None:
    """Collect and compress the static files, unless none of them changed since."""
    sources = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    now = fingerprint.of_files(sources)
    mark = settings.STATIC_ROOT / ".collected"
    if mark.exists() and mark.read_text(encoding="utf-8") == now:
        say(f"static files: {len(sources)}, unchanged")
        return
    call_command("collectstatic", interactive=False)
    mark.write_text(now, encoding="utf-8")


def create_admin(instance: Instance) -> bool:
    """Make the first account, with a random password in a file, if nobody administers yet; return whether it is new."""
    people = get_user_model().objects
    if people.filter(is_superuser=True).exists():
        return False
    path = instance.admin_password
    password = secrets.token_urlsafe(15)
    path.touch(mode=0o600)
    path.write_text(password + "\n", encoding="utf-8")
    people.create_superuser(ADMIN, "", password)
    say(f"made the account {ADMIN}")
    return True


def ready_machines() -> int:
    """Return how many warm machines wait."""
    return int(apps.get_model("sandboxes", "Sandbox").objects.filter(owner=None, state="ready").count())


def pool_lacks() -> bool:
    """Tell whether the pool will make more warm machines, which it does where the host has room for them."""
    pool = importlib.import_module("slipway.sandboxes.pool")
    engines = importlib.import_module("slipway.sandboxes.engines")
    row = engines.local()
    being_made = apps.get_model("sandboxes", "Sandbox").objects.filter(owner=None, state="preparing")
    return row.measured_at is None or being_made.exists() or bool(pool.missing(row=row))


def fill_pool() -> None:
    """Wait until the pool is full. Slow is no failure: who comes early waits for a start."""
    deadline, last = time.monotonic() + POOL_SECONDS, -1
    while pool_lacks() and time.monotonic() < deadline:
        if (ready := ready_machines()) != last:
            say(f"machines that are ready: {ready}")
            last = ready
        time.sleep(0.2)
    say(f"machines that are ready: {ready_machines()}")


def remove_old_images(instance: Instance) -> None:
    """Remove sandbox images of earlier versions from the engine, but those that a learner's disk stands on."""
    images = importlib.import_module("slipway.sandboxes.images")
    used = importlib.import_module("slipway.sandboxes.selectors").tags_in_use()
    try:
        removed = container.remove_images_but(engine.container_of(instance), {*images.tags().values(), *used})
    except EngineError as error:
        say(f"old images stay for now: {error}")
    else:
        say(f"old images removed: {', '.join(removed) or 'none'}")


def supply_others(instance: Instance) -> None:
    """Give the images to the engines of other hosts; one that does not answer gets them from the next `up`."""
    engines = apps.get_model("sandboxes", "Engine").objects
    labs: dict[str, str] = json.loads(instance.images.read_text(encoding="utf-8"))
    for row in engines.exclude(name=settings.ENGINE_NAME).exclude(state="joining").exclude(images=labs):
        try:
            container.supply(Path(row.socket), labs.values(), say)
        except EngineError as error:
            say(f"{row.name} keeps its images for now: {error}")
        else:
            engines.filter(id=row.id).update(images=labs)


def main(what: str, home: str) -> None:
    """Do one of the two."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    django.setup()
    instance = Instance(Path(home))
    if what == "prepare":
        prepare(instance)
    else:
        remove_old_images(instance)
        supply_others(instance)
        fill_pool()


if __name__ == "__main__":
    main(*sys.argv[1:])
