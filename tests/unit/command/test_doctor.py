"""The doctor judges facts: what is fine, what limits, what stops, each with its cure."""

from dataclasses import replace
from pathlib import Path

import pytest

from slipway.command.dockerhost import HostEngine
from slipway.command.doctor.facts import MEBIBYTE, Facts
from slipway.command.doctor.findings import Finding, Level
from slipway.command.doctor.judge import findings

DOCKER = HostEngine("26.1.5", "1.45", Path("/var/lib/docker"), "overlay2", "registry", 0)
HEALTHY = Facts(
    system="Linux",
    kernel="6.12.48-amd64",
    python=(3, 13),
    is_root=True,
    is_debian=True,
    has_systemd=True,
    missing_programs=(),
    cgroup_version=2,
    controllers=frozenset({"cpu", "io", "memory", "pids"}),
    groups_in_use=0,
    capabilities=(1 << 41) - 1,
    docker=DOCKER,
    docker_capabilities=(1 << 41) - 1,
    docker_filesystem="ext4",
    has_loop_control=True,
    loop_devices=8,
    max_user_namespaces=15000,
    restricts_user_namespaces=False,
    has_apparmor=True,
    confines_machines=False,
    policy_complaints=(),
    inotify_instances=8192,
    memory_bytes=8192 * MEBIBYTE,
    available_bytes=6144 * MEBIBYTE,
    free_disk_bytes=50 * 1024 * MEBIBYTE,
    docker_free_bytes=50 * 1024 * MEBIBYTE,
    now_seconds=2_000_000_000,
    newest_file_seconds=1_900_000_000,
    port=8000,
    port_is_ours=False,
    port_is_free=True,
    socket_path_excess=-50,
)
SYS_ADMIN, SYS_RESOURCE = 1 << 21, 1 << 24


def found(facts: Facts, level: Level) -> list[Finding]:
    """Return the findings of one level."""
    return [finding for finding in findings(facts) if finding.level is level]


def test_a_healthy_machine_has_nothing_to_cure() -> None:
    """Each prerequisite is named even so."""
    assert {finding.level for finding in findings(HEALTHY)} == {Level.FINE}
    assert len(findings(HEALTHY)) >= 18


@pytest.mark.parametrize(
    ("facts", "subject"),
    [
        (replace(HEALTHY, system="Darwin"), "system"),
        (replace(HEALTHY, python=(3, 14)), "Python"),
        (replace(HEALTHY, is_debian=False, missing_programs=("debootstrap",)), "programs"),
        (replace(HEALTHY, kernel="5.10.0-28-amd64"), "kernel"),
        (replace(HEALTHY, controllers=frozenset({"cpu", "pids"})), "control groups"),
        (replace(HEALTHY, capabilities=HEALTHY.capabilities & ~SYS_ADMIN), "capabilities of this process"),
        (replace(HEALTHY, docker_capabilities=HEALTHY.capabilities & ~SYS_ADMIN), "capabilities of dockerd"),
        (replace(HEALTHY, has_loop_control=False), "loop devices"),
        (replace(HEALTHY, max_user_namespaces=0), "user namespaces"),
        (replace(HEALTHY, docker=replace(DOCKER, version="19.03.1", api="1.40")), "Docker Engine"),
        (replace(HEALTHY, docker_filesystem="btrfs"), "file system of Docker's data"),
        (replace(HEALTHY, memory_bytes=1024 * MEBIBYTE), "memory"),
        (replace(HEALTHY, docker_free_bytes=1024 * MEBIBYTE), "disk of Docker's data"),
        (replace(HEALTHY, now_seconds=0), "clock"),
        (replace(HEALTHY, policy_complaints=(("there is no runtime 'runsc'", "put it there"),)), "policies"),
        (replace(HEALTHY, socket_path_excess=3), "SLIPWAY_HOME"),
    ],
)
def test_what_stops_slipway_is_a_blocker_with_a_cure(facts: Facts, subject: str) -> None:
    """Exactly the one thing that is wrong is named."""
    blockers = found(facts, Level.BLOCKER)
    assert [finding.subject for finding in blockers] == [subject]
    assert blockers[0].cure


@pytest.mark.parametrize(
    ("facts", "subject"),
    [
        (replace(HEALTHY, is_root=False), "root"),
        (replace(HEALTHY, missing_programs=("debootstrap",)), "programs"),
        (replace(HEALTHY, cgroup_version=1, groups_in_use=50_000), "control groups in use"),
        (replace(HEALTHY, restricts_user_namespaces=True), "user namespaces"),
        (replace(HEALTHY, inotify_instances=128), "inotify instances"),
        (replace(HEALTHY, docker=None, docker_capabilities=None), "Docker Engine"),
        (replace(HEALTHY, memory_bytes=3072 * MEBIBYTE), "memory"),
        (replace(HEALTHY, port_is_free=False), "port"),
    ],
)
def test_what_limits_slipway_is_a_warning_with_a_cure(facts: Facts, subject: str) -> None:
    """`up` works all the same."""
    assert found(facts, Level.BLOCKER) == []
    warnings = found(facts, Level.WARNING)
    assert [finding.subject for finding in warnings] == [subject]
    assert warnings[0].cure


def test_a_host_without_cap_sys_resource_is_fine() -> None:
    """The engine never needs it: hosts of containers often lack it."""
    facts = replace(HEALTHY, docker_capabilities=HEALTHY.capabilities & ~SYS_RESOURCE)
    assert found(facts, Level.BLOCKER) == []


def test_our_own_page_on_the_port_is_fine() -> None:
    """A running Slipway is no obstacle to itself."""
    assert found(replace(HEALTHY, port_is_free=False, port_is_ours=True), Level.WARNING) == []


def test_ubuntus_restriction_is_told_with_both_cures() -> None:
    """A profile for machines, which makes it fine, or a line of sysctl that outlives a boot."""
    [told] = found(replace(HEALTHY, restricts_user_namespaces=True), Level.WARNING)
    assert "apparmor = true" in told.cure
    assert "kernel.apparmor_restrict_unprivileged_userns=0 >/etc/sysctl.d/" in told.cure
    confined = replace(HEALTHY, restricts_user_namespaces=True, confines_machines=True)
    assert found(confined, Level.WARNING) == []
