"""Virtual machines in a machine: they boot from a disk of their own, answer checks, and end as they should."""

from collections.abc import Iterator

import pytest

from slipway.engine.container import EngineContainer
from slipway.engine.docker_engine import DockerEngine
from slipway.grading.judging import Observations, request_for
from slipway.grading.observing import observe
from slipway.lessonfile.subjects import Observed, Vm
from tests.engine.lab import Lab
from tests.instance import wait_for

pytestmark = pytest.mark.engine
BOX = "box-vm"
BOOT_SECONDS = 240


@pytest.fixture(scope="module")
def vm_lab(docker_engine: DockerEngine, engine_container: EngineContainer, tags: dict[str, str]) -> Iterator[Lab]:
    """Give a bench with one machine in which willow has booted and birch is about to."""
    bench = Lab(docker_engine, engine_container, tags["lab-vm"])
    bench.reset(BOX)
    bench.sh(BOX, "vm start willow --mem 96 --mac 52:54:00:aa:bb:cc --wait; vm start birch --mem 256", BOOT_SECONDS)
    yield bench
    bench.clear()


def look(lab: Lab, *subjects: Observed) -> Observations:
    """Observe as a check would."""
    return observe(lab.engine, BOX, [request_for(subject, {}) for subject in subjects])


def fact(lab: Lab, subject: Observed) -> dict[str, object]:
    """Return what is observed of one subject."""
    found = look(lab, subject)
    assert found.failures == {}
    value = found.facts[request_for(subject, {}).key]
    assert isinstance(value, dict)
    return value


def failure(lab: Lab, subject: Observed) -> str:
    """Return why a subject cannot be observed."""
    return look(lab, subject).failures[request_for(subject, {}).key]


def test_first_sector_of_the_disk(vm_lab: Lab) -> None:
    """The MBR bears its signature, GRUB's code and one active Linux partition at sector 2048."""
    first = vm_lab.sh(BOX, "head -c 512 /usr/share/vm/vm.img | xxd -p -c 512").strip()
    sector = bytes.fromhex(first)
    assert sector[510:] == b"\x55\xaa"
    assert b"GRUB" in sector[:440]
    assert (sector[446], sector[450]) == (0x80, 0x83)
    assert int.from_bytes(sector[454:458], "little") == 2048
    assert sector[462:510] == bytes(48)


def test_each_step_of_a_boot_is_on_the_console(vm_lab: Lab) -> None:
    """Firmware, MBR, boot loader, kernel, first process and login come in this order."""
    console = str(fact(vm_lab, Vm("willow", wants=("console",)))["console"])
    steps = (
        "SeaBIOS (version", "Booting from Hard Disk", "GRUB loading", "Welcome to GRUB", "Linux version 6.",
        "Run /init as init process", "slipway-init: PID 1", "willow login:",
    )  # fmt: skip
    places = [console.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)


def test_probe_answers(vm_lab: Lab) -> None:
    """A check sees what is inside; what QEMU was told, too."""
    line = (
        "hostname; cat /sys/class/net/eth0/address; mount -o ro /dev/vda1 /mnt && ls /mnt/boot/grub; umount /mnt; false"
    )
    assert fact(vm_lab, Vm("willow", line)) == {
        "running": True, "exit_status": 1, "stdout": "willow\n52:54:00:aa:bb:cc\ngrub.cfg\n",
        "pid": int(vm_lab.sh(BOX, "cat /run/vm/willow.pid")),
    }  # fmt: skip
    hardware = fact(vm_lab, Vm("birch"))
    assert (hardware["memory"], hardware["cpus"], hardware["disk"]) == ("256", "1", "/var/lib/vm/birch.img")


def test_probe_is_not_held_up(vm_lab: Lab) -> None:
    """A command that does not end is ended; the next one is answered."""
    endless = Vm("willow", "echo before; sleep 60", 1.0)

    def is_ended() -> bool:
        """Tell whether it was ended; where that is told too late, as by an emulated machine under load, look again."""
        ended = look(vm_lab, endless).facts.get(request_for(endless, {}).key)
        return isinstance(ended, dict) and ended["exit_status"] == 137

    wait_for("the end of what does not end", is_ended, seconds=60)
    assert fact(vm_lab, Vm("willow", "echo here"))["stdout"] == "here\n"


def test_a_server_by_hand_is_no_virtual_machine(vm_lab: Lab) -> None:
    """Files and a socket of the right names are not QEMU, and neither is one behind another machine's process id."""
    by_hand = "cd /run/vm; (timeout 20 socat UNIX-LISTEN:oak.probe,fork EXEC:cat >/dev/null 2>&1 &)"
    vm_lab.sh(BOX, f"{by_hand}; echo $$ >oak.pid; sleep 0.3")
    assert "no virtual machine oak runs" in failure(vm_lab, Vm("oak", "true"))
    vm_lab.sh(BOX, "cp /run/vm/willow.pid /run/vm/oak.pid")
    assert "no virtual machine oak runs" in failure(vm_lab, Vm("oak", "true"))
    assert fact(vm_lab, Vm("oak"))["running"] is False
    assert "oak" not in vm_lab.sh(BOX, "vm list")
    vm_lab.sh(BOX, "cd /run/vm; mv willow.probe kept; ln -s oak.probe willow.probe")
    assert "is not QEMU" in failure(vm_lab, Vm("willow", "true"))
    vm_lab.sh(BOX, "cd /run/vm; mv kept willow.probe; rm oak.*")


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("vm start third", "Two machines run already (birch willow)"),
        ("vm start willow", "'willow' runs already"),
        ("vm start third --mem 12", "--mem can be from 96 to 256 here, not 12"),
        ("vm start third --mem lots", "--mem needs a whole number from 96 to 256"),
        ("vm start third --cpus 9", "--cpus can be from 1 to 2"),
        ("vm start third 128", "A value needs its option before it"),
        ("vm start 'Third one'", "is no name for a machine"),
        ("vm start third --ram 128", "There is no option --ram"),
        ("vm stop third", "No machine 'third' runs"),
        ("vm launch third", "There is no 'vm launch'"),
    ],
)
def test_wrong_orders_say_what_to_do(vm_lab: Lab, order: str, words: str) -> None:
    """Nothing is started, and the sentence tells why."""
    result = vm_lab.attempt(BOX, order)
    assert result.exit_status == 1
    assert words in result.stderr.decode()


def test_two_beside_docker_fit(vm_lab: Lab) -> None:
    """Both have booted, a container runs beside them, and nothing was killed for memory."""
    vm_lab.sh(BOX, "until grep -q 'birch login:' /var/log/vm/birch.log; do sleep 0.2; done", BOOT_SECONDS)
    assert "alive" in vm_lab.sh(BOX, "docker run --rm alpine echo alive")
    assert vm_lab.sh(BOX, "vm list | grep -c running").strip() == "2"


def test_a_disk_has_one_machine(vm_lab: Lab) -> None:
    """A disk in use is refused, and a machine may start from another one."""
    vm_lab.sh(BOX, "vm stop birch; cp --sparse=always /usr/share/vm/vm.img /root/own.img")
    result = vm_lab.attempt(BOX, "vm start birch --disk /var/lib/vm/willow.img")
    assert "is in use: 'willow' runs from it" in result.stderr.decode()
    vm_lab.sh(BOX, "cd /root; vm start birch --disk own.img --hostname elm")
    assert fact(vm_lab, Vm("birch"))["disk"] == "/root/own.img"
    assert failure(vm_lab, Vm("birch", "true", 1.0)).endswith("has it booted?")
    vm_lab.sh(BOX, "vm stop birch; vm list | grep -vq birch")


def test_wait_waits_for_the_boot_that_goes_on(vm_lab: Lab) -> None:
    """After a reboot inside, the login that it asked for before does not count."""
    assert vm_lab.sh(BOX, "grep -c 'willow login:' /var/log/vm/willow.log").strip() == "1"
    fact(vm_lab, Vm("willow", "(sleep 0.2; reboot) & true"))
    vm_lab.sh(BOX, "until grep -q 'reboot: ' /var/log/vm/willow.log; do sleep 0.1; done; vm wait willow", BOOT_SECONDS)
    assert vm_lab.sh(BOX, "grep -c 'willow login:' /var/log/vm/willow.log").strip() == "2"


def test_a_panic_is_seen_and_stands_still(vm_lab: Lab) -> None:
    """The kernel's last words are on the console, and the machine takes no processor any more."""
    vm_lab.attempt(BOX, "vm start birch --mem 96 --wait", BOOT_SECONDS)
    fact(vm_lab, Vm("birch", "(sleep 0.2; echo c >/proc/sysrq-trigger) & true"))
    vm_lab.sh(BOX, "until grep -q 'Kernel panic' /var/log/vm/birch.log; do sleep 0.1; done; sleep 0.5", 20)
    assert "guest-panicked" in vm_lab.sh(BOX, "vm list")
    ticks = "awk '{print $14 + $15}' /proc/$(cat /run/vm/birch.pid)/stat"
    before, after = vm_lab.sh(BOX, f"{ticks}; sleep 1; {ticks}").split()
    assert int(after) - int(before) < 10


def test_power_off_from_inside(vm_lab: Lab) -> None:
    """`poweroff` ends QEMU, and the disk stays."""
    fact(vm_lab, Vm("willow", "poweroff"))
    vm_lab.sh(BOX, "while [ -e /run/vm/willow.pid ]; do sleep 0.1; done; test -s /var/lib/vm/willow.img", 20)
    assert fact(vm_lab, Vm("willow"))["running"] is False


def test_a_machine_with_virtual_machines_goes_cleanly(vm_lab: Lab) -> None:
    """Stopped and started again, it has their disks and none of their processes."""
    vm_lab.attempt(BOX, "vm start willow")
    vm_lab.engine.stop_machine(BOX)
    assert vm_lab.on_engine("cat /proc/[0-9]*/comm | grep -c qemu || :") == "0"
    vm_lab.start(BOX)
    assert "No machine runs." in vm_lab.sh(BOX, "vm list; test -s /var/lib/vm/willow.img")
