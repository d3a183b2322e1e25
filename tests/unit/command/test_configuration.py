"""What supervisord reads follows from the programs, and tells when one must be started again."""

import configparser
import json
import shlex
from dataclasses import replace
from pathlib import Path

from slipway.command.supervisor.configuration import Program, descriptions, supervisord

WEB = Program("web", ["/venv/bin/python", "-m", "uvicorn"], {"SLIPWAY_URL": "http://localhost:8000"}, "code-1", 20)
WORKER = replace(WEB, name="worker", stop_seconds=30, stops_as_group=False)


def read(*programs: Program) -> configparser.RawConfigParser:
    """Return the configuration as supervisord's parser splits it."""
    text = supervisord(
        identifier="slipway-0123abcd",
        folder=Path("/srv/my courses/run"),
        logs=Path("/srv/my courses/log"),
        launcher=["/my venv/python", "launch.py"],
        programs=programs,
    )
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    return parser


def test_every_program_is_restarted_and_ended_whole() -> None:
    """A killed program comes back, and leaves no child."""
    section = read(WEB)["program:web"]
    assert section["autorestart"] == "true"
    assert section["stopasgroup"] == section["killasgroup"] == "true"


def test_a_worker_ends_its_children_itself() -> None:
    """A signal to all of a worker's processes would end their tasks in the middle."""
    section = read(WORKER)["program:worker"]
    assert (section["stopasgroup"], section["killasgroup"], section["stopwaitsecs"]) == ("false", "true", "30")


def test_paths_with_spaces_stay_whole() -> None:
    """A teacher's folder may be called anything."""
    parser = read(WEB)
    assert shlex.split(parser["program:web"]["command"]) == ["/my venv/python", "launch.py", "web"]
    assert parser["unix_http_server"]["file"] == "/srv/my courses/run/supervisor.sock"


def test_what_a_program_gets_can_hold_any_character() -> None:
    """Passwords in addresses have quotes, percent signs and semicolons; supervisord's file never sees them."""
    secret = "redis://:a\"b'c%d;e@host"
    program = replace(WEB, environment={"SLIPWAY_REDIS_URL": secret})
    assert secret not in str(dict(read(program)["program:web"]))
    assert json.loads(descriptions([program]))["web"]["environment"]["SLIPWAY_REDIS_URL"] == secret


def test_the_same_program_has_the_same_fingerprint() -> None:
    """The order in which an environment was written down is no change."""
    one = replace(WEB, environment={"A": "1", "B": "2"})
    other = replace(WEB, environment={"B": "2", "A": "1"})
    assert one.fingerprint == other.fingerprint


def test_code_settings_and_arguments_change_the_fingerprint() -> None:
    """A program is started again when anything changed that it read at its start."""
    changed = [
        replace(WEB, inputs="code-2"),
        replace(WEB, environment={"SLIPWAY_URL": "http://localhost:8001"}),
        replace(WEB, argv=[*WEB.argv, "--port", "1"]),
    ]
    assert len({WEB.fingerprint, *(program.fingerprint for program in changed)}) == len(changed) + 1
    assert read(WEB)["program:web"]["environment"] == f'SLIPWAY_FINGERPRINT="{WEB.fingerprint}"'
