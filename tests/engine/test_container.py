"""The engine's container and the images come up once, and again at no cost."""

from pathlib import Path

import pytest

from slipway.engine import container, images
from slipway.engine.container import EngineContainer
from slipway.engine.port import EngineError
from tests.engine.lab import Lab

pytestmark = pytest.mark.engine


def test_nothing_is_built_again(tags: dict[str, str]) -> None:
    """With unchanged inputs the second build makes nothing."""
    said: list[str] = []
    assert images.build_all(said.append) == tags == images.current_tags()
    assert said == []


def test_start_of_a_running_engine_changes_nothing(lab: Lab, tags: dict[str, str]) -> None:
    """A second start neither restarts the engine nor loads an image, and its machines go on."""
    lab.start("passenger")
    said: list[str] = []
    container.start(lab.container, tags["engine"], [tags["lab-docker"]], said.append)
    assert said == []
    assert lab.sh("passenger", "echo aboard").strip() == "aboard"


def test_status_of_a_running_engine(lab: Lab, tags: dict[str, str]) -> None:
    """A running engine says its version and its image."""
    status = container.status(lab.container)
    assert (status.state, status.image, status.version) == ("running", tags["engine"], lab.engine.ping())


def test_an_engine_that_never_was(tmp_path: Path) -> None:
    """Absent is a state of its own, and stopping what is absent counts as done."""
    engine = EngineContainer("slipway-test-nobody", tmp_path)
    assert container.status(engine) == container.Status("absent", None)
    container.stop(engine)
    container.erase(engine)


def test_old_images_are_removed_and_used_ones_kept(lab: Lab, tags: dict[str, str]) -> None:
    """An image that no machine runs on and nobody wants goes; the one in use stays, wanted or not."""
    lab.engine._client.api.tag(lab.image, "slipway/lab-old", "0123456789ab")
    others = [tags[name] for name in images.lab_images() if tags[name] != lab.image]
    assert container.remove_images_but(lab.container, others) == ["slipway/lab-old:0123456789ab"]
    assert lab.engine._client.api.images(lab.image)


def test_a_disk_name_from_outside_is_checked(lab: Lab) -> None:
    """A name that could be a path is refused."""
    for name in ("../x", "a/b", "", "A", ".x"):
        with pytest.raises(EngineError, match="not a name of a disk"):
            lab.engine.delete_disk(name)
