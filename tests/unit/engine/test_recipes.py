"""Tags follow from all that goes into an image, and from nothing else."""

import pytest

from slipway.engine.folders import read_folders
from slipway.engine.images import lab_images
from slipway.engine.recipes import File, Folder, Kind, Source, plan


def folders(**changes: Folder) -> dict[str, Folder]:
    """Return a small world of images."""
    world: dict[str, Folder] = {
        "base": {"Dockerfile": File(b"FROM debian\n"), "bootstrap": File(b"#!/bin/sh\n", executable=True)},
        "inner-tool": {"Dockerfile": File(b"# stands-in-for: tool:latest\nARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n")},
        "docker-machine": {"Dockerfile": File(b"ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n"), "main": File(b"x")},
        "shelf": {"shelf.toml": File(b'preloaded = ["tool"]\nhub = []\n')},
        "lab-small": {"Dockerfile": File(b"ARG DOCKER_MACHINE_IMAGE\nARG SHELF_IMAGE\nFROM ${DOCKER_MACHINE_IMAGE}\n")},
    }
    return {**world, **changes}


def tags(world: dict[str, Folder], source: Source = Source.PACKAGES) -> dict[str, str]:
    """Return the tags by name."""
    return {recipe.name: recipe.tag for recipe in plan(world, source)}


def test_parents_come_first() -> None:
    """Every image stands after those that it is made from."""
    order = [recipe.name for recipe in plan(folders(), Source.PACKAGES)]
    for recipe in plan(folders(), Source.PACKAGES):
        assert all(order.index(parent) < order.index(recipe.name) for parent in recipe.parents)


def test_same_inputs_same_tags() -> None:
    """Nothing changes by itself."""
    assert tags(folders()) == tags(folders())


def test_a_change_reaches_what_is_made_from_it_and_nothing_else() -> None:
    """A file of one image changes its tag and those of its children."""
    changed = folders(**{"docker-machine": {**folders()["docker-machine"], "main": File(b"y")}})
    before, after = tags(folders()), tags(changed)
    assert {name for name in before if before[name] != after[name]} == {"docker-machine", "shelf", "lab-small"}


def test_a_mode_is_an_input() -> None:
    """A file that becomes executable is another input."""
    changed = folders(**{"docker-machine": {**folders()["docker-machine"], "main": File(b"x", executable=True)}})
    assert tags(folders())["docker-machine"] != tags(changed)["docker-machine"]


def test_a_registry_changes_kinds_and_tags() -> None:
    """With a registry the stand-ins are pulled and the base is built on a public image: other images, other tags."""
    kinds = {recipe.name: recipe.kind for recipe in plan(folders(), Source.REGISTRY)}
    assert (kinds["base"], kinds["inner-tool"]) == (Kind.DOCKERFILE, Kind.PULL)
    assert not set(tags(folders()).values()) & set(tags(folders(), Source.REGISTRY).values())


def test_unknown_parent_is_named() -> None:
    """An image made from one that has no folder is a mistake that is said."""
    with pytest.raises(ValueError, match="'nobody'"):
        plan(folders(lonely={"Dockerfile": File(b"ARG NOBODY_IMAGE\n")}), Source.PACKAGES)


def test_the_real_folders_make_a_plan() -> None:
    """The images of this repository fit together in both worlds."""
    real = read_folders()
    assert set(tags(real)) == set(tags(real, Source.REGISTRY)) >= {"base", "engine", "lab-docker", "toolset"}
    assert "lab-docker" in lab_images()
