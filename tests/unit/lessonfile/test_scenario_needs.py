"""What a scenario asks for that a lesson's machine does not have is found in its commands."""

import pytest

from slipway.lessonfile.killercoda.needs import Needs, split

SHELF = frozenset({"nginx", "alpine", "hello-world"})


def found(source: str, *, is_shell: bool = True) -> Needs:
    """Look at one text."""
    needs = Needs()
    needs.add(source, is_shell=is_shell)
    return needs


@pytest.mark.parametrize(
    ("source", "fetching"),
    [
        ("sudo apt-get update && apt-get install -y tree", ["apt-get update", "apt-get install"]),
        ("# apt-get update", []),
        ("apt list", []),
        ("curl -fsSL https://get.docker.com -o x.sh", ["curl https://get.docker.com"]),
        ("curl http://localhost:8080; curl http://web/; curl http://web:80; curl 127.0.0.1", []),
        ("docker build - <<EOF\nFROM alpine\nRUN apk add curl\nEOF", ["apk add"]),
        ("FROM alpine\nRUN cd /a \\\n && wget https://far.example/x\nRUN make", ["wget https://far.example"]),
        ("cat <<EOF\napt update is what you type\nEOF", []),
    ],
)
def test_the_internet(source: str, fetching: list[str]) -> None:
    """Package managers and foreign addresses, where they are commands."""
    assert list(found(source).fetching) == fetching


def test_programs() -> None:
    """Each once, behind `sudo`, in a pipe, in a substitution; not as an argument or in a here-document."""
    source = "sudo systemctl restart docker\nx=$(kubectl get pods | wget -)\nls git\ncat >a <<'E'\nmake it so\nE\n"
    assert list(found(source).programs) == ["systemctl", "kubectl", "wget"]
    assert list(found("FROM gcc\nRUN make && \\\n  git status\n").programs) == []


@pytest.mark.parametrize(
    ("source", "images"),
    [
        ("docker run -d -p 80:80 --name web nginx:alpine", ["nginx:alpine"]),
        ("docker run --rm -e A=b \\\n  -v /a:/b alpine:3 ls -l", ["alpine:3"]),
        ("docker container create mysql", ["mysql"]),
        ("docker build -t mine:1 . && docker run mine:1", []),
        ("docker tag nginx local:5000/web\ndocker pull local:5000/web", []),
        ("docker run $IMAGE; docker run {NAME}", []),
        ("FROM golang:1.21 AS build\nFROM scratch\nCOPY --from=build /a /a\n", ["golang:1.21"]),
        ("FROM golang AS build\nFROM build\n", ["golang"]),
        ("services:\n  web:\n    image: httpd:2\n", ["httpd:2"]),
    ],
)
def test_images(source: str, images: list[str]) -> None:
    """Of commands, Dockerfiles and Compose files, without those that the scenario makes."""
    assert found(source).foreign() == images


def test_prose_is_no_command() -> None:
    """In text without a button only whole lines that look typed count, and only for images."""
    text = "Use docker run --rm cmd-image to remove it.\nmake is a program\n$ docker run mysql\nFROM bash\n"
    needs = found(text, is_shell=False)
    assert (list(needs.programs), needs.foreign()) == ([], ["mysql", "bash"])


def test_what_the_machine_has_under_another_name() -> None:
    """Another tag of an image that is there is one thing, an image that is not there another."""
    images = [
        "nginx:alpine",
        "nginx",
        "nginx:latest",
        "docker.io/library/alpine:3",
        "busybox",
        "mysql",
        "docker.io/me/nginx",
    ]
    done = split(images, SHELF)
    assert done.aliases == {"nginx:alpine": "nginx", "docker.io/library/alpine:3": "alpine", "busybox": "alpine"}
    assert done.missing == ("mysql", "docker.io/me/nginx")
