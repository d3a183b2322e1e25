"""How long a learner's virtual machine boots, beside the same kernel without firmware and boot loader."""

import statistics

from slipway.engine.docker_engine import DockerEngine
from tests.load.measure import Outcome
from tests.load.stage import Stage, machines

ROUNDS = 5
GOAL_SECONDS = 10.0
IMAGE = "lab-vm"
BOOT_SECONDS = 120.0
BOOT = "vm start bench --wait >/dev/null; cat /run/vm/bench.boot_ms; vm stop bench >/dev/null"
UNPACK = """
mkdir -p /tmp/bare
dd if=/usr/share/vm/vm.img of=/tmp/bare/partition bs=1M skip=1 status=none
debugfs -R 'rdump /boot /tmp/bare' /tmp/bare/partition 2>/dev/null
"""
# As `vm` starts it, but the kernel is handed over: no firmware reads a disk, and no boot loader waits for a key.
BARE = """
cd /tmp/bare
: >console
words=$(sed -n 's/^ *linux [^ ]* //p' boot/grub/grub.cfg | head -n 1)
begun=$(date +%s%3N)
qemu-system-x86_64 -nodefaults -machine pc,graphics=off -accel tcg,tb-size=32 -smp 1 -m 128 -display none \
    -drive file=/usr/share/vm/vm.img,format=raw,if=virtio,readonly=on -serial file:console -device pvpanic-pci \
    -netdev user,id=net,restrict=on -device virtio-net-pci,netdev=net,romfile= \
    -kernel boot/vmlinuz-* -initrd boot/initrd.img -append "$words" &
until grep -q 'login: ' console; do sleep 0.1; done
echo $(($(date +%s%3N) - begun))
kill $!
"""


def boot(stage: Stage) -> Outcome:
    """Boot to the login, by its disk's MBR and GRUB, and with its kernel handed over, in turn."""
    stage.without_pool()
    engine = DockerEngine(stage.socket)
    with machines(engine, IMAGE) as [name]:
        engine.run(name, ["bash", "-c", UNPACK])
        values, floors = [], []
        for _ in range(ROUNDS):
            values.append(_seconds(engine, name, BOOT))
            floors.append(_seconds(engine, name, BARE))
    engine.close()
    stage.with_pool()
    return Outcome(
        measure="vm-boot",
        unit="s",
        values=values,
        floors=floors,
        goal=f"p50 at most {GOAL_SECONDS:g} s to the login",
        met=statistics.median(values) <= GOAL_SECONDS,
    )


def _seconds(engine: DockerEngine, name: str, script: str) -> float:
    done = engine.run(name, ["bash", "-c", script], timeout_seconds=BOOT_SECONDS)
    if done.exit_status:
        raise RuntimeError(f"{name}: {done.stderr.decode(errors='replace')[-500:]}")
    return int(done.stdout) / 1000
