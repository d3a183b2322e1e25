"""Host names of previews, and the paths that lead into them."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.preview.names import MAX_PATH, Domain, Place, path_of

LOCAL = Domain.of("http://localhost:8001")
PUBLIC = Domain.of("https://preview.learn.example")


@given(st.uuids(), st.integers(1, 65_535), st.sampled_from([LOCAL, PUBLIC]))
def test_a_name_leads_back_to_its_place(sandbox_id: UUID, port: int, domain: Domain) -> None:
    """What is made is read, in any case of letters, and its label is short enough for DNS."""
    place = Place(sandbox_id, port)
    host = domain.origin(place).partition("://")[2]
    assert domain.place(host) == domain.place(host.upper()) == place
    assert len(host.partition(".")[0]) <= 63


@given(st.text(max_size=80))
def test_no_other_host_is_a_preview(host: str) -> None:
    """Whatever stands in a Host header, it names nothing by chance."""
    assert PUBLIC.place(host) is None


@pytest.mark.parametrize(
    "host",
    [
        "8080-{id}.learn.example",
        "8080-{id}.preview.learn.example.evil.example",
        "8080-{id}.evil.example#.preview.learn.example",
        "x.8080-{id}.preview.learn.example",
        "0-{id}.preview.learn.example",
        "65536-{id}.preview.learn.example",
        "08080-{id}.preview.learn.example",
        "8080-{id}.preview.learn.example:port",
        "preview.learn.example",
        "",
    ],
)
def test_names_that_are_nearly_right_are_wrong(host: str) -> None:
    """Another domain, another depth, a port that TCP does not have."""
    assert PUBLIC.place(host.format(id=uuid4().hex)) is None


@pytest.mark.parametrize(
    "url",
    ["preview.learn.example", "ftp://a.example", "http://203.0.113.7:8001", "http://[::1]:1", "http://a.example/x"],
)
def test_an_address_without_names_below_it_is_refused(url: str) -> None:
    """The sentence says what to write instead."""
    with pytest.raises(ValueError, match="write"):
        Domain.of(url)


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example/",
        "/\\evil.example",
        "https://evil.example",
        "",
        "x",
        "/_slipway/enter",
        "/a\r\nSet-Cookie: a=b",
        "/" + "x" * MAX_PATH,
    ],
)
def test_a_path_leads_nowhere_else(wanted: str) -> None:
    """What is no plain path of the machine's becomes its first page."""
    assert path_of(wanted) == "/"


def test_a_plain_path_stays() -> None:
    """With what it asks for."""
    assert path_of("/a/b?c=%20d&e=//f") == "/a/b?c=%20d&e=//f"
