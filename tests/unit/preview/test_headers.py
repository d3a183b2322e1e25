"""What passes between a browser and a machine, for any headers that one of them may send."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slipway.preview import headers, passes
from slipway.preview.names import Domain

SECURE = Domain.of("https://preview.learn.example")
PLAIN = Domain.of("http://preview.learn.example")
OURS = passes.cookie_name(SECURE).encode()
APPLICATION = ("https://learn.example",)

NAMES = st.sampled_from(
    b"connection keep-alive te trailer transfer-encoding upgrade expect forwarded x-forwarded-for x-real-ip cookie "
    b"host content-type set-cookie x-frame-options clear-site-data alt-svc content-security-policy x-mine".split()
)
VALUES = st.one_of(
    st.binary(max_size=40).map(lambda value: value.replace(b"\r", b"").replace(b"\n", b"")),
    st.sampled_from(
        [
            b"close, x-mine",
            b"a=b; " + OURS + b"=word; c=d",
            OURS + b"=word; Domain=learn.example",
            b"frame-ancestors 'none'",
        ]
    ),
)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=12)


def to_machine(given_headers: list[headers.Header]) -> list[headers.Header]:
    """Return what the machine gets."""
    return headers.to_machine(given_headers, domain=SECURE, scheme="https")


def to_browser(given_headers: list[headers.Header], domain: Domain = SECURE) -> list[headers.Header]:
    """Return what the browser gets."""
    return headers.to_browser(given_headers, domain=domain, frames_by=APPLICATION)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(HEADERS)
def test_nothing_of_a_connection_and_nothing_of_ours_reaches_the_machine(sent: list[headers.Header]) -> None:
    """Neither hop-by-hop headers nor our cookie, and of where a request came from only what we say."""
    kept = to_machine(sent)
    names = [name for name, _ in kept]
    assert not set(names) & {
        b"connection",
        b"transfer-encoding",
        b"te",
        b"trailer",
        b"upgrade",
        b"expect",
        b"x-real-ip",
    }
    assert not set(names) & {b"forwarded", b"x-forwarded-for"}
    assert names.count(b"x-forwarded-proto") == names.count(b"x-forwarded-host") == 1
    for name, value in kept:
        if name == b"cookie":
            assert all(each.partition(b"=")[0].strip() != OURS for each in value.split(b";"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(HEADERS)
def test_nothing_that_speaks_for_more_than_this_host_reaches_the_browser(sent: list[headers.Header]) -> None:
    """One policy of framing, ours; no cookie of our name, or with a domain."""
    kept = to_browser(sent)
    names = {name for name, _ in kept}
    assert not names & {b"connection", b"transfer-encoding", b"x-frame-options", b"clear-site-data", b"alt-svc"}
    framing = [
        value for name, value in kept if name == b"content-security-policy" and b"frame-ancestors" in value.lower()
    ]
    assert framing[-1] == b"frame-ancestors https://learn.example"
    for name, value in kept:
        if name == b"set-cookie":
            assert value.partition(b"=")[0].strip() != OURS
            assert value.endswith(b"Secure; SameSite=None; Partitioned")


def test_a_header_that_connection_names_goes_too() -> None:
    """It is the connection's own, as RFC 9110 has it."""
    sent = [(b"connection", b"close, X-Mine"), (b"x-mine", b"1"), (b"x-other", b"2")]
    assert (b"x-mine", b"1") not in to_machine(sent)
    assert (b"x-other", b"2") in to_machine(sent)
    assert (b"x-mine", b"1") not in to_browser(sent)


def test_no_word_for_a_proxy_before_us_passes() -> None:
    """nginx, Apache and lighttpd would serve what it names in place of the answer, whoever may see that."""
    sent = [(b"x-accel-redirect", b"/private"), (b"x-sendfile", b"/etc/passwd"), (b"x-own", b"1")]
    assert [name for name, _ in to_browser(sent)][:-1] == [b"x-own"]


def test_cookies_stay_on_their_host() -> None:
    """Domain goes in every spelling; over plain HTTP the rest stays as it was."""
    sent = [(b"set-cookie", b"a=b;Domain=.learn.example ; path=/x; DOMAIN=learn.example; SameSite=Lax; HttpOnly")]
    assert to_browser(sent)[0][1] == b"a=b; path=/x; HttpOnly; Secure; SameSite=None; Partitioned"
    assert to_browser(sent, PLAIN)[0][1] == b"a=b; path=/x; SameSite=Lax; HttpOnly"


def test_of_a_policy_only_who_may_frame_is_ours() -> None:
    """What a learner forbids their own page stays forbidden."""
    sent = [(b"content-security-policy", b"default-src 'self'; Frame-Ancestors 'none'; img-src *")]
    assert to_browser(sent)[0][1] == b"default-src 'self'; img-src *"


def test_a_websockets_handshake_is_made_anew() -> None:
    """Its own headers are left to who makes it."""
    sent = [(b"host", b"h"), (b"sec-websocket-key", b"k"), (b"sec-websocket-extensions", b"x"), (b"user-agent", b"u")]
    kept = headers.of_websocket(sent, domain=SECURE, scheme="https")
    assert [name for name, _ in kept] == [b"user-agent", b"x-forwarded-proto", b"x-forwarded-host"]
