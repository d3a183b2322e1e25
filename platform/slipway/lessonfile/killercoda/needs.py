"""Find what a scenario's commands ask for that a lesson's machine does not have. Pure: no Django, no IO.

A lesson's machine has no internet. It has Docker with a few images, and what a small Debian has. This reads shell text
with plain patterns: it is for a report and a note to the reader, so it may miss something and decides nothing.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

# What scenarios often run and `lab-docker` does not have; tests/engine/test_import.py looks whether that is so.
NOT_THERE = frozenset(
    re.findall(
        r"\S+",
        "ansible ansible-playbook crictl dig dnf dotnet gcc git go helm hostnamectl htop iostat java javac journalctl "
        "k3s kind kubeadm kubectl lvcreate lvextend make man minikube mpstat mvn nc netstat nmap node npm nslookup oc "
        "pidstat pip pip3 podman pstree pvcreate python python3 rsync ruby sar scp screen solver ssh sshd systemctl "
        "telnet terraform timedatectl traceroute tree ufw unzip vault vgcreate wget yarn yum zip",
    )
)
_FAR = re.compile(r"\bhttps?://(?!localhost|127\.|0\.0\.0\.0|172\.|10\.|192\.168\.|\$|[\w-]+(?::\d+)?(?:[/\s\"']|$))")
# What fetches from the internet with these words behind it; of Debian's these are there.
_FETCHES = {
    "apt": re.compile(r"\b(update|install|upgrade|full-upgrade|dist-upgrade)\b"),
    "apt-get": re.compile(r"\b(update|install|upgrade|full-upgrade|dist-upgrade)\b"),
    "add-apt-repository": re.compile(r""),
    "snap": re.compile(r"\binstall\b"),
    "apk": re.compile(r"\b(add|update)\b"),
    "git": re.compile(r"\bclone\b"),
    "curl": _FAR,
    "wget": _FAR,
}
_BEFORE = r"(?:(?:sudo|then|do|else|time|nohup|exec|env|timeout[ \t]+\S+)[ \t]+|\w+=[^\s$(`;&|]*[ \t]+|![ \t]+)*"
_COMMAND = re.compile(rf"(?:^|[;&|(`]|\$\()[ \t]*{_BEFORE}([a-zA-Z][\w.-]*)(?=[\s;&|)`]|$)([^\n;&|]*)", re.MULTILINE)
_RUN = re.compile(r"^[ \t]*RUN[ \t]((?:\\\n|[^\n])*)", re.MULTILINE)
_DOCKER = re.compile(
    r"\bdocker\s+(?:container\s+|image\s+)?(run|create|pull|build|tag|commit|import|load)\b((?:\\\n|[^\n;&|]){0,4000})"
)
_FROM = re.compile(
    r"^[ \t]*FROM[ \t]+(?:--platform=\S+[ \t]+)?(\S+)(?:[ \t]+as[ \t]+(\S+))?[ \t]*$", re.MULTILINE | re.IGNORECASE
)
_COMPOSE = re.compile(r"^[ \t]+image:[ \t]*[\"']?([\w./:-]+)[\"']?[ \t]*$", re.MULTILINE)
# An image that is another one with less around it.
_HOLDS = {"busybox": "alpine"}
# In text that may be prose.
_LOOKS_TYPED = re.compile(r"\s*([$#>]\s*)?docker\s|\s*FROM\s|\s+image:\s", re.IGNORECASE)
_HERE = re.compile(r"(<<-?[ \t]*(['\"]?)(\w{1,100})\2[^\n]*\n)(.*?)(^[ \t]*\3[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_REFERENCE = re.compile(r"[a-z0-9][\w.-]*(?::\d+)?(?:/[\w.-]+)*(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?")
_WITH_VALUE = frozenset(
    re.findall(
        r"\S+",
        "-a --add-host -c --cap-add --cap-drop --cidfile --cpus --cpu-shares --cpuset-cpus --device --dns -e --env "
        "--entrypoint --env-file --expose --gpus --group-add -h --hostname --health-cmd --health-interval --ip --ipc "
        "-l --label --link --log-driver --log-opt -m --memory --memory-swap --mount --name --net --network "
        "--network-alias -p --pid --pids-limit --platform --publish --pull --restart --runtime --security-opt "
        "--shm-size --stop-signal --sysctl --tmpfs -u --ulimit --user --userns -v --volume --volumes-from -w --workdir",
    )
)


@dataclass(slots=True)
class Needs:
    """What is asked for, in the order it was found: commands for the internet, programs, images by their names."""

    fetching: dict[str, None] = field(default_factory=dict)
    programs: dict[str, None] = field(default_factory=dict)
    images: dict[str, None] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)

    def add(self, source: str, *, is_shell: bool = True) -> None:
        """Look at shell text, which may hold Dockerfiles and Compose files too, or at text for its images alone."""
        text = "\n".join(line for line in source.splitlines() if not line.lstrip().startswith("#")) + "\n"
        if not is_shell:
            text = "\n".join(line for line in text.splitlines() if _LOOKS_TYPED.match(line))
        if is_shell:
            commands = _HERE.sub(_only_dockerfiles, text)
            self._commands(_RUN.sub("", commands), is_inside=False)
            self._commands("\n".join(_RUN.findall(commands)), is_inside=True)
        for found in _DOCKER.finditer(text):
            self._docker(found[1], _words(found[2]))
        for found in _FROM.finditer(text):
            self._asked(found[1])
            self.made.add((found[2] or "").lower())
        for found in _COMPOSE.finditer(text):
            self._asked(found[1])

    def _commands(self, text: str, *, is_inside: bool) -> None:
        """Look at commands of the machine, or of an image that is built: what is inside it has programs of its own."""
        for found in _COMMAND.finditer(text):
            name, rest = found[1], found[2]
            if name == "hub-image":
                self.made.update(_words(rest)[:1])
            elif name in NOT_THERE and not is_inside:
                self.programs.setdefault(name)
            elif name in _FETCHES and _FETCHES[name].search(rest):
                self.fetching.setdefault(_said(name, rest))

    def _docker(self, verb: str, words: Sequence[str]) -> None:
        if verb == "build":
            self.made.update(after for word, after in pairwise(words) if word in {"-t", "--tag"})
            self.made.update(word.partition("=")[2] for word in words if word.startswith("--tag="))
            return
        arguments = list(_arguments(words))
        if verb in {"tag", "commit", "import"}:
            self.made.update(arguments[1:2])
        elif verb != "load" and arguments:
            self._asked(arguments[0])

    def _asked(self, image: str) -> None:
        if _REFERENCE.fullmatch(image) and image != "scratch":
            self.images.setdefault(image)

    def foreign(self) -> list[str]:
        """Return the images that the scenario does not make itself."""
        made = {_tagged(name) for name in self.made if name}
        return [image for image in self.images if _tagged(image) not in made and image.lower() not in self.made]


@dataclass(frozen=True, slots=True)
class Split:
    """Images by what can be done: other names of what the machine has, and what it has nothing for."""

    aliases: Mapping[str, str]
    missing: tuple[str, ...]


def split(images: Sequence[str], shelf: frozenset[str]) -> Split:
    """Say for each image whether the machine has it, has it under another tag, or has nothing like it."""
    aliases: dict[str, str] = {}
    missing: list[str] = []
    for image in images:
        name, _, tag = _tagged(image).partition(":")
        ours = name if name in shelf else _HOLDS.get(name, name)
        if ours not in shelf or "@" in image:
            missing.append(image)
        elif tag != "latest" or ours != name:
            aliases[image] = ours
    return Split(aliases, tuple(missing))


def _tagged(image: str) -> str:
    """Return an image's name as Docker completes it, for one of Docker Hub's."""
    short = re.sub(r"^(docker\.io/)?(library/)?", "", image)
    return short if ":" in short.rpartition("/")[2] or "@" in short else f"{short}:latest"


def _only_dockerfiles(found: re.Match[str]) -> str:
    """Return a here-document without its text, which is no command unless it is a Dockerfile."""
    return found[0] if _FROM.search(found[4]) else found[1]


def _said(name: str, rest: str) -> str:
    """Return a command as the report shows it: with its verb, or with the host that it asks."""
    found = _FETCHES[name].search(rest)
    if _FETCHES[name] is _FAR:
        address = re.search(r"https?://[^/\s\"']+", rest)
        return f"{name} {address[0]}" if address else name
    return f"{name} {found[0]}".strip() if found else name


def _words(text: str) -> list[str]:
    joined = text.replace("\\\n", " ")
    try:
        return shlex.split(joined, comments=True)
    except ValueError:
        return joined.split()


def _arguments(words: Sequence[str]) -> Iterator[str]:
    """Yield what is no option and no option's value."""
    waiting = iter(words)
    for word in waiting:
        if word in _WITH_VALUE:
            next(waiting, None)
        elif not word.startswith("-"):
            yield word
