"""Hostile Markdown and HTML is harmless, whoever wrote it."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slipway.lessonfile.model import Lesson
from slipway.lessonfile.render import render, text_html

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](pictures/../../etc/passwd.svg)",
    '<a href="vbscript:x">a</a>',
    "<a href='javascript&colon;alert(1)'>a</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=/x><input name=q><button formaction=javascript:alert(1)>",
    "<base href=//evil/><link rel=stylesheet href=//evil/><meta http-equiv=refresh content=0>",
    "<p style='background:url(//evil)'>x</p><style>@import '//evil'</style>",
    "<div id=main class='skip status'>x</div><details open ontoggle=alert(1)>",
    "<div data-kept='0-0'></div><span data-kept=\"deadbeef-0\"></span>",
    "```sh\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "| <script> | b |\n|---|---|\n| <img src=x onerror=y> | c |",
    "> [!NOTE] <script>alert(1)</script>\n> <b onclick=x>y</b>",
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
    "## <img src=x onerror=y> {#x}",
    "<button data-act=run>Run</button>",
    "<template><script>alert(1)</script></template>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
]  # fmt: skip

PIECES = [*PAYLOADS, "\n\n", "\n", "`", "```", "<", ">", '"', "'", "&", "*", "{{app}}", "<!--"]
_ELEMENTS = {
    "a", "abbr", "aside", "b", "blockquote", "br", "button", "caption", "cite", "code", "dd", "del", "details", "dfn",
    "div", "dl", "dt", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li",
    "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong", "sub", "summary", "sup", "svg",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "use", "var",
}  # fmt: skip
_ATTRIBUTES = {
    "aria-hidden", "aria-label", "class", "colspan", "data-act", "data-actions", "data-align", "data-language",
    "hidden",
    "href", "id", "lang", "rel", "rowspan", "scope", "start", "tabindex", "title", "type",
}  # fmt: skip


class Inspector(HTMLParser):
    """Fails at anything that could act."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element and its attributes."""
        assert tag in _ELEMENTS, tag
        for name, value in attrs:
            assert name in _ATTRIBUTES, (tag, name)
            if name == "href":
                scheme = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):", value or "")
                assert scheme is None or scheme[1].lower() in {"http", "https", "mailto"}, value

    def handle_comment(self, data: str) -> None:
        """Comments are not let through."""
        raise AssertionError(data)


def lesson_of(source: str) -> Lesson:
    """Make a lesson of nothing but a text."""
    return Lesson(Path(), "x", 1, {}, {}, 1, "", ("en",), (), (), (), (), {"en": source}, {})


def inspect(source: str) -> None:
    """Render a text and look at all of it."""
    page = render(lesson_of(source), "en", {})
    for html in (page.title, *(part.html for part in page.parts), text_html({"en": source}, "en")):
        inspector = Inspector()
        inspector.feed(html)
        inspector.close()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_known_attacks_are_harmless(payload: str) -> None:
    """As a text, in a list, in a quote, and behind a title."""
    for source in (payload, f"# T\n\n{payload}", f"- {payload}\n", f"> {payload}\n", f"# {payload}"):
        inspect(source)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=6))
def test_attacks_put_together_are_harmless(parts: list[str]) -> None:
    """Whatever they open in one another."""
    inspect("".join(parts))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>\"'&/=`[]()!#{}-*_ \nabsvgimonerrorjavascript:x01"), max_size=200))
def test_random_markup_is_harmless(source: str) -> None:
    """Any text of the characters that markup is made of."""
    inspect(source)
