"""The operator's policies: what is written, what wins, and what is refused with a sentence."""

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from slipway.engine.port import MEBIBYTE, Confinement
from slipway.sandboxes.policy import MOST_FILE_BYTES, Kind, Policies, Policy, PolicyError, Role, load, parse

TEXT = """
[default]
cpus = 2
[image.lab-vm]
memory_mebibytes = 1536
pids = 900
runtime = "runsc"
[role.guest]
memory_mebibytes = 512
terminal_kibibytes_per_second = 1024
[image.lab-vm.role.guest]
memory_mebibytes = 1024
[image.lab-docker.role.staff]
no_new_privileges = true
"""


def test_the_more_special_table_wins_and_the_rest_stays() -> None:
    """All, then the image, then the role, then both: each changes what it names alone."""
    policies = parse(TEXT, Policy(pids=300))
    learner, guest = policies.of(Kind("lab-vm")), policies.of(Kind("lab-vm", Role.GUEST))
    assert (learner.memory_mebibytes, learner.pids, learner.cpus, learner.runtime) == (1536, 900, 2.0, "runsc")
    assert (guest.memory_mebibytes, guest.pids, guest.terminal_bytes_per_second) == (1024, 900, 1024 * 1024)
    assert policies.of(Kind("lab-docker", Role.GUEST)).memory_mebibytes == 512
    assert policies.of(Kind("lab-docker")) == Policy(pids=300, cpus=2.0)
    assert policies.of(Kind("lab-docker", Role.STAFF)).confinement == Confinement(no_new_privileges=True)
    assert (policies.runtimes, policies.wants_apparmor) == ({"runsc"}, False)


def test_an_installation_without_a_file_has_the_default(tmp_path: Path) -> None:
    """Nothing has to be written for it to work."""
    assert load(tmp_path / "policy.toml", Policy()) == Policies(Policy())


def test_limits_are_in_the_engines_units() -> None:
    """Mebibytes become bytes; a soft limit of files is never above the hard one."""
    limits = Policy(memory_mebibytes=300, open_files=2048, disk_mebibytes=512, log_mebibytes=1).limits
    assert (limits.memory_bytes, limits.disk_bytes, limits.log_bytes) == (300 * MEBIBYTE, 512 * MEBIBYTE, MEBIBYTE)
    assert (limits.open_files_soft, limits.open_files_hard) == (2048, 2048)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[default\n", "is not TOML: .*line 1"),
        ("[defaults]\n", "there is no 'defaults'. Write one of default, image, role"),
        ("default = 1\n", "default is a value, and should be a table"),
        ("[default]\nmemory = 1\n", r"\[default\]: there is no 'memory'. Write one of .*memory_mebibytes"),
        ("[role.teacher]\n", r"\[role\]: there is no 'teacher'. Write one of guest, learner, staff"),
        ("[image.lab-vm.role.teacher]\n", r"\[image.lab-vm.role\]: there is no 'teacher'"),
        ('[image."../etc"]\n', "this is no name of an image"),
        ("[role.guest]\npids = 1\n", r"\[role.guest\]: pids is '1': write a whole number from 128 to 65536"),
        ("[default]\npids = 512.0\n", "write a whole number"),
        ("[default]\npids = true\n", "write a whole number"),
        ("[default]\ncpus = nan\n", "write a number from 0.05 to 256.0"),
        ("[default]\ndisk_mebibytes = 1\n", "from 256 to 1048576, or 0"),
        ("[default]\nno_new_privileges = 1\n", "write true or false"),
        ("[default]\nruntime = '../runc'\n", "write the name of a program"),
        (f"x = {'[' * 3000}", "is not TOML"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, complaint: str) -> None:
    """The file, the table, what stands there and what to write instead."""
    with pytest.raises(PolicyError, match=f"^policy.toml.*{complaint}"):
        parse(text, Policy())


def test_a_file_that_cannot_be_one_is_not_read(tmp_path: Path) -> None:
    """One that is too long, no text, or a folder."""
    path = tmp_path / "policy.toml"
    path.write_bytes(b"#" * (MOST_FILE_BYTES + 1))
    with pytest.raises(PolicyError, match="no file of policies is that long"):
        load(path, Policy())
    path.write_bytes(b"\xff")
    with pytest.raises(PolicyError, match="cannot be read"):
        load(path, Policy())
    with pytest.raises(PolicyError, match="cannot be read"):
        load(tmp_path, Policy())


VALUES = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5)


@given(some.sampled_from([each.name for each in fields(Policy)]), VALUES)
def test_whatever_is_written_is_in_bounds_or_refused(name: str, value: object) -> None:
    """No value of a wrong kind, no infinity and nothing negative reaches an engine."""
    word = repr(value).lower() if isinstance(value, bool) else repr(value).replace("None", "[]")
    try:
        policy = parse(f"[default]\n{name} = {word}\n", Policy()).default
    except PolicyError:
        return
    found = getattr(policy, name)
    assert type(found) is type(getattr(Policy(), name))
    assert isinstance(found, str | tuple) or 0 <= found <= 100_000_000
