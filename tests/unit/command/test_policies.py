"""What `up` and `doctor` say of the operator's policies before anything is started."""

import shutil
from pathlib import Path

import pytest

from slipway.command.address import Address
from slipway.command.errors import CommandError
from slipway.command.instance import Instance
from slipway.command.up import policies, programs
from slipway.engine import apparmor
from slipway.engine.port import EngineError
from slipway.sandboxes.policy import Policy, parse


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """Give an installation's folder."""
    made = Instance(tmp_path)
    made.prepare()
    return made


def test_what_the_host_lacks_is_named_with_its_cure(instance: Instance) -> None:
    """A runtime that is not there, and AppArmor where the kernel has none."""
    wanted = parse('[image.lab-git]\nruntime = "runsc"\n[role.guest]\napparmor = true\n', Policy())
    lacking = policies.complaints(wanted, ["kata"], has_apparmor=False)
    assert [text for text, _ in lacking] == ["there is no runtime 'runsc'", "this kernel has no AppArmor"]
    assert all(cure for _, cure in lacking)
    assert policies.complaints(wanted, ["runsc"], has_apparmor=True) == []


def test_up_refuses_a_file_with_a_mistake_before_it_starts_anything(instance: Instance) -> None:
    """With the place of the mistake; and a runtime that only the operator can bring, until it is there."""
    instance.policy.write_text("[default]\npids = 1\n")
    with pytest.raises(CommandError, match=r"policy.toml, \[default\]: pids is '1'"):
        policies.prepare(instance)
    instance.policy.write_text('[default]\nruntime = "runsc"\n')
    with pytest.raises(CommandError, match="there is no runtime 'runsc'") as refused:
        policies.prepare(instance)
    assert "SLIPWAY_HOME/runtimes" in refused.value.cure
    instance.runtimes.mkdir()
    (instance.runtimes / "runsc").touch(mode=0o755)
    policies.prepare(instance)


def test_other_policies_start_the_processes_again(instance: Instance) -> None:
    """They are read at the start of a process, as all settings are."""
    where = Address("127.0.0.1", 8000)
    before = {each.name: each.fingerprint for each in programs.programs(instance, where)}
    instance.policy.write_text("[default]\npids = 400\n")
    after = {each.name: each.fingerprint for each in programs.programs(instance, where)}
    assert {name for name in before if before[name] != after[name]} == {"web", "preview", "worker", "scheduler"}


@pytest.mark.skipif(not shutil.which("apparmor_parser", path="/usr/sbin:/sbin"), reason="no apparmor_parser here")
def test_apparmor_s_own_parser_takes_the_profile() -> None:
    """With the rule on user namespaces where it is known; and what it does not take is told."""
    apparmor.check(apparmor.text(has_userns=False))
    if apparmor.ABI.exists():
        apparmor.check(apparmor.text(has_userns=True))
    with pytest.raises(EngineError, match="does not take the profile"):
        apparmor.check(apparmor.text(has_userns=False).replace("pivot_root,", "pivot_root"))


def test_the_rule_on_user_namespaces_is_written_where_it_is_known() -> None:
    """Parsers before AppArmor 4 refuse the word."""
    assert "userns," not in apparmor.text(has_userns=False)
    assert "@" not in apparmor.text(has_userns=False).partition("profile slipway-machine")[2]
    new = apparmor.text(has_userns=True)
    assert new.startswith("abi <abi/4.0>,\n")
    assert "\n  userns,\n" in new
