"""Slipway's own pages on a preview's host: what is there instead of the machine's answer, and what to do next.

Script and style stand in the page, and its policy lets in nothing else, so a page of the machine gains nothing by them.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib import resources

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from slipway.preview.frames import ListeningPort
from slipway.preview.headers import Header
from slipway.sandboxes.doors import SAID, Shut

DOCKER_PROXY = "docker-proxy"


@dataclass(frozen=True, slots=True)
class Page:
    """A page to show; one that waits looks whether somebody listens by now, and loads again when it is so."""

    status: HTTPStatus
    heading: str
    text: str
    waits: bool = False
    port: int = 0
    ports: Sequence[ListeningPort] | None = None
    action: str = ""
    link: str = ""

    @property
    def stamp(self) -> str:
        """Return what changes when the page would say something else."""
        return stamp(self.ports)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response."""

    status: HTTPStatus
    headers: list[Header]
    body: bytes = b""


def stamp(ports: Sequence[ListeningPort] | None) -> str:
    """Return a word for a list of ports; None: the machine does not run."""
    return "asleep" if ports is None else ",".join(f"{each.port}" for each in ports)


def nobody_listens(port: int, ports: Sequence[ListeningPort] | None) -> Page:
    """Say what does listen."""
    text = _("Start your server in a terminal. This page opens it by itself as soon as it answers.")
    heading = _("Nothing answers on port %(port)d yet") % {"port": port}
    return Page(HTTPStatus.SERVICE_UNAVAILABLE, heading, text, waits=True, port=port, ports=ports)


def asleep(port: int) -> Page:
    """Say that the machine does not run."""
    text = _("Resume it in its lesson. This page opens port %(port)d by itself when something answers there.")
    heading = _("The machine does not run at the moment")
    return Page(HTTPStatus.SERVICE_UNAVAILABLE, heading, text % {"port": port}, waits=True, port=port)


def unreachable(port: int) -> Page:
    """Say that there is no way to the machine."""
    text = _("Nothing in it is lost. This page tries again by itself.")
    return Page(
        HTTPStatus.SERVICE_UNAVAILABLE, _("The machine cannot be reached just now"), text, waits=True, port=port
    )


def out_of_reach(port: int) -> Page:
    """Say that the machine's host does not answer."""
    text, heading = _(SAID[Shut.OUT_OF_REACH]), _("The machine cannot be reached just now")
    return Page(HTTPStatus.SERVICE_UNAVAILABLE, heading, text, waits=True, port=port)


def crowded(_port: int) -> Page:
    """Say that there are too many connections."""
    text = _("Close what you do not need of this preview, then load this page again.")
    return Page(HTTPStatus.SERVICE_UNAVAILABLE, _("This preview has as many connections as it can have"), text)


def broke_off(port: int) -> Page:
    """Say that a server hung up."""
    text = _("Look in its terminal for why. Then load this page again.")
    heading = _("The server on port %(port)d closed the connection without an answer")
    return Page(HTTPStatus.BAD_GATEWAY, heading % {"port": port}, text)


def not_http(port: int) -> Page:
    """Say that it is no web server."""
    text = _("A database or another service may listen there. Choose the port of a web server.")
    heading = _("What answers on port %(port)d does not speak HTTP")
    return Page(HTTPStatus.BAD_GATEWAY, heading % {"port": port}, text)


def silent(port: int) -> Page:
    """Say that a server takes too long."""
    text = _("It took the request and said nothing for two minutes. Look in its terminal, then load this page again.")
    return Page(HTTPStatus.GATEWAY_TIMEOUT, _("The server on port %(port)d does not answer") % {"port": port}, text)


def too_long(_port: int) -> Page:
    """Say that an upload is too large."""
    text = _("A preview passes on 1 GiB in one request. Send less at once.")
    return Page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("That is too large for a preview"), text)


def not_yours(link: str) -> Page:
    """Refuse who has no pass, and lead the learner back in."""
    text = _("It shows what a learner's own machine serves. If it is yours, open it from here; else ask for a link.")
    return Page(HTTPStatus.FORBIDDEN, _("This preview is its learner's alone"), text, link=link)


def ended() -> Page:
    """Say that a share is over."""
    text = _("Its time is over, or it was withdrawn. Ask its learner for another one.")
    return Page(HTTPStatus.GONE, _("This link has ended"), text)


def made_by_a_learner(action: str) -> Page:
    """Ask a visitor first."""
    text = _(
        "It comes from a learner's own machine, and nobody has looked at it. Type no password there, and nothing else "
        "that is secret. What you send goes to that machine."
    )
    return Page(HTTPStatus.OK, _("A learner shows you this page"), text, action=action)


def nowhere() -> Page:
    """Refuse a host that is no preview's."""
    text = _("Open a preview from its lesson.")
    return Page(HTTPStatus.NOT_FOUND, _("There is no preview at this address"), text)


def render(page: Page, *, frames_by: Sequence[str]) -> Answer:
    """Return a page as a response, in the language that is active: that in which it was made."""
    context = {"page": page, "style": _text("page.css"), "script": _text("waiting.js"), "docker": DOCKER_PROXY}
    body = render_to_string("preview/page.html", context).encode()
    policy = (
        f"default-src 'none'; style-src {_hash('page.css')}; script-src {_hash('waiting.js')}; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {' '.join(frames_by)}"
    )
    return Answer(
        page.status,
        [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"content-security-policy", policy.encode()),
            *_CAREFUL,
        ],
        body,
    )


def redirect(path: str, *, cookie: str) -> Answer:
    """Lead on with a cookie."""
    found = [(b"location", path.encode("latin-1")), (b"set-cookie", cookie.encode("latin-1")), *_CAREFUL]
    return Answer(HTTPStatus.SEE_OTHER, [*found, (b"content-length", b"0")])


def facts(found: dict[str, object]) -> Answer:
    """Answer the script of a page that waits."""
    body = json.dumps(found).encode()
    length = (b"content-length", str(len(body)).encode())
    return Answer(HTTPStatus.OK, [(b"content-type", b"application/json"), length, *_CAREFUL], body)


_CAREFUL: list[Header] = [
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]


@cache
def _text(name: str) -> SafeString:
    source = resources.files("slipway.preview").joinpath("page", name).read_text(encoding="utf-8")
    return mark_safe(source)  # noqa: S308  (our own file)


@cache
def _hash(name: str) -> str:
    digest = hashlib.sha256(_text(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
