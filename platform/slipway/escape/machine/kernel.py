"""The kernel's surface: system calls that a machine has no use for. Pure.

Most are asked for what is wrong on purpose: who may not call at all is told EPERM, who may is told what is wrong.
Numbers are those of x86-64.
"""

from slipway.escape.attempts import Attempt, Control, Place, python, shell

FAMILY = "kernel"
HOST = Control(place=Place.HOST)
# What is answered to who may call but asked for nonsense.
ENOENT, ENOEXEC, EBADF, EINVAL, ENOKEY = 2, 8, 9, 22, 126

BUFFER = "(ctypes.c_char * 120).from_buffer(bytearray(120))"
# Two instructions: getpid's number into EAX, and the 32-bit entry. Nothing but the rule of architecture holds it.
INT80_GETPID = r"""
code = mmap.mmap(-1, 4096, prot=7)
code.write(bytes.fromhex("b814000000cd80c3"))
child = os.fork()
if not child:
    number = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
    os._exit(number < 0)
status = os.waitpid(child, 0)[1]
if status & 127: print("ended by signal", status & 127)
sys.exit(status != 0)
"""


def privileged(name: str, tried: str, call: str, capability: str) -> Attempt:
    """Return an attempt that needs a capability over the host."""
    return python(name, tried, call, control=Control(place=Place.HOST, capability=capability))


def family(name: str, number: int) -> Attempt:
    """Return the attempt to open a socket of a family; held by the profile, whether this kernel has it or not.

    The rule sees 64 bits and the kernel takes 32 of them.
    """
    program = f"for wanted in ({number}, 1 << 32 | {number}): os.close(call(41, wanted, {{38: 5}}.get({number}, 1), 0))"
    return python(name.lower().replace("_", "-"), f"open a socket of {name}", program, control=HOST,
                  held="Operation not permitted")  # fmt: skip


ATTEMPTS = (
    privileged("load-module", "load a module", f"passes(175, {BUFFER}, 100, b'', but={ENOEXEC})", "SYS_MODULE"),
    privileged("load-module-file", "load a module from a file", f"passes(313, -1, b'', 0, but={EBADF})", "SYS_MODULE"),
    privileged("unload-module", "unload a module", f"passes(176, b'escape', 0, but={ENOENT})", "SYS_MODULE"),
    privileged("kexec", "boot another kernel", f"passes(246, 0, 1 << 20, {BUFFER}, 0, but={EINVAL})", "SYS_BOOT"),
    privileged("kexec-file", "boot another kernel from a file", f"passes(320, -1, -1, 0, b'', 1 << 20, but={EINVAL})",
               "SYS_BOOT"),
    python("bpf", "load a program into the kernel", "bpf = ctypes.create_string_buffer(struct.pack('IIII', 2, 4, 4, 1),"
           " 120); os.close(call(321, 0, bpf, 72))", control=HOST),
    python("perf", "count events of the kernel", "attributes = ctypes.create_string_buffer(struct.pack('IIQ', 1, 112, 9),"
           " 120); os.close(call(298, attributes, 0, -1, -1, 0))", control=HOST),
    python("io-uring", "set up an io_uring", f"os.close(call(425, 1, {BUFFER}))", control=HOST),
    python("userfaultfd", "handle page faults itself", "os.close(call(323, 1))", control=HOST),
    python("keyctl", "ask for a keyring, which lies in no namespace", "call(250, 0, -3, 0)", control=HOST,
           held="Function not implemented"),
    python("add-key", "add a key", "call(248, b'user', b'escape', b'x', 1, -2)", control=HOST),
    python("request-key", "have the host run request-key", f"passes(249, b'user', b'no-key', 0, 0, but={ENOKEY})",
           control=HOST),
    shell("foreign-keys", "see the keyrings of others",
          "[ -e /proc/keys ] || { echo 'no such device: /proc/keys'; exit 77; }; grep _ses /proc/keys |"
          " sed 's/.*_ses.//' | sort -u | sed 1d | grep . || { echo 'found none: but its own'; exit 1; }",
          held="found none", control=Control(place=Place.HOST, program="[ -e /proc/keys ] || exit 77; grep -q .s"
                                             " /proc/keys")),
    family("AF_ALG", 38),
    family("AF_VSOCK", 40),
    family("AF_XDP", 44),
    python("32-bit", "make a system call by the 32-bit entry", INT80_GETPID, held="ended by signal 31", control=HOST),
    python("clone3", "hide flags from the profile by clone3", f"passes(435, {BUFFER}, 8, but={EINVAL})",
           held="Function not implemented", control=HOST),
    privileged("iopl", "drive the processor's ports (iopl)", "call(172, 3)", "SYS_RAWIO"),
    privileged("ioperm", "drive the processor's ports (ioperm)", "call(173, 0x80, 1, 1)", "SYS_RAWIO"),
    privileged("syslog", "read the kernel's messages", "text = ctypes.create_string_buffer(4096); call(103, 3, text, 4096)",
               "SYSLOG"),
    python("open-by-handle", "open a file by its handle, past all mounts",
           """
handle, where = ctypes.create_string_buffer(struct.pack("I", 128), 136), (ctypes.c_int * 1)()
call(303, -100, b"/etc/hostname", handle, where, 0)
os.close(call(304, os.open("/", os.O_RDONLY), handle, 0))
""", control=Control(place=Place.HOST, program="""
handle, where = ctypes.create_string_buffer(struct.pack("I", 128), 136), (ctypes.c_int * 1)()
call(303, -100, b"/run/slipway", handle, where, 0)
os.close(call(304, os.open("/run/slipway", os.O_RDONLY), handle, 0))
""")),
    python("fanotify", "watch every file of a file system", "os.close(call(300, 4, 0))", control=HOST),
    python("swap", "add swap", f"passes(167, b'/nonexistent', 0, but={ENOENT})", control=HOST),
    python("accounting", "write down every process of the host", f"passes(163, b'/nonexistent', but={ENOENT})",
           control=Control(place=Place.HOST, capability="SYS_PACCT")),
    python("freeze", "freeze the file system of its disk (FIFREEZE)",
           "fcntl.ioctl(os.open('/var/lib/docker', os.O_RDONLY), 0xC0045877, 0)",
           control=Control(place=Place.HOST, program="""
import subprocess
folder = os.getcwd() + "/m"; os.mkdir(folder)
for n in range(128):
    try: os.mknod(f"/dev/loop{n}", 0o60600, os.makedev(7, n))
    except FileExistsError: pass
try: os.mknod("/dev/loop-control", 0o20600, os.makedev(10, 237))
except FileExistsError: pass
subprocess.run("truncate -s 8M i; mkfs.ext4 -q i; mount -o loop i m", shell=True, check=True)
there = os.open(folder, os.O_RDONLY)
fcntl.ioctl(there, 0xC0045877, 0); fcntl.ioctl(there, 0xC0045878, 0)
""")),
)  # fmt: skip
