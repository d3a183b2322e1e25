"""The configuration of supervisord and of the programs that it keeps running. Pure."""

import hashlib
import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Program:
    """A program to keep running. `inputs` names what it read at its start: when that changes, it is started again."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    inputs: str = ""
    priority: int = 100
    stop_seconds: int = 10
    # Whether its children get the signal too, instead of being ended by it in their own order.
    stops_as_group: bool = True

    @property
    def fingerprint(self) -> str:
        """Return a hash of everything that makes a restart necessary when it changes."""
        content = json.dumps([list(self.argv), sorted(self.environment.items()), self.inputs])
        return hashlib.sha256(content.encode()).hexdigest()[:12]


def supervisord(
    *, identifier: str, folder: Path, logs: Path, launcher: Sequence[str], programs: Sequence[Program]
) -> str:
    """Return the configuration file; `launcher` is the command that becomes the program whose name follows it."""
    sections = [_daemon(identifier, folder, logs), *(_program(program, logs, launcher) for program in programs)]
    return "\n".join(sections)


def descriptions(programs: Sequence[Program]) -> str:
    """Return what the launcher reads: argv and environment by program, as JSON."""
    return json.dumps(
        {program.name: {"argv": list(program.argv), "environment": dict(program.environment)} for program in programs},
        indent=1,
        sort_keys=True,
    )


def _daemon(identifier: str, folder: Path, logs: Path) -> str:
    return f"""\
; Written by ./slipway up. Changes here are lost.
[supervisord]
identifier={identifier}
pidfile={folder}/supervisord.pid
logfile={logs}/supervisord.log
logfile_maxbytes=1MB
logfile_backups=2
loglevel=info
directory=/
umask=077
user=root
nocleanup=true

[unix_http_server]
file={folder}/supervisor.sock
chmod=0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{folder}/supervisor.sock
"""


def _program(program: Program, logs: Path, launcher: Sequence[str]) -> str:
    # A lost Redis or engine may take minutes: after a failed start the next try waits one second longer each time.
    return f"""\
[program:{program.name}]
command={shlex.join([*launcher, program.name])}
environment=SLIPWAY_FINGERPRINT="{program.fingerprint}"
priority={program.priority}
autostart=true
autorestart=true
startsecs=3
startretries=60
stopsignal=TERM
stopwaitsecs={program.stop_seconds}
stopasgroup={str(program.stops_as_group).lower()}
killasgroup=true
redirect_stderr=true
stdout_logfile={logs}/{program.name}.log
stdout_logfile_maxbytes=5MB
stdout_logfile_backups=3
"""
