"""A database in a file, so that threads meet as processes do: an SQLite in memory locks whole tables instead."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


@contextmanager
def file_database(path: Path) -> Iterator[None]:
    """Point the default connection of all threads at a copy of the test database for the time of the block.

    A database that is a server of its own has one for all threads already.
    """
    if connections["default"].vendor != "sqlite":
        yield
        return
    usual = connections.settings["default"]["NAME"]
    test_connection = connections["default"]
    test_connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        test_connection.connection.backup(copy)
    connections.settings["default"]["NAME"] = str(path)
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"]["NAME"] = usual
        connections["default"] = test_connection


def at_once(count: int, work: Callable[[int], T]) -> list[T]:
    """Do the work in so many threads that start together; return what each returned, or raise what one raised."""
    barrier = threading.Barrier(count)
    results: dict[int, T] = {}
    errors: list[BaseException] = []

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = work(number)
        except BaseException as error:  # noqa: BLE001  (raised again in the test's own thread)
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [results[number] for number in range(count)]
