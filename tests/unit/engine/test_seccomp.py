"""The machines' seccomp profile is what the reviewed rules say."""

import json

from slipway.engine import seccomp
from slipway.engine.docker_engine import SECCOMP


def allowed(profile: seccomp.Profile) -> set[str]:
    """Return the system calls that are allowed without a condition on arguments."""
    return {
        name
        for rule in profile["syscalls"]
        if rule["action"] == "SCMP_ACT_ALLOW" and not rule.get("args")
        for name in rule["names"]
    }


def test_committed_profile_is_up_to_date() -> None:
    """Deriving from the committed profile gives it again: its rules and the script's are the same."""
    committed = json.loads(SECCOMP.read_text())
    assert seccomp.derive(committed) == committed


def test_denied_calls_are_denied_whatever_the_default_says() -> None:
    """A default that allows everything loses what is denied, and keeps the rest."""
    names = " ".join(seccomp.DENIED.values()).split()
    default = {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": [*names, "read"], "action": "SCMP_ACT_ALLOW"}]}
    assert not allowed(seccomp.derive(default)) & set(names)
    assert "read" in allowed(seccomp.derive(default))


def test_keyctl_and_clone3_look_like_an_old_kernel() -> None:
    """Both answer ENOSYS, whatever the default did with them."""
    rules = [rule for rule in json.loads(SECCOMP.read_text())["syscalls"] if "keyctl" in rule["names"]]
    assert [(rule["action"], rule["errnoRet"], sorted(rule["names"])) for rule in rules] == [
        ("SCMP_ACT_ERRNO", 38, ["clone3", "keyctl"])
    ]


def test_sockets_are_of_old_families_alone() -> None:
    """A family is 32 of the 64 bits that a rule compares: no upper half may lead past it."""
    compare = {"SCMP_CMP_LT": int.__lt__, "SCMP_CMP_EQ": int.__eq__, "SCMP_CMP_GT": int.__gt__}
    rules = [rule for rule in json.loads(SECCOMP.read_text())["syscalls"] if "socket" in rule["names"]]
    values = [upper << 32 | family for upper in (0, 1, 0xFFFFFFFF) for family in range(50)]
    passed = [
        value
        for value in values
        if any(all(compare[test["op"]](value, test["value"]) for test in rule["args"]) for rule in rules)
    ]
    assert passed == list(range(38))


def test_machines_make_calls_of_their_own_architecture() -> None:
    """A default that lets others in as well loses them."""
    default = {
        "defaultAction": "SCMP_ACT_ERRNO",
        "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
        "syscalls": [],
    }
    derived = seccomp.derive(default)
    assert derived["archMap"] == [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []}]
