"""Pictures are shapes and words, and nothing that acts."""

import pytest

from slipway.lessonfile.pictures import faults, inline

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
    "<title>T</title>"
)


@pytest.mark.parametrize(
    ("inside", "gone"),
    [
        ("<script>alert(1)</script>", "alert"),
        ("<style>*{background:url(//evil)}</style>", "evil"),
        ('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>', "foreignObject"),
        ('<rect onclick="alert(1)" width="1"/>', "alert"),
        ('<a href="javascript:alert(1)"><text>x</text></a>', "javascript"),
        ('<use href="//evil/x.svg#a"/>', "evil"),
        ('<use xlink:href="data:image/svg+xml,x#a"/>', "data:"),
        ('<image href="https://evil/x.png"/>', "evil"),
        ('<rect fill="url(https://evil/#a)"/>', "evil"),
        ('<rect style="fill:red"/>', "style"),
        ('<set attributeName="href" to="javascript:alert(1)"/>', "javascript"),
        ('<animate attributeName="href" values="javascript:alert(1)"/>', "javascript"),
        ("<metadata><x/></metadata>", "metadata"),
    ],
)
def test_what_acts_is_left_out_and_told(inside: str, gone: str) -> None:
    """The page does not get it, and the author hears of it."""
    source = f"{HEAD}{inside}</svg>"
    assert gone not in inline(source, "p-", "alt")
    assert any("is not shown" in message for _, message, _ in faults(source))


def test_a_plain_picture_is_kept() -> None:
    """Shapes, classes, texts and links within the picture stay; ids and links to them get a prefix."""
    source = (
        f'{HEAD}<defs><marker id="m"><path d="M0 0"/></marker></defs><path marker-end="url(#m)" d="M1 1"/>'
        '<use href="#m"/><text class="quiet">a &lt; b</text></svg>'
    )
    html = inline(source, "p-", 'an "alt"')
    assert faults(source) == []
    assert 'id="p-m"' in html
    assert 'marker-end="url(#p-m)"' in html
    assert '<use href="#p-m"></use>' in html
    assert '<text class="quiet">a &lt; b</text>' in html
    assert 'class="draw"' in html
    assert 'aria-label="an &quot;alt&quot;"' in html
    assert "xmlns" not in html


@pytest.mark.parametrize(
    "source",
    [
        "<svg",
        "<html></html>",
        "",
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>',
        "<svg><script/></svg>",
    ],
)
def test_what_is_no_svg_gives_its_alternative(source: str) -> None:
    """A broken picture, or one with a document type, is told and replaced by words."""
    assert inline(source, "p-", "<two> boxes") == '<p class="missing">&lt;two&gt; boxes</p>'
    assert "This is no SVG" in faults(source)[0][1]


def test_a_picture_needs_a_title_and_a_size() -> None:
    """Without them it is silent to some and too large for others."""
    found = [message for _, message, _ in faults('<svg xmlns="http://www.w3.org/2000/svg"/>')]
    assert found == ["The picture has no title.", "The picture has no viewBox."]


def test_deep_nesting_ends() -> None:
    """Groups within groups end at a bound."""
    source = HEAD + "<g>" * 200 + "<rect/>" + "</g>" * 200 + "</svg>"
    assert "<rect" not in inline(source, "p-", "alt")


def nested(links: int, deep: int = 11) -> str:
    """Return groups that each draw the one before so many times."""
    groups = [f'<g id="g{n}">{f"""<use href="#g{n - 1}"/>""" * links}</g>' for n in range(1, deep)]
    return f'{HEAD}<g id="g0"><rect/></g>{"".join(groups)}</svg>'


@pytest.mark.parametrize(
    "source",
    [
        nested(10),
        nested(2),
        f'{HEAD}<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g></svg>',
        f'{HEAD}<use id="a" href="#a"/></svg>',
        f'{HEAD}{"".join(f"""<use id="u{n}" href="#u{n + 1}"/>""" for n in range(3000))}</svg>',
        nested(10).replace('use href="#', 'rect fill="url(#').replace('"/>', ')"/>'),
        f'{HEAD}<g id="a">{"<rect/>" * 6000}</g>{"""<use href="#a"/>""" * 6000}</svg>',
    ],
)
def test_links_that_multiply_are_refused(source: str) -> None:
    """A small file must not make a browser draw for minutes; nor may one go in a circle."""
    assert any("draw more than 2000 shapes" in message for _, message, _ in faults(source))


def test_many_shapes_and_links_are_fine() -> None:
    """What stands in the file is as much as it is, and links may draw a good deal."""
    assert faults(f'{HEAD}{"<rect/>" * 9000}<g id="a"><rect/></g>{"""<use href="#a"/>""" * 900}</svg>') == []
    assert faults(nested(3, deep=6)) == []


def test_a_parameter_in_an_attribute_is_refused() -> None:
    """What it will be is not known when the attribute is looked at."""
    assert faults(f"{HEAD}<text>{{{{app}}}}</text></svg>") == []
    found = faults(f'{HEAD}<rect fill="{{{{app}}}}"/></svg>')
    assert [message for _, message, _ in found] == ['`fill="{{app}}"` has a parameter.']
