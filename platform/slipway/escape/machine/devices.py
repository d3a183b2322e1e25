"""Devices: nodes of one's own, and file systems on them. Pure."""

from slipway.escape.attempts import Control, Place, python, shell

FAMILY = "devices"
HOST = Control(place=Place.HOST)

# `mount -o loop` looks for these; a container's /dev has none.
LOOP_NODES = (
    "mknod /dev/loop-control c 10 237; for n in {0..127}; do mknod /dev/loop$n b 7 $n; done 2>/dev/null;"
    " [ -e /dev/loop-control ] || { echo 'no such device: this host has no loop devices'; exit 77; };"
)
OWN_IMAGE = "truncate -s 8M i; mkfs.ext4 -q i || exit; mkdir m;"

ATTEMPTS = (
    shell("disk", "read the host's disk by a device node", "mknod d b $HOST_DISK && dd if=d of=/dev/null count=1",
          control=HOST),
    shell("loop-disk", "read a loop device, another machine's disk", "mknod d b 7 0 && dd if=d of=/dev/null count=1",
          control=HOST),
    shell("loop-control", "have a loop device made", "mknod d c 10 237 && : <>d", control=HOST),
    shell("loop-mount", "mount an image of one's own through a loop device", f"{OWN_IMAGE} mount -o loop i m",
          control=Control(place=Place.HOST, program=f"{LOOP_NODES} {OWN_IMAGE} mount -o loop i m"),
          held=r"(?i)permission denied|not permitted|failed to setup loop device|could not find any free loop"),
    shell("memory", "read the host's memory at /dev/mem", "mknod d c 1 1 && dd if=d of=/dev/null count=1",
          control=HOST),
    shell("ports", "read the processor's ports at /dev/port", "mknod d c 1 4 && dd if=d of=/dev/null count=1 bs=1",
          control=HOST),
    shell("kernel-log", "read the kernel's messages at /dev/kmsg",
          "mknod d c 1 11 && dd if=d of=/dev/null bs=8192 count=1", control=HOST),
    shell("fuse", "open FUSE, to mount a file system of one's own making", "mknod d c 10 229 && : <>d", control=HOST),
    shell("kvm", "open KVM", "mknod d c 10 232 && : <>d", control=HOST),
    shell("devtmpfs", "mount the host's /dev", "mkdir m; mount -t devtmpfs d m", control=HOST),
    python("device-in-archive", "unpack a device node out of an archive",
           """
import io, tarfile
node = tarfile.TarInfo("d"); node.type = tarfile.BLKTYPE; node.devmajor, node.devminor = map(int, ENV["HOST_DISK"].split())
archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w") as tar: tar.addfile(node)
archive.seek(0)
with tarfile.open(fileobj=archive) as tar: tar.makedev(tar.getmembers()[0], "d")
os.close(os.open("d", os.O_RDONLY))
""", control=HOST),
)  # fmt: skip
