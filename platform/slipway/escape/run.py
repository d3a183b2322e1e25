"""Go through the list on an engine and a site, and tell each result as it comes."""

import contextlib
from collections.abc import Collection, Iterator
from pathlib import Path

import requests

from slipway.escape import application, bench, chromium, families, forging, terminal, tries
from slipway.escape.application import People
from slipway.escape.attempts import Outcome, Result
from slipway.escape.bench import Bench, Target
from slipway.escape.guests import Guest, SiteError

NO_SITE = "no site runs here: ./slipway up starts it"
NO_BROWSER = "no Chromium is found: apt-get install chromium"
ADMIN = "admin"


def on_machines(target: Target, wanted: Collection[str], *, controls: bool) -> Iterator[Result]:
    """Give the results of the families that are tried in a machine, on two machines that are made for it."""
    if not set(wanted) & {*families.MACHINE, families.CHECKS}:
        return
    with bench.prepared(target, controls=controls) as made:
        yield from on_bench(made, wanted, controls=controls)


def on_bench(made: Bench, wanted: Collection[str], *, controls: bool) -> Iterator[Result]:
    """Give them on machines that run."""
    for family, attempts in families.MACHINE.items():
        if family in wanted:
            yield from tries.of_family(made, family, attempts, controls=controls)
    if families.CHECKS in wanted:
        yield from forging.results(made, controls=controls)


def on_site(address: str, admin_password: Path, wanted: Collection[str], *, controls: bool) -> Iterator[Result]:
    """Give the results of the families that are tried at a running site, by two guests of it."""
    if not set(wanted) & set(families.SITE):
        return
    with contextlib.ExitStack() as stack:
        attacker, victim = (stack.enter_context(contextlib.closing(Guest(address))) for _ in range(2))
        try:
            for guest in (attacker, victim):
                guest.begin()
            for guest in (attacker, victim):
                guest.wait_until_ready()
        except (requests.RequestException, SiteError) as error:
            why = NO_SITE if isinstance(error, requests.ConnectionError) else str(error)
            yield from not_tried([family for family in families.SITE if family in wanted], why)
            return
        if families.APPLICATION in wanted:
            people = People(attacker, victim, administrator(address, admin_password))
            yield from application.results(people, controls=controls)
        if families.TERMINAL in wanted:
            yield from in_browser(attacker, controls=controls)


def in_browser(guest: Guest, *, controls: bool) -> Iterator[Result]:
    """Give the results of what needs a browser."""
    path = chromium.program()
    if path is None:
        yield from not_tried([families.TERMINAL], NO_BROWSER)
        return
    with chromium.opened(path) as page:
        yield from terminal.results(page, guest, controls=controls)


def not_tried(wanted: Collection[str], why: str) -> Iterator[Result]:
    """Give the lines of families that could not be tried at all."""
    lists = {families.APPLICATION: application.ATTEMPTS, families.TERMINAL: terminal.ATTEMPTS}
    for family in wanted:
        for name, (tried, _) in lists[family].items():
            yield Result(family, name, tried, Outcome.NOT_TRIED, why)


def administrator(address: str, password: Path) -> Guest | None:
    """Return the site's first account, signed in; None where its first password does not hold any more."""
    admin = Guest(address)
    try:
        admin.get("/admin/login/")
        said = password.read_text(encoding="utf-8").strip()
        admin.post("/admin/login/", username=ADMIN, password=said, next="/admin/")
    except OSError:
        return None
    return admin if admin.get("/admin/").ok and "sessionid" in admin.web.cookies else None
