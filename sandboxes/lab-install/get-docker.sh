#!/bin/sh
# This is a STAND-IN for Docker's convenience script. It was written for a machine that has no network. It takes the same steps under
# the same names on Debian, and fetches packages of the same names from this machine itself. The real one is at
# https://github.com/docker/docker-install
#
# It sets up Docker's package repository and installs Docker Engine. It is meant for trying Docker out, not for production: it asks no
# questions, and always takes the newest version if you do not name one. Read it before you run it.
#
#   1. download the script       curl -fsSL https://get.docker.com -o get-docker.sh
#   2. read it                   cat get-docker.sh
#   3. see what it would run     sh get-docker.sh --dry-run
#   4. run it as root            sudo sh get-docker.sh
#
# Options:
#   --dry-run                 print the commands, run none
#   --version VERSION         install this version, such as 26.1
#   --channel stable|test     take packages from this channel (stable)
#   --setup-repo              set up the repository, install nothing
#   --no-autostart            do not start the daemon afterwards
set -e

SCRIPT_COMMIT_SHA=0000000000000000000000000000000000000000
DOWNLOAD_URL=${DOWNLOAD_URL:-https://download.docker.com}
CHANNEL=${CHANNEL:-stable}
VERSION=${VERSION:-}
DRY_RUN=${DRY_RUN:-}
REPO_ONLY=${REPO_ONLY:-0}
NO_AUTOSTART=${NO_AUTOSTART:-0}

while [ $# -gt 0 ]; do
    case "$1" in
        --dry-run) DRY_RUN=1 ;;
        --setup-repo) REPO_ONLY=1 ;;
        --no-autostart) NO_AUTOSTART=1 ;;
        --channel) CHANNEL=${2:-}; shift ;;
        --version) VERSION=${2:-}; shift ;;
        *) echo "Illegal option $1" ;;
    esac
    [ $# -eq 0 ] || shift
done
VERSION=${VERSION#v}

case "$CHANNEL" in
    stable | test) ;;
    *) echo "unknown CHANNEL '$CHANNEL': use either stable or test." >&2; exit 1 ;;
esac

exists() {
    command -v "$1" >/dev/null 2>&1
}

# at_least VERSION     Tell whether the version asked for, which may be none, has a thing that came with this one.
at_least() {
    [ -z "$VERSION" ] || [ "$(printf '%s\n' "$1" "$VERSION" | sort -V | head -n 1)" = "$1" ]
}

# Each command goes through here: shown and run, or only shown.
run() {
    if [ -n "$DRY_RUN" ]; then
        echo "$1"
    else
        echo "+ $as_root $1" >&2
        $as_root "$1"
    fi
}

choose_root() {
    as_root='sh -c'
    [ "$(id -u)" != 0 ] || return 0
    if exists sudo; then
        as_root='sudo -E sh -c'
    elif exists su; then
        as_root='su -c'
    else
        echo 'Error: this installer must run commands as root, and finds neither "sudo" nor "su".' >&2
        exit 1
    fi
}

warn_if_installed() {
    if [ "$REPO_ONLY" = 1 ] || ! exists docker; then
        return
    fi
    cat >&2 <<'END'
Warning: the "docker" command appears to already exist on this system.

If it came from this script and you want a newer one, go on. If it came from
elsewhere, two installations may get in each other's way.

You may press Ctrl+C now to abort this script.
END
    echo '+ sleep 20' >&2
    sleep 20
}

set_up_repository() {
    repository="deb [arch=$(dpkg --print-architecture) signed-by=/etc/apt/keyrings/docker.asc]"
    repository="$repository $DOWNLOAD_URL/linux/debian $release $CHANNEL"
    run 'apt-get -qq update >/dev/null'
    run 'DEBIAN_FRONTEND=noninteractive apt-get -y -qq install ca-certificates curl >/dev/null'
    run 'install -m 0755 -d /etc/apt/keyrings'
    run "curl -fsSL \"$DOWNLOAD_URL/linux/debian/gpg\" -o /etc/apt/keyrings/docker.asc"
    run 'chmod a+r /etc/apt/keyrings/docker.asc'
    run "echo \"$repository\" > /etc/apt/sources.list.d/docker.list"
    run 'apt-get -qq update >/dev/null'
}

# pinned PACKAGE     What apt must add to a package's name to take the version asked for.
pinned() {
    [ -n "$VERSION" ] && [ -z "$DRY_RUN" ] || return 0
    echo "INFO: Searching repository for VERSION '$VERSION' of $1" >&2
    found=$(apt-cache madison "$1" | awk '{print $3}' | grep -F ":$VERSION" | head -n 1)
    if [ -z "$found" ]; then
        echo >&2
        echo "ERROR: '$VERSION' not found amongst apt-cache madison results" >&2
        return 1
    fi
    echo "=$found"
}

install_packages() {
    [ -z "$VERSION" ] || [ -z "$DRY_RUN" ] || echo '# WARNING: VERSION pinning is not supported in DRY_RUN'
    engine=$(pinned docker-ce)
    client=$(pinned docker-ce-cli)
    packages="docker-ce$engine docker-ce-cli$client containerd.io docker-compose-plugin docker-ce-rootless-extras$engine"
    if at_least 23.0; then packages="$packages docker-buildx-plugin"; fi
    if at_least 28.2; then packages="$packages docker-model-plugin"; fi
    run "DEBIAN_FRONTEND=noninteractive apt-get -y -qq install $packages >/dev/null"
}

start_daemon() {
    if exists systemctl; then
        run 'systemctl enable --now docker.service 2>/dev/null'
    elif [ -z "$DRY_RUN" ]; then
        cat >&2 <<'END'
Note: there is no service management (systemctl) on this machine, as in most containers.
The packages are installed. The Docker daemon was not started.

END
    fi
}

say_who_may_use_it() {
    [ -z "$DRY_RUN" ] || return 0
    cat <<'END'

================================================================================

Who may use Docker on this machine? So far only root.

To run a daemon of your own without root, see "rootless mode":

    dockerd-rootless-setuptool.sh install
    https://docs.docker.com/go/rootless/

To let other users talk to the daemon that runs as root, see
    https://docs.docker.com/go/daemon-access/

WARNING: who can talk to a daemon that runs as root is equivalent to root on
         this machine. See https://docs.docker.com/go/attack-surface/

================================================================================

END
}

do_install() {
    echo "# Executing docker install script, commit: $SCRIPT_COMMIT_SHA"
    warn_if_installed
    choose_root
    # shellcheck source=/dev/null
    system=$(. /etc/os-release && echo "$ID")
    # shellcheck source=/dev/null
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    if [ "$system" != debian ]; then
        echo "ERROR: Unsupported distribution '$system'. This stand-in knows Debian alone." >&2
        exit 1
    fi
    set_up_repository
    [ "$REPO_ONLY" != 1 ] || return 0
    install_packages
    [ "$NO_AUTOSTART" = 1 ] || start_daemon
    say_who_may_use_it
}

# Called in the last line: of a download that broke off, nothing runs.
do_install
