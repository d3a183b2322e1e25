"""What the engine is told about a machine."""

import dataclasses

from slipway.engine import machine_config
from slipway.engine.port import MEBIBYTE, Limits, MachineSpec

SPEC = MachineSpec("keel", "keel-disk", "slipway/lab-docker:0123456789ab", labels={"sandbox": "7"})


def test_memory_never_has_swap_on_top() -> None:
    """Memory and memory with swap are the same."""
    options = machine_config.limit_options(Limits(memory_bytes=300 * MEBIBYTE, cpus=0.5))
    assert options["mem_limit"] == options["memswap_limit"] == 300 * MEBIBYTE
    assert options["nano_cpus"] == 500_000_000


def test_no_network_no_log_and_few_capabilities() -> None:
    """The walls that do not depend on a spec."""
    options = machine_config.host_options(SPEC, "{}")
    assert (options["network_mode"], options["cap_drop"], options["log_config"]) == ("none", ["ALL"], {"Type": "none"})
    assert not {"SYS_RESOURCE", "SYS_MODULE", "SYS_RAWIO", "SYS_TIME", "SYS_BOOT"} & set(options["cap_add"])


def test_labels_come_back_without_ours() -> None:
    """A caller sees the labels it gave."""
    assert machine_config.callers_labels(machine_config.labels(SPEC)) == {"sandbox": "7"}


def test_specs_that_differ_have_other_fingerprints() -> None:
    """Any change of a spec shows, so that a container left by another one is not taken for it."""
    others = [
        dataclasses.replace(SPEC, image="slipway/lab-docker:ba9876543210"),
        dataclasses.replace(SPEC, limits=Limits(pids=9)),
    ]
    assert len({machine_config.fingerprint(spec) for spec in [SPEC, *others]}) == 3
