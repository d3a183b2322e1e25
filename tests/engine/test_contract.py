"""The real engine keeps the contract."""

import pytest

from slipway.engine.docker_engine import DockerEngine
from tests.engine.contract import EngineContract, Subject

pytestmark = pytest.mark.engine


class TestDockerEngine(EngineContract):
    """The contract over a real Docker Engine."""

    @pytest.fixture
    def bare_subject(self, docker_engine: DockerEngine, tags: dict[str, str]) -> Subject:
        """Give the real engine."""

        def kill(name: str) -> None:
            """Kill a machine and wait until the engine has noticed."""
            docker_engine._client.api.kill(name)
            docker_engine._client.api.wait(name)

        return Subject(docker_engine, tags["lab-docker"], kill)
