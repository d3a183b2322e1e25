"""The operator's policies before anything is started: they are read, and what they ask of this host is there."""

from slipway.command.errors import CommandError
from slipway.command.instance import Instance
from slipway.engine import apparmor
from slipway.engine.container import runtimes_in
from slipway.sandboxes.policy import Policies, Policy, PolicyError, load


def of_instance(instance: Instance) -> Policies:
    """Return the policies of an installation. What the settings say besides is left out. Raise `PolicyError`."""
    return load(instance.policy, Policy())


def complaints(policies: Policies, runtimes: list[str], *, has_apparmor: bool) -> list[tuple[str, str]]:
    """Return what a host lacks for these policies, each with its cure. Pure."""
    found = []
    for runtime in sorted(policies.runtimes - set(runtimes)):
        cure = f"put the program {runtime} into SLIPWAY_HOME/runtimes, or take `runtime` out of policy.toml."
        found.append((f"there is no runtime {runtime!r}", cure))
    if policies.wants_apparmor and not has_apparmor:
        cure = (
            "boot with AppArmor (lsm=…,apparmor on the kernel's command line), or take `apparmor` out of policy.toml."
        )
        found.append(("this kernel has no AppArmor", cure))
    return found


def prepare(instance: Instance) -> None:
    """Refuse policies that cannot be kept here, and load the AppArmor profile that they want. Raise `CommandError`."""
    try:
        policies = of_instance(instance)
    except PolicyError as error:
        raise CommandError(str(error), "mend that file; docs/operating.md lists what may stand in it.") from error
    for text, cure in complaints(policies, runtimes_in(instance.runtimes), has_apparmor=apparmor.is_on_host()):
        raise CommandError(f"{text}, which {instance.policy} asks for.", cure)
    if policies.wants_apparmor:
        apparmor.load()
