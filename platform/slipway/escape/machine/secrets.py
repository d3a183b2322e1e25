"""Secrets: of the platform, of the build, and of the victim. Pure."""

from slipway.escape.attempts import Control, Place, shell

FAMILY = "secrets"
# What the platform's own processes are told, and what builds are often told.
WORDS = "SLIPWAY_(DISK|HOME|SECRET|ENGINE|REDIS|DATABASE)|DJANGO_|SECRET_KEY|POSTGRES|PASSWORD|_TOKEN|AWS_"
KEYS = "-name id_rsa -o -name id_ed25519 -o -name .netrc -o -name .git-credentials -o -path '*/.docker/config.json'"
CREDENTIALS = (
    f"find DIRS -xdev -type f \\( {KEYS} -o -path '*/apt/auth.conf*' \\) -print -quit 2>/dev/null | grep . ||"
    " grep -rlE '//[^/ ]+:[^/ ]+@' APT 2>/dev/null | grep ."
)
NOTHING = "{ echo 'found none: %s'; exit 1; }"

ATTEMPTS = (
    shell("environment", "find a secret in the environment of a process",
          f"cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | sed 's/=.*//' | grep -E '{WORDS}' || "
          + NOTHING % "no such variable", held="found none", control=Control(place=Place.ENGINE)),
    shell("run", "find a secret or a socket of the platform in /run",
          "find /run -xdev \\( -name 'escape-marker*' -o -name engine.sock -o -name redis.sock -o -name '*secret*' \\)"
          " | grep . || " + NOTHING % "nothing of the platform", held="found none", control=Control(place=Place.ENGINE)),
    shell("history", "find an argument of the build in the history of the images that it was given",
          f"docker image ls -q | sort -u | xargs -r docker history --no-trunc --format '{{{{.CreatedBy}}}}' | grep -iE"
          f" '{WORDS}|https?_proxy|ARG [A-Z_]*KEY' || " + NOTHING % "no argument of a build", held="found none",
          control=Control(place=Place.ATTACKER, program="printf 'FROM alpine\\nENV API_TOKEN=x\\n' >Dockerfile;"
                          " docker build -qt escape . >/dev/null; docker history --no-trunc --format '{{.CreatedBy}}'"
                          f" escape | grep -iE '{WORDS}'; r=$?; docker rmi escape >/dev/null; exit $r")),
    shell("image", "find credentials that the build left in the image",
          CREDENTIALS.replace("DIRS", "/root /home /etc /usr/local /opt /srv").replace("APT", "/etc/apt /etc/pip.conf")
          + " || " + NOTHING % "no key and no password in an address", held="found none",
          control=Control(place=Place.ATTACKER, program="echo 'machine x password y' >.netrc; "
                          + CREDENTIALS.replace("DIRS", ".").replace("APT", "."))),
    shell("layers-of-the-build", "find a file of the platform in the image",
          "find / -xdev \\( -name manage.py -o -name db.sqlite3 -o -name secret-key -o -name admin-password \\) -not -path"
          " '/proc/*' -print -quit | grep . || " + NOTHING % "no file of the platform", held="found none",
          control=Control(place=Place.HOST, program="find /project -maxdepth 2 -name manage.py | grep .")),
    shell("command-lines", "find a secret in the command line of a process",
          f"cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -vE 'grep|bash|cat /proc' | grep -E 'escape-[b]ait'"
          " || " + NOTHING % "only its own processes", held="found none", control=Control(place=Place.ENGINE)),
)  # fmt: skip
