"""The host's own Docker Engine, which builds images and runs the engine for sandboxes as a container."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import docker.errors
import requests.exceptions

from slipway.engine.port import EngineError, EngineUnreachableError

APPARMOR = Path("/sys/kernel/security/apparmor")
TIMEOUT_SECONDS = 600


def connect(timeout_seconds: float = TIMEOUT_SECONDS) -> docker.APIClient:
    """Return a client of the host's engine, as DOCKER_HOST names it.

    The API's version is agreed upon (1.41 will do).
    """
    try:
        return docker.from_env(version="auto", timeout=int(timeout_seconds)).api
    except docker.errors.DockerException as error:
        raise EngineUnreachableError(
            f"The host's Docker Engine does not answer ({error}). Start it, or name its socket in DOCKER_HOST."
        ) from error


@contextlib.contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn the SDK's errors into ours, with what was being done."""
    try:
        yield
    except requests.exceptions.ConnectionError as error:
        raise EngineUnreachableError(f"{what}: the host's Docker Engine does not answer. Is it running?") from error
    except (docker.errors.DockerException, requests.exceptions.RequestException) as error:
        raise EngineError(f"{what}: {error}") from error


def unconfined(api: docker.APIClient, **options: Any) -> dict[str, Any]:
    """Return a HostConfig for a container that mounts: what `--security-opt systempaths=unconfined` and its kin say."""
    security = ["seccomp=unconfined", *(["apparmor=unconfined"] if APPARMOR.is_dir() else [])]
    config: dict[str, Any] = api.create_host_config(security_opt=security, **options)
    return {**config, "MaskedPaths": [], "ReadonlyPaths": []}


def image_layers(api: docker.APIClient, tag: str) -> list[str]:
    """Return the digests of an image's layers; raise the SDK's `ImageNotFound`."""
    image: dict[str, Any] = api.inspect_image(tag)
    return list(image["RootFS"]["Layers"])


def image_exists(api: docker.APIClient, tag: str) -> bool:
    """Tell whether the host's engine has an image."""
    try:
        image_layers(api, tag)
    except docker.errors.ImageNotFound:
        return False
    return True
