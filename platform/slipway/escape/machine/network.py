"""The network: out of the machine, and to whatever lies beside it. Pure.

`$BEACON_PORT` is a port of this host, at which the doctor itself listens; what connects there is told the token.
"""

from slipway.escape.attempts import Attempt, Control, Place, python, shell

FAMILY = "network"
HOST = Control(place=Place.HOST)
UNREACHABLE = "Network is unreachable|Connection refused|No route to host"
CONNECT = """
def said_by(address, port):
    with socket.create_connection((address, int(port)), 2) as link:
        link.settimeout(2); return link.recv(99).decode()
"""


# Packets that a host without a network cannot send either.
NO_ROUTE = """
import errno, traceback
def no_route(kind, error, trace):
    if getattr(error, "errno", 0) != errno.ENETUNREACH: return sys.__excepthook__(kind, error, trace)
    print("this host has no route itself"); sys.stdout.flush(); os._exit(77)
sys.excepthook = no_route
"""


def packet(name: str, tried: str, program: str) -> Attempt:
    """Return the attempt to send a packet out of the machine. To connect a datagram socket asks for the route alone."""
    opened = f"link = socket.socket(type=socket.SOCK_DGRAM)\n{program}"
    return python(name, tried, opened, control=Control(place=Place.HOST, program=NO_ROUTE + opened), held=UNREACHABLE)


def reach(name: str, tried: str, address: str, port: str) -> Attempt:
    """Return the attempt to reach the doctor's own port at an address of this host."""
    program = f'{CONNECT}\nif said_by({address}, ENV["{port}"]) != ENV["TOKEN"]: sys.exit("somebody else answers")'
    return python(name, tried, program, control=HOST, held=UNREACHABLE)


ATTEMPTS = (
    reach("host-loopback", "reach a port of the host at 127.0.0.1", '"127.0.0.1"', "BEACON_PORT"),
    reach("host-address", "reach a port of the host at its own address", 'ENV["HOST_ADDRESS"]', "BEACON_PORT"),
    reach("gateway", "reach a port of the host at its bridge's address, the gateway of containers", 'ENV["BRIDGE"]',
          "BEACON_PORT"),
    python("web", "reach the pages from inside", "socket.create_connection((ENV['WEB_HOST'], int(ENV['WEB_PORT'])), 2)",
           control=HOST, held=UNREACHABLE),
    shell("redis", "find the Redis of the site, by its port or its socket",
          "(: <>/dev/tcp/127.0.0.1/6379) 2>/dev/null || find / -xdev -name 'redis*.sock' -print -quit | grep . ||"
          " { echo 'found none: neither port nor path'; exit 1; }", held="found none",
          control=Control(place=Place.HOST, program="find /run/slipway-site -name 'redis*.sock' -print -quit | grep . ||"
                         " (: <>/dev/tcp/127.0.0.1/6379) || { echo 'no Redis runs here'; exit 77; }")),
    packet("metadata", "reach the cloud's metadata at 169.254.169.254", "link.connect(('169.254.169.254', 80))"),
    packet("internet", "send a packet to the world", "link.connect(('192.0.2.1', 9))"),
    packet("dns", "ask the host's resolver for a name", "link.sendto(bytes.fromhex('0001010000010000000000000161016200"
           "00010001'), (ENV['RESOLVER'], 53))"),
    python("neighbour", "reach a server of the victim, at every address that its own network has",
           CONNECT + """
import itertools
for host in itertools.chain(["127.0.0.1"], (f"172.{net}.0.{last}" for net in range(17, 21) for last in (1, 2, 3))):
    try:
        if said_by(host, 8642) == ENV["TOKEN"]: sys.exit(0)
    except OSError: pass
none("no address answers as the victim does")
""", held="found none", control=Control(place=Place.VICTIM)),
    python("abstract-socket", "reach an abstract unix socket of the host",
           'link = socket.socket(socket.AF_UNIX); link.connect("\\0slipway-escape-" + ENV["TOKEN"])',
           held="Connection refused", control=HOST),
    shell("foreign-interfaces", "find an interface that is not its own",
          "ls /sys/class/net | grep -v -E '^(lo|docker0|veth.*|br-.*)$' || { echo 'found none: only its own'; exit 1; }",
          held="found none", control=HOST),
    python("foreign-packets", "send a raw frame, as for ARP spoofing, on an interface of the host",
           """
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind((ENV["INTERFACE"], 0x0806))
""", held="No such device", control=HOST),
    python("sniff", "read the packets of others",
           """
ears = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); ears.settimeout(0.2)
mouth = socket.socket(type=socket.SOCK_DGRAM); end = time.monotonic() + 1.5; own = False
while time.monotonic() < end:
    mouth.sendto(b"own packet", ("127.0.0.1", 9))
    try: packet = ears.recv(2000)
    except TimeoutError: continue
    own = own or b"own packet" in packet
    if ("beacon " + ENV["TOKEN"]).encode() in packet: sys.exit(0)
if own: none("it hears its own packets alone")
""", held="found none", control=HOST),
    python("spoof", "send the host a packet with a forged sender",
           """
link = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
source, target = socket.inet_aton("198.51.100.7"), socket.inet_aton(ENV["HOST_ADDRESS"])
link.sendto(struct.pack("!BBHHHBBH4s4s", 69, 0, 28, 1, 0, 64, 17, 0, source, target) + bytes(8), (ENV["HOST_ADDRESS"], 0))
""", control=HOST, held=UNREACHABLE),
    python("shared-memory", "find shared memory or queues of others",
           """
found = [line for name in ("shm", "msg", "sem") for line in open(f"/proc/sysvipc/{name}").readlines()[1:]]
if ENV["SHM_KEY"] not in " ".join(found).split(): none("no segment of the host")
""", held="found none", control=HOST),
)  # fmt: skip
