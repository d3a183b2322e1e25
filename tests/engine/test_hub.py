"""The stand-in Hub inside a machine behaves as Docker Hub does, offline."""

import pytest

from slipway.grading.judging import request_for
from slipway.grading.observing import observe
from slipway.lessonfile.subjects import Hub, Image, Observed
from tests.engine.lab import Lab

pytestmark = pytest.mark.engine
BOX = "box-one"
LOGIN = "echo learner | docker login -u learner --password-stdin"


def test_first_run_pulls_without_login(shared_lab: Lab) -> None:
    """An image that the machine has not is pulled, layer by layer, and a second run asks nobody."""
    first = shared_lab.sh(BOX, "docker run --rm fruit-papaya")
    assert first.count("Pull complete") == 4
    assert "papaya" in first
    second = shared_lab.sh(BOX, "docker run --rm fruit-papaya")
    assert "Pull" not in second


def test_hello_world_comes_from_the_hub(shared_lab: Lab) -> None:
    """The first image of every course is pulled as in real life."""
    output = shared_lab.sh(BOX, "docker run --rm hello-world")
    assert "Unable to find image 'hello-world:latest' locally" in output
    assert "Hello from Docker!" in output


def test_unknown_image_is_denied_in_the_hubs_words(shared_lab: Lab) -> None:
    """A name that nobody has gives the sentence that learners will meet outside."""
    result = shared_lab.attempt(BOX, "docker run no-such-thing")
    assert result.exit_status == 125
    assert (
        b"pull access denied for no-such-thing, repository does not exist or may require 'docker login'"
        in result.stderr
    )


def test_wrong_password_is_refused(shared_lab: Lab) -> None:
    """A login with a wrong password fails in the Hub's words."""
    result = shared_lab.attempt(BOX, "echo wrong | docker login -u learner --password-stdin")
    assert result.exit_status == 1
    assert b"incorrect username or password" in result.stderr


def test_push_below_the_own_name_and_pull_again(shared_lab: Lab) -> None:
    """After login a learner's image goes to the Hub, and comes back without login."""
    script = f"""
    {LOGIN}
    docker tag alpine learner/mine; docker push learner/mine
    docker logout; docker rmi learner/mine; docker pull learner/mine
    """
    assert "Downloaded newer image for learner/mine" in shared_lab.sh(BOX, script)


@pytest.mark.parametrize("before", ["docker logout", LOGIN], ids=["signed-out", "signed-in"])
def test_push_below_another_name_is_denied_at_once(shared_lab: Lab, before: str) -> None:
    """Nobody pushes under a foreign name; the client does not try again and again."""
    result = shared_lab.attempt(
        BOX, f"{before} >/dev/null 2>&1; docker tag alpine other/mine; timeout 10 docker push other/mine"
    )
    assert result.exit_status == 1
    assert b"denied: requested access to the resource is denied" in result.stderr


def test_removed_image_comes_back(shared_lab: Lab) -> None:
    """A preloaded image that a learner removed can be pulled."""
    script = "docker rmi -f $(docker images -q redis); docker run --rm redis redis-server --version"
    assert "Redis server" in shared_lab.sh(BOX, script)


def test_hub_counts_what_it_was_asked(shared_lab: Lab) -> None:
    """The access log tells how many blobs a pull took: the layers and the configuration."""
    script = "docker pull -q fruit-guava; grep -c 'GET /v2/library/fruit-guava/blobs/' /var/log/hub/access.log"
    assert shared_lab.sh(BOX, script).splitlines()[-1] == "3"


def test_build_pulls_its_base(shared_lab: Lab) -> None:
    """BuildKit, which asks for tokens in its own way, finds the Hub, too."""
    script = r"mkdir -p /root/h; printf 'FROM fruit-lychee\n' >/root/h/Dockerfile; docker build -q -t mine /root/h"
    assert "sha256:" in shared_lab.sh(BOX, script)


def look(lab: Lab, *subjects: Observed) -> list[dict[str, object]]:
    """Return what a check would see."""
    requests = [request_for(subject, {}) for subject in subjects]
    found = observe(lab.engine, BOX, requests)
    assert found.failures == {}
    return [dict(fact) for request in requests if isinstance(fact := found.facts[request.key], dict)]


def test_an_account_signs_in_with_its_token_only(shared_lab: Lab) -> None:
    """The password is for the website. The token of the note lets docker in, and checks can tell."""
    shared_lab.sh(BOX, "docker logout; hub-account open asha1 monsoon-1 dckr_pat_1")
    state = "/opt/slipway/hub/account signed-in asha1"
    refused = shared_lab.attempt(BOX, f"echo monsoon-1 | docker login -u asha1 --password-stdin; {state}")
    assert (refused.exit_status, refused.stdout) == (1, b"nobody is signed in\n")
    login = "tail -n 1 /root/hub-account.txt | docker login -u asha1 --password-stdin"
    assert "signed in as asha1, with the token" in shared_lab.sh(BOX, f"{login}; {state}")
    other = shared_lab.attempt(BOX, "/opt/slipway/hub/account signed-in asha2")
    assert (other.exit_status, other.stdout) == (1, b"signed in as asha1\n")


def test_a_token_that_was_told_is_replaced(shared_lab: Lab) -> None:
    """The new one stands in the note and works; the old one does not; only the new one counts in the history."""
    shared_lab.sh(BOX, "hub-account open asha1 monsoon-1 dckr_pat_1; echo docker login -p dckr_pat_1 >>~/.bash_history")
    told = "/opt/slipway/hub/account kept-secret asha1"
    assert shared_lab.attempt(BOX, told).exit_status == 1
    assert "dckr_pat_" not in shared_lab.sh(BOX, f"hub-account new-token; {told}")
    assert shared_lab.attempt(BOX, "echo dckr_pat_1 | docker login -u asha1 --password-stdin").exit_status == 1
    assert "Login Succeeded" in shared_lab.sh(
        BOX, "tail -n 1 /root/hub-account.txt | docker login -u asha1 --password-stdin"
    )


def test_checks_see_what_was_pushed(shared_lab: Lab) -> None:
    """The image's own ID, its tags and settings, and a secret that only a lower layer still has."""
    script = f"""
    {LOGIN}
    docker run --name one alpine sh -c 'echo tk_4711 >/root/note'; docker commit -m noted one learner/desk:1
    docker run --name two learner/desk:1 rm /root/note; docker commit two learner/desk:2
    docker push learner/desk:1; docker push learner/desk:2
    """
    shared_lab.sh(BOX, script)
    local, first, second, none = look(
        shared_lab,
        Image("learner/desk:1"),
        Hub("learner/desk:1", "tk_4711"),
        Hub("learner/desk:2", "tk_4711\n"),
        Hub("learner/desk:3"),
    )
    assert (first["id"], first["comment"], first["tags"]) == (local["Id"], "noted", ["1", "2"])
    assert "configuration" in str(first["found_in"])
    assert second["found"] is True
    assert second["config"]["Cmd"] == ["rm", "/root/note"]  # type: ignore[index]
    assert none == {"exists": False, "tags": ["1", "2"]}
