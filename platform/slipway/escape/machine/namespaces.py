"""Namespaces: into those of others, above one's own, and more than one's share. Pure."""

from slipway.escape.attempts import Control, Place, python, shell

FAMILY = "namespaces"
ENGINE, HOST = Control(place=Place.ENGINE), Control(place=Place.HOST)

# NS_GET_PARENT
ABOVE = 'fcntl.ioctl(os.open("/proc/self/ns/user", os.O_RDONLY), 0xB702)'
BELOW = """
child = os.fork()
if not child:
    checked(libc.unshare(0x10000000)); signal.pause()
time.sleep(0.1)
try:
    fcntl.ioctl(os.open(f"/proc/{child}/ns/user", os.O_RDONLY), 0xB702)
finally:
    os.kill(child, signal.SIGKILL)
"""
DEPTH = """
depth = 0
while depth < 40:
    child = os.fork()
    if child:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    if libc.unshare(0x10000000):
        print(f"refused at depth {depth}:", os.strerror(ctypes.get_errno())); sys.stdout.flush(); os._exit(1)
    depth += 1
os._exit(0)
"""
MANY = """
held = []
for number in range(100):
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        if libc.unshare(0x10000000): os.write(writer, os.strerror(ctypes.get_errno()).encode()); os._exit(1)
        os.write(writer, b"made"); signal.pause()
    os.close(writer)
    said = os.read(reader, 99).decode(); os.close(reader)
    if said != "made":
        print(f"refused after {number}:", said); sys.exit(1)
"""

ATTEMPTS = (
    shell("nsenter", "enter all namespaces of process 1",
          "nsenter -t 1 -m -u -i -n -p sh -c \"[ -e $HOST_MARKER ]\" || { echo 'found none: process 1 is the"
          " machine'\"'\"'s own'; exit 1; }", held="found none", control=HOST),
    python("foreign-processes", "find a process that is not its own, to join its namespaces",
           """
own = os.readlink("/proc/self/ns/user")
seen = 0
for pid in filter(str.isdecimal, os.listdir("/proc")):
    try: theirs = os.readlink(f"/proc/{pid}/ns/user")
    except OSError: continue
    seen += 1
    if theirs != own: sys.exit(0)
none(f"all {seen} processes are the machine's own")
""", held="found none: all [1-9]", control=ENGINE),
    python("parent-namespace", "get hold of the user namespace above its own", ABOVE,
           control=Control(place=Place.ATTACKER, program=BELOW)),
    python("map-a-foreign-id", "map an id that is not its own into a new user namespace",
           """
reader, writer = os.pipe()
child = os.fork()
if not child:
    checked(libc.unshare(0x10000000)); os.write(writer, b"x"); signal.pause()
os.read(reader, 1)
try: open(f"/proc/{child}/uid_map", "w").write(f"0 {ENV['VICTIM_FIRST']} 1")
finally: os.kill(child, signal.SIGKILL)
""", control=HOST),
    python("nesting", "nest user namespaces deeper than the kernel's 32", DEPTH, held="refused at depth",
           control=Control(place=Place.ATTACKER, program=DEPTH.replace("depth < 40", "depth < 4"))),
    python("many", "make 100 user namespaces, each of which costs the kernel memory", MANY,
           held="refused after [0-9]+: No space left", control=HOST),
    shell("raise-the-ceiling", "raise its own ceiling of user namespaces",
          "f=/proc/sys/user/max_user_namespaces; v=$(cat $f); echo $v >$f", control=HOST),
    shell("raise-inotify", "raise its own ceiling of inotify instances",
          "f=/proc/sys/user/max_inotify_instances; v=$(cat $f); echo $v >$f", control=HOST),
    python("signal-by-number", "send a signal to a process of the victim by its number on the engine",
           'os.kill(int(ENV["VICTIM_PID"]), 0)', held="No such process", control=ENGINE),
    python("trace-by-number", "trace a process of the victim by its number on the engine",
           # PTRACE_SEIZE, which ends with the tracer
           'checked(libc.ptrace(0x4206, int(ENV["VICTIM_PID"]), 0, 0))', held="No such process", control=ENGINE),
    python("read-memory-by-number", "read the memory of a process of the victim",
           'open(f"/proc/{ENV[\'VICTIM_PID\']}/mem", "rb")', held="No such file", control=ENGINE),
    python("clock", "change the clock (by nothing)",
           """
timex = bytearray(208); struct.pack_into("I", timex, 0, 0x0100)
call(305, 0, (ctypes.c_char * 208).from_buffer(timex))
""", control=Control(place=Place.HOST, capability="SYS_TIME")),
    python("reboot", "reboot (with a wrong magic number)", "passes(169, 0, 0, 0, 0, but=22)",
           control=Control(place=Place.HOST, capability="SYS_BOOT")),
)  # fmt: skip
