"""Names of machines and disks on an engine."""

import pytest

from slipway.sandboxes import names


def test_a_disk_names_its_machine_and_generation() -> None:
    """What was put together comes apart again."""
    machine = names.new_machine()
    assert names.is_machine(machine)
    assert names.parse_disk(names.disk_of(machine, 12)) == (machine, 12)


def test_a_snapshot_names_its_machine() -> None:
    """A copy that is kept has a name of its own, and no generation."""
    machine = names.new_machine()
    snapshot = names.new_snapshot(machine)
    assert names.machine_of(snapshot) == machine == names.machine_of(names.disk_of(machine, 3))
    assert names.parse_disk(snapshot) is None
    assert snapshot != names.new_snapshot(machine)


@pytest.mark.parametrize("name", ["template", "prove-0123456789ab", "m-0123456789ab", "m-0123.1", "m-0123456789ab.x"])
def test_a_disk_of_somebody_else_is_not_ours(name: str) -> None:
    """Disks of proofs and benches, and the template, are left alone."""
    assert names.parse_disk(name) is None
    assert names.machine_of(name) is None


@pytest.mark.parametrize("name", ["prove-0123456789ab", "m-0123456789ab.0", "m-0123456789AB", "m-"])
def test_a_machine_of_somebody_else_is_not_ours(name: str) -> None:
    """Machines of another shape are left alone."""
    assert not names.is_machine(name)
