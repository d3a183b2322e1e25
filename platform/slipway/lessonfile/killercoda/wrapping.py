"""Put a scenario's scripts into scripts of a lesson, so that what they could not do is told. Pure: no Django, no IO."""

import base64
import re
import shlex

from slipway.lessonfile.parameters import names_in

SCRIPTS = "/opt/scenario"
# How long a learner waits for a script of the beginning, and for one of a later step, which may want what comes before.
FOREGROUND_SECONDS, OF_A_STEP_SECONDS = 50, 10
# A rule of old: what counts is that the script says `done`, and such scripts end with 0 either way.
SAYS_DONE = re.compile(r"""\b(?:echo|printf)\s+(?:-n\s+)?["']?done\b""")
# A script that ends at the first failure and says `exit 0` somewhere passes there too, without a word.
_ENDS_AT_FAILURE = re.compile(r"^[ \t]*set[ \t]+-\w*e", re.MULTILINE)
_PASSES_WITHOUT_WORDS = re.compile(r"\bexit\s+0\b")
_LOOKS_AT_NOTHING = re.compile(
    r"(true|/bin/true|/usr/bin/true|:|exit( 0)?|set -\w+|sleep [\d.]+|(echo|printf)(\s[^`$|;&<>]*)?)\s*;?"
)
# Bash calls this for a program that it does not find; descriptor 9 leads past whatever the script does with its output.
_TELL_MISSING = 'command_not_found_handle() { echo "MISSING $1" >&9; return 127; }; export -f command_not_found_handle'
# What the log of a preparation says when it did not get what it asked for, and that in plain words.
_TROUBLES = (
    (
        "resolve host|Temporary failure resolving|Name or service not known|no such host|etwork is unreachable",
        "it asked for the internet, which this machine does not have",
    ),
    ("command not found", "it asked for what this machine does not have: ${lacking% }"),
    ("pull access denied|manifest unknown", "it asked for an image that this machine does not have"),
    ("has not ended after", "a part of it did not end in time"),
)


def run(name: str, script: str, seconds: int = FOREGROUND_SECONDS) -> str:
    """Return a setup step that runs a script and waits for it; how it ends is no matter, as on the site.

    What takes longer goes on while the lesson begins.
    """
    late = f'echo "{name} has not ended after {seconds} seconds." >>{SCRIPTS}/{name}.log'
    return f"{started(name, script)}timeout {seconds} tail -s 0.2 --pid=$! -f /dev/null || {late}\n"


def started(name: str, script: str) -> str:
    """Return a setup step that starts a script and does not wait."""
    path = f"{SCRIPTS}/{name}"
    return f"{_written(name, script)}setsid bash {path} </dev/null >{path}.log 2>&1 &\n"


def _written(name: str, script: str) -> str:
    """Return the command that writes a script into the machine, byte for byte."""
    encoded = base64.encodebytes(script.encode()).decode()
    return f"install -d {SCRIPTS}\nbase64 -d >{SCRIPTS}/{name} <<'END'\n{encoded}END\n"


def sees_nothing(script: str) -> bool:
    """Say whether a verify script passes whatever is there."""
    lines = [line.strip() for line in script.splitlines()]
    return all(_LOOKS_AT_NOTHING.fullmatch(line) for line in lines if line and not line.startswith("#"))


def must_say_done(script: str) -> bool:
    """Say whether a script passes only when it says `done`."""
    is_silent = _ENDS_AT_FAILURE.search(script) and _PASSES_WITHOUT_WORDS.search(script)
    return bool(SAYS_DONE.search(script)) and not is_silent


def verify_script(script: str) -> str:
    """Return a scenario's verify script as a check's.

    Exit 0 passes, and `done` must be said where the script says it. When a program was missing, it saw nothing and
    passes nothing. The last line printed says why it failed, also what went wrong before, while the machine was
    prepared.
    """
    end = "VERIFY"
    while end in script.splitlines():
        end += "_"
    if any(True for _ in names_in(script)):
        taken = f"base64 -d <<'{end}'\n{base64.encodebytes(script.encode()).decode().rstrip()}"
    else:
        taken = f"cat <<'{end}'\n{script.rstrip()}"
    # Not on its input: a command in it that reads would eat the rest of the script.
    called, before = _interpreter(script)
    lines = [
        f"script=$({taken}\n{end}\n)",
        f"tell='{_TELL_MISSING}'",
        f'said=$({called} "{before}$script" verify 9>&1 2>&1 </dev/null)',
        "status=$?",
        'missing=$(printf "%s\\n" "$said" | sed -n "s/^MISSING //p" | sort -u | tr "\\n" " ")',
        '[ -z "$missing" ] || { echo "it uses what this machine does not have: $missing"; exit 1; }',
    ]
    if must_say_done(script):
        lines.append('[ $status != 0 ] || printf "%s" "$said" | grep -qx done || status=1')
    lines += [
        'last=$(printf "%s\\n" "$said" | grep . | tail -n 1)',
        '[ $status != 0 ] || { echo "$last"; exit 0; }',
        *_why_before(),
        'echo "${last:-it says no, and gives no reason}$before"',
        "exit 1",
    ]
    return "\n".join([*lines, ""])


def _why_before() -> list[str]:
    """Return lines that set `before` to what went wrong while the machine was prepared."""
    names = r"s/.*: \([^ :]*\): command not found.*/\1/p"
    lines = [
        "before=",
        f"log=$(cat {SCRIPTS}/*.log 2>/dev/null)",
        f'lacking=$(printf "%s\\n" "$log" | sed -n "{names}" | sort -u | head -n 5 | tr "\\n" " ")',
    ]
    for signs, words in reversed(_TROUBLES):
        said = f'before=". When the lesson was prepared, {words}."'
        lines.append(f'! printf "%s\\n" "$log" | grep -qE {shlex.quote(signs)} || {said}')
    return lines


def _interpreter(script: str) -> tuple[str, str]:
    """Return how a script is run that is given as an argument, and what is put before it."""
    first = script.splitlines()[0] if script.startswith("#!") else ""
    words = first.removeprefix("#!").strip().removeprefix("/usr/bin/env ").split()
    name = words[0].rpartition("/")[2] if words else "bash"
    return (f"{name} -c", "") if name.startswith("python") else ("bash -c", "$tell\n")
