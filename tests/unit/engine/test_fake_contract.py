"""The fake engine keeps the contract of the real one."""

import pytest

from slipway.engine.fake import FakeEngine
from slipway.engine.port import EngineError, EngineUnreachableError
from tests.engine.contract import EngineContract, Subject


class TestFakeEngine(EngineContract):
    """The contract over the fake."""

    @pytest.fixture
    def bare_subject(self) -> Subject:
        """Give a fake engine."""
        engine = FakeEngine()
        return Subject(engine, "slipway/lab-docker:0123456789ab", engine.die)


def test_unplugged_engine_is_unreachable() -> None:
    """Every call on an engine that does not answer raises the one error that says so."""
    engine = FakeEngine(is_reachable=False)
    with pytest.raises(EngineUnreachableError):
        engine.machines()


def test_missing_image_is_named() -> None:
    """A start on an image that the engine has not says which."""
    subject = Subject(FakeEngine(images=set()), "slipway/lab-docker:none", lambda name: None)
    with pytest.raises(EngineError, match="slipway/lab-docker:none"):
        subject.engine.start_machine(subject.spec())
