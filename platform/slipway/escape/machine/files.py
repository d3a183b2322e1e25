"""Files: other disks, the layers that all share, the toolset, and what belongs to lessons. Pure."""

from slipway.escape.attempts import Control, Place, python, shell

FAMILY = "files"
ENGINE, HOST = Control(place=Place.ENGINE), Control(place=Place.HOST)
TOOLSET = "/opt/slipway"

ATTEMPTS = (
    shell("disks", "find the disks of machines by path", "find / -xdev -name '*.img' -not -path '/usr/*' -size +100M"
          " -print -quit | grep . || { echo 'found none: no file of a disk'; exit 1; }", held="found none",
          control=Control(place=Place.ENGINE, program="ls /var/lib/slipway/disks/*.img")),
    shell("names-of-disks", "learn the names of disks from /sys/block",
          "cat /sys/block/loop*/loop/backing_file >l; grep img l || { echo 'found none: no name of a disk'; exit 1; }",
          held="found none",
          control=Control(place=Place.HOST, program="mkdir m;"
                          " for n in {0..127}; do mknod /dev/loop$n b 7 $n; done 2>/dev/null; mknod /dev/loop-control c"
                          " 10 237; truncate -s 8M i.img; mkfs.ext4 -q i.img; mount -o loop i.img m && cat"
                          " /sys/block/loop*/loop/backing_file | grep img")),
    shell("stage", "find the folders that its root was mounted from",
          "cd /proc/1/root; ls -d mnt/* var/lib/docker/../upper run/slipway/engine.sock 2>/dev/null | grep . ||"
          " { echo 'found none: only its own files'; exit 1; }", held="found none",
          control=Control(place=Place.HOST, program="ls -d /proc/1/root/var/lib/docker/overlay2 /run/slipway/engine.sock")),
    shell("layers", "change a layer that all machines share",
          "n=0; for d in /var/lib/docker/overlay2/*/diff; do grep -q \" $d \" /proc/mounts || continue; n=$((n + 1));"
          " mount -o remount,bind,rw $d; echo x >$d/escape && exit 0; done; [ $n != 0 ] || echo 'no layer is bound'; exit 1",
          control=Control(place=Place.ATTACKER, program="mkdir a b; mount --bind a b; mount -o remount,bind,ro b; mount -o"
                          " remount,bind,rw b; echo x >b/escape")),
    shell("toolset-write", "write to the toolset, with which checks are made", f"echo x >{TOOLSET}/escape",
          control=HOST),
    shell("toolset-remount", "make the toolset writable", f"mount -o remount,bind,rw {TOOLSET} && echo x >{TOOLSET}/escape",
          control=Control(place=Place.ATTACKER, program="mkdir a b; mount --bind a b; mount -o remount,bind,ro b; mount -o"
                          " remount,bind,rw b && echo x >b/escape")),
    shell("toolset-unmount", "unmount the toolset", f"umount -l {TOOLSET}",
          held=r"(?i)not mounted|invalid argument|not permitted",
          control=Control(place=Place.ATTACKER, program="mkdir a b; mount --bind a b; umount -l b")),
    shell("lessons", "find checks or solutions of lessons",
          "find / -xdev \\( -name lesson.yaml -o -name proofs.json -o -name lesson.md \\) -print -quit | grep . ||"
          " { echo 'found none: no file of a lesson'; exit 1; }", held="found none",
          control=Control(place=Place.HOST, program="find /project/lessons -name lesson.yaml -print -quit | grep .")),
    shell("solutions-in-processes", "find checks or solutions in what runs",
          "grep -alE 'lesson[.]yaml|solutions/' /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | grep -v /$$/ |"
          " grep . || { echo 'found none: in no process'; exit 1; }", held="found none",
          control=Control(place=Place.ATTACKER, program="bash -c 'exec -a lesson.yaml sleep 5' & sleep 0.2;"
                          " grep -alE 'lesson[.]yaml|solutions/' /proc/[0-9]*/cmdline 2>/dev/null")),
    python("roots-of-processes", "find the victim's file through /proc/*/root",
           """
for pid in filter(str.isdecimal, os.listdir("/proc")):
    if os.path.exists(f"/proc/{pid}/root/root/escape-bait"): sys.exit(0)
none("no root of a process has it")
""", held="found none", control=ENGINE),
    shell("foreign-owner", "find a file whose owner is outside of its range",
          "find / -xdev -fstype overlay -uid 65534 -print -quit | grep . || { echo 'found none: every file is its"
          " own'; exit 1; }", held="found none",
          control=Control(place=Place.ATTACKER, program="touch f; chown 65534 f; find . -uid 65534 | grep .")),
    shell("chown-outside", "give a file to an id outside of its range", "touch f; chown 65536 f || chown $VICTIM_FIRST f",
          held="(?i)invalid argument|not permitted", control=HOST),
    python("shut-down", "shut its file system down under everybody's feet",
           "fcntl.ioctl(os.open('/var/lib/docker', os.O_RDONLY), 0x8004587D, bytes(4))",
           control=Control(place=Place.HOST, program="""
import subprocess
for n in range(128):
    try: os.mknod(f"/dev/loop{n}", 0o60600, os.makedev(7, n))
    except FileExistsError: pass
try: os.mknod("/dev/loop-control", 0o20600, os.makedev(10, 237))
except FileExistsError: pass
subprocess.run("mkdir m; truncate -s 8M i; mkfs.ext4 -q i; mount -o loop i m", shell=True, check=True)
fcntl.ioctl(os.open("m", os.O_RDONLY), 0x8004587D, bytes(4))
""")),
)  # fmt: skip
