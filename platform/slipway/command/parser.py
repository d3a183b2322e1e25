"""The command line: which commands there are and what they take. Pure."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (argparse names it nowhere else)

LARGEST_PORT = 65535


def build() -> argparse.ArgumentParser:
    """Return the parser; each command's module is named in `module`."""
    parser = argparse.ArgumentParser(prog="./slipway", description="Hands-on courses on your own machine.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _running(commands)
    _hosts(commands)
    _proving(commands)
    _developing(commands)
    return parser


def _running(commands: "Commands") -> None:
    up = _add(commands, "up", "slipway.command.up.run", "install what is missing, start everything, print the address")
    up.add_argument(
        "--port", type=_port, help="serve the pages on this port (default: the last one, else 8000 or the next)"
    )
    up.add_argument("--host", help="listen on this address (default: the last one, else 127.0.0.1: this machine alone)")
    _add(commands, "down", "slipway.command.down", "stop everything and keep the data")
    status = _add(commands, "status", "slipway.command.status", "what runs, on which address, and what is wrong")
    doctor = _add(
        commands, "doctor", "slipway.command.doctor.run", "check this machine, with the cure for each finding"
    )
    for command in (status, doctor):
        command.add_argument("--json", action="store_true", help="print one JSON object")
    doctor.add_argument(
        "--escape",
        nargs="*",
        metavar="FAMILY",
        help="try to get out of a sandbox, in all ways or those of some families",
    )


def _hosts(commands: "Commands") -> None:
    engine = _add(
        commands, "engine", "slipway.command.hosts.engine", "more hosts for machines: add, list, drain, remove"
    )
    actions = engine.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="invite another host, and prove the way there and back")
    add.add_argument("name", help="what to call its engine: small letters, digits and dashes")
    add.add_argument("--address", required=True, help="where this host reaches the other: HOST or HOST:PORT")
    add.add_argument("--site", help="where the other reaches this one: HOST or HOST:PORT (default: the last one)")
    actions.add_parser("list", help="the engines: state, machines, room, when they answered last, certificates")
    drain = actions.add_parser("drain", help="start nothing there any more, and move its machines to other engines")
    drain.add_argument("--after", type=int, default=10, metavar="MINUTES", help="how long learners are told before")
    drain.add_argument("--stop", action="store_true", help="let the engine take machines again")
    remove = actions.add_parser("remove", help="forget an engine that has no machines, and cut it off")
    remove.add_argument("--lost", action="store_true", help="its host is lost: give up the machines that it has")
    for action in (drain, remove):
        action.add_argument("name", help="the engine")
    actions.add_parser("rotate", help="make new keys and certificates for all gates; the old ones end")
    join = _add(commands, "join", "slipway.command.hosts.join", "become a host of machines for another Slipway")
    join.add_argument(
        "--listen", help="listen on this address, where it is another than the one that the site was told"
    )


def _proving(commands: "Commands") -> None:
    for name, module, text in (
        ("prove", "slipway.command.prove", "prove lessons on fresh machines"),
        ("lesson", "slipway.command.lesson", "lint, import or export lessons; coverage of the course's topics"),
        ("bench", "slipway.command.bench", "measure beside the floor"),
    ):
        _passing_on(commands, name, module, text)


def _developing(commands: "Commands") -> None:
    _passing_on(
        commands, "test", "slipway.command.test", "run the tests: all of them, or one suite; the rest goes to pytest"
    )
    _add(commands, "check", "slipway.command.check", "formatting, types, layers, templates, settings, migrations")
    messages = _add(commands, "messages", "slipway.command.messages", "gather and compile the texts of the interface")
    messages.add_argument("--check", action="store_true", help="write nothing; 1 when a text is missing or stale")
    _add(commands, "requirements", "slipway.command.requirements", "compile requirements.in with hashes")
    _passing_on(commands, "vendor", "slipway.command.vendor", "fetch the pinned files of static/vendor/")


def _add(commands: "Commands", name: str, module: str, text: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False)
    command.set_defaults(module=module)
    return command


def _passing_on(commands: "Commands", name: str, module: str, text: str) -> None:
    """Add a command whose words are another program's to understand, --help too."""
    command = commands.add_parser(name, help=text, add_help=False, prefix_chars="\0")
    command.set_defaults(module=module)
    command.add_argument("words", nargs="*")


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= LARGEST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: write a number from 1 to {LARGEST_PORT}")
