"""The application: what one guest may do to another, or to the site. Pure but for the requests that it makes.

Each is one function: made as the attacker with what is the victim's, or, as its control, with what is the attacker's
own. It tells whether it got in, and what was said.
"""

import http.client
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from websockets.exceptions import ConnectionClosed

from slipway.escape.attempts import Outcome, Proof, Result
from slipway.escape.guests import Guest, Refused, SiteError

FAMILY = "application"
EVIL = "https://evil.example"
Answer = tuple[bool, str]


@dataclass(frozen=True, slots=True)
class People:
    """Who is at the site. The administrator is there only if the site's first password still holds."""

    attacker: Guest
    victim: Guest
    admin: Guest | None


def foreign_terminal(people: People, *, own: bool) -> Answer:
    """Open a terminal by its address."""
    return _opens(people.attacker, (people.attacker if own else people.victim).terminal)


def strangers_terminal(people: People, *, own: bool) -> Answer:
    """Open it without being signed in."""
    return _opens(people.attacker, people.attacker.terminal, cookies=None if own else "")


def terminal_from_elsewhere(people: People, *, own: bool) -> Answer:
    """Open it from a page of another site, with the learner's cookies."""
    return _opens(people.attacker, people.attacker.terminal, origin="" if own else EVIL)


def _opens(guest: Guest, path: str, *, origin: str = "", cookies: str | None = None) -> Answer:
    try:
        guest.shell(path, origin=origin, cookies=cookies).close()
    except Refused as refusal:
        return False, str(refusal)
    return True, "a shell answered"


def typed_blindly(people: People, *, own: bool) -> Answer:
    """Type before the refusal comes, and look in that machine for what the keys would have done."""
    whose = people.attacker if own else people.victim
    name = f"escape-typed-{time.monotonic_ns()}"
    keys = f" touch /root/{name}\r"
    try:
        with people.attacker.shell(whose.terminal, blindly=b"" if own else keys.encode()) as shell:
            said = "a shell answered"
            shell.type(keys)
    except Refused as refusal:
        said = str(refusal)
    with whose.shell(whose.terminal) as shell:
        # The echo of the command must not look like its answer.
        is_there = "it is there" in shell.say(f"sleep 0.3; [ -e /root/{name} ] && echo it is 'there'")
    return is_there, f"{'typed' if is_there else 'nothing was typed'}; {said}"


def events_from_elsewhere(people: People, *, own: bool) -> Answer:
    """Listen to a lesson's events from a page of another site."""
    return _listens(people.attacker, origin="" if own else EVIL)


def strangers_events(people: People, *, own: bool) -> Answer:
    """Listen to a lesson's events without being signed in."""
    return _listens(people.attacker, cookies=None if own else "")


def _listens(guest: Guest, *, origin: str = "", cookies: str | None = None) -> Answer:
    try:
        with guest.socket(guest.live + "?seen=", origin=origin, cookies=cookies) as link:
            link.recv(3)
    except TimeoutError:
        return True, "it stays open"
    except (Refused, ConnectionClosed) as refusal:
        return False, str(refusal)
    return True, "events came"


def form_without_token(people: People, *, own: bool) -> Answer:
    """Send a form without the token against forged requests."""
    return _is_taken(people.attacker.post("/choose/language/", token=own, language="en", next="/"))


def form_from_elsewhere(people: People, *, own: bool) -> Answer:
    """Send a form with the token from a page of another site."""
    return _is_taken(people.attacker.post("/choose/language/", origin="" if own else EVIL, language="en", next="/"))


def check_without_token(people: People, *, own: bool) -> Answer:
    """Ask the API for a check with the session's cookie alone, as another site's page could."""
    guest = people.attacker
    _, course, lesson = guest.lesson.strip("/").split("/")
    headers = {"Origin": guest.address, "Referer": f"{guest.address}/"}
    if own:
        headers["X-CSRFToken"] = guest.web.cookies.get("csrftoken") or ""
    path = f"{guest.address}/api/v1/courses/{course}/lessons/{lesson}/check"
    return _is_taken(guest.web.post(path, json={}, headers=headers, timeout=10))


def _is_taken(answer: requests.Response) -> Answer:
    return answer.status_code < http.client.BAD_REQUEST, f"HTTP {answer.status_code}"


def guessed_session(people: People, *, own: bool) -> Answer:
    """Come with a session's cookie that was made up."""
    cookies = {cookie.name: cookie.value or "" for cookie in people.attacker.web.cookies}
    if not own:
        cookies["sessionid"] = cookies["sessionid"][::-1]
    stranger = Guest(people.attacker.address)
    stranger.web.cookies.update(cookies)
    answer = stranger.get("/progress/")
    stranger.close()
    return answer.status_code == http.client.OK, f"HTTP {answer.status_code} {answer.headers.get('Location', '')}"


def file_outside(people: People, *, own: bool) -> Answer:
    """Ask for a file outside of the folder of static files."""
    where = urlsplit(people.attacker.address)
    found = re.search(r'(/static/[^"]+)"', people.attacker.get("/").text)
    if found is None:
        raise SiteError("its pages name no static file")
    ways = ("/static/../db.sqlite3", "/static/%2e%2e/db.sqlite3", "/static/..%2fdb.sqlite3", "/static//etc/passwd",
            "/static/../../../../../../etc/passwd", "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd")  # fmt: skip
    statuses = []
    for path in (found[1],) if own else ways:
        link = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
        # As it stands: a client would tidy the path.
        link.putrequest("GET", path)
        link.endheaders()
        statuses.append(link.getresponse().status)
        link.close()
    return http.client.OK in statuses, f"HTTP {', '.join(map(str, sorted(set(statuses))))}"


def foreign_host(people: People, *, own: bool) -> Answer:
    """Have the site believe that it has another name, for links in what it sends."""
    answer = people.attacker.get("/") if own else people.attacker.get("/", Host="evil.example")
    return answer.status_code == http.client.OK, f"HTTP {answer.status_code}"


def lead_away(people: People, *, own: bool) -> Answer:
    """Have the site lead a person away to another one."""
    wanted = "/progress/" if own else f"{EVIL}/"
    led = people.attacker.post("/accounts/guest/", next=wanted).headers.get("Location", "")
    return led == wanted, f"leads to {led or 'nothing'}"


def administration(people: People, *, own: bool) -> Answer:
    """Open the administration's pages."""
    return _opens_page(people.admin if own else people.attacker, "/admin/")


def others_grades(people: People, *, own: bool) -> Answer:
    """Open the gradebook of a course."""
    guest = people.admin if own else people.attacker
    return _opens_page(guest, f"/grades/{people.attacker.lesson.split('/')[2]}/")


def _opens_page(guest: Guest | None, path: str) -> Answer:
    if guest is None:
        raise Refused("the administrator's first password was changed, and this command knows no other")
    answer = guest.get(path)
    return answer.status_code == http.client.OK, f"HTTP {answer.status_code} {answer.headers.get('Location', '')}"


Probe = Callable[..., Answer]
ATTEMPTS: dict[str, tuple[str, Probe]] = {
    "terminal": ("open the victim's terminal by its address", foreign_terminal),
    "typing": ("type into the victim's machine before the refusal comes", typed_blindly),
    "stranger": ("open a terminal without being signed in", strangers_terminal),
    "terminal-from-elsewhere": ("open a learner's terminal from a page of another site", terminal_from_elsewhere),
    "events": ("listen to a lesson's events without being signed in", strangers_events),
    "events-from-elsewhere": ("listen to them from a page of another site", events_from_elsewhere),
    "csrf": ("have a learner's browser send a form without its token", form_without_token),
    "csrf-from-elsewhere": ("have it send one from a page of another site", form_from_elsewhere),
    "csrf-check": ("have it ask the API for a check", check_without_token),
    "session": ("come with a made-up session", guessed_session),
    "static-files": ("read a file outside of the static ones", file_outside),
    "host-name": ("have the site believe that it has another name", foreign_host),
    "lead-away": ("have the site lead a learner away to another one", lead_away),
    "administration": ("open the administration's pages as a learner", administration),
    "gradebook": ("open the gradebook as a learner", others_grades),
}


def results(people: People, *, controls: bool) -> Iterator[Result]:
    """Give the result of each attempt."""
    for name, (tried, probe) in ATTEMPTS.items():
        outcome, observed = _attempt(people, probe)
        proof, why = _control(people, probe) if controls else (Proof.NOT_ASKED, "")
        yield Result(FAMILY, name, tried, outcome, observed.strip(), proof, why)


def _attempt(people: People, probe: Probe) -> tuple[Outcome, str]:
    try:
        is_in, said = probe(people, own=False)
    except (OSError, SiteError, Refused) as error:
        return Outcome.NOT_MADE, str(error)
    return (Outcome.OPEN if is_in else Outcome.HELD), said


def _control(people: People, probe: Probe) -> tuple[Proof, str]:
    try:
        is_in, said = probe(people, own=True)
    except Refused as refusal:
        return Proof.IMPOSSIBLE, str(refusal)
    except (OSError, SiteError) as error:
        return Proof.FAILS, str(error)
    return (Proof.WORKS, "") if is_in else (Proof.FAILS, said)
