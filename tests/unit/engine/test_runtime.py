"""The runtime's pure parts: what a machine's configuration says, and which groups are its own."""

import itertools

import pytest

from tests.unit.engine.sources import load

bundle = load("engine/runtime/bundle.py")
groups = load("engine/runtime/groups.py")


def config() -> dict[str, object]:
    """Return the parts of a container's configuration that matter here."""
    return {
        "root": {"path": "/var/lib/docker/overlay2/x/merged", "readonly": False},
        "mounts": [
            {"destination": "/etc/hosts", "type": "bind", "options": ["rbind"]},
            {"destination": "/sys", "type": "sysfs", "options": ["nosuid", "ro"]},
            {"destination": "/sys/fs/cgroup", "type": "cgroup", "options": ["ro"]},
            {"destination": "/run", "type": "tmpfs", "options": ["nosuid"]},
        ],
        "linux": {"maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"], "uidMappings": []},
        "hooks": {"prestart": [{"path": "/other"}]},
    }


def test_ranges_follow_loop_devices_and_never_overlap() -> None:
    """Each loop device has 65,536 ids of its own, the first of them above every distribution's."""
    firsts = [bundle.first_id(number) for number in range(300)]
    assert firsts[0] == 1048576
    assert all(later - earlier == 65536 for earlier, later in itertools.pairwise(firsts))


def test_configuration_becomes_a_machines() -> None:
    """Root, ids, mounts and hook are the machine's; what others put into the configuration stays."""
    adapted = config()
    bundle.adapt(adapted, root="/mnt/root", first=1048576, hook=["/bin/hook", "1048576"])
    assert adapted["root"] == {"path": "/mnt/root", "readonly": False}
    mapping = [{"containerID": 0, "hostID": 1048576, "size": 65536}]
    assert adapted["linux"] == {"maskedPaths": [], "readonlyPaths": [], "uidMappings": mapping, "gidMappings": mapping}
    assert adapted["mounts"] == [
        {"destination": "/sys", "type": "sysfs", "options": ["nosuid"]},
        {"destination": "/sys/fs/cgroup", "type": "cgroup", "options": []},
        {"destination": "/run", "type": "tmpfs", "options": ["nosuid"]},
    ]
    assert adapted["hooks"] == {
        "prestart": [{"path": "/other"}],
        "createRuntime": [{"path": "/bin/hook", "args": ["/bin/hook", "1048576"]}],
    }


@pytest.mark.parametrize(
    ("membership", "unified_at", "expected"),
    [
        (
            "3:memory:/slipway/a\n1:name=systemd:/slipway/a\n0::/slipway/a\n",
            "/sys/fs/cgroup/unified",
            ["/sys/fs/cgroup/memory/slipway/a", "/sys/fs/cgroup/systemd/slipway/a", "/sys/fs/cgroup/unified/slipway/a"],
        ),
        ("0::/slipway/a\n", "/sys/fs/cgroup", ["/sys/fs/cgroup/slipway/a"]),
        ("2:cpu,cpuacct:/\n0::/\n", "/sys/fs/cgroup/unified", []),
    ],
    ids=["v1", "v2", "the-root-is-never-handed-over"],
)
def test_groups_of_a_machine(membership: str, unified_at: str, expected: list[str]) -> None:
    """The folders of a machine's groups, on both versions of cgroups."""
    assert list(groups.groups_of(membership, unified_at=unified_at)) == expected
