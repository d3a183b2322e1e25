"""Pictures of lessons: SVG made harmless and fit to stand inside a page. Pure: no Django, no IO."""

import re
from collections.abc import Iterator
from html import escape
from xml.etree import ElementTree as ET
from xml.parsers import expat

from slipway.lessonfile.parameters import PLACE

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_ELEMENTS = frozenset({
    "svg", "g", "title", "desc", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line",
    "polyline", "polygon", "text", "tspan", "textPath", "marker", "linearGradient", "radialGradient", "stop",
    "clipPath", "mask", "pattern",
})  # fmt: skip
_ATTRIBUTES = frozenset({
    "id", "class", "viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry",
    "dx", "dy", "d", "points", "transform", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width",
    "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-opacity", "opacity",
    "text-anchor", "dominant-baseline", "font-size", "font-weight", "font-family", "font-style",
    "letter-spacing", "textLength", "lengthAdjust", "rotate", "startOffset", "marker-start", "marker-mid",
    "marker-end", "markerWidth", "markerHeight", "markerUnits", "refX", "refY", "orient", "gradientUnits",
    "gradientTransform", "offset", "stop-color", "stop-opacity", "clip-path", "clip-rule", "mask", "maskUnits",
    "patternUnits", "patternTransform", "preserveAspectRatio", "role", "lang", "vector-effect", "paint-order",
    "fx", "fy", "pathLength",
})  # fmt: skip
_OWN_URL = re.compile(r"url\(\s*['\"]?#([\w.-]+)['\"]?\s*\)")
_ANY_URL = re.compile(r"url\s*\(|[a-z][a-z0-9+.-]*\s*:|//", re.IGNORECASE)
_OWN_LINK = re.compile(r"#([\w.-]+)")
_ID = re.compile(r"[\w.-]{1,64}")
MAX_DEPTH = 40
# Shapes that links within a picture may draw once more: a link to a group of links multiplies them.
MAX_REPEATED = 2000
_ENDLESS = 10**9


def faults(source: str) -> list[tuple[int, str, str]]:
    """Return line, what is wrong and what to write instead for all that the page would not show of a picture."""
    root = _parse(source)
    if isinstance(root, str):
        return [(1, f"This is no SVG: {root}.", "Save it as plain SVG without a document type.")]
    found = [(1, message, instead) for message, instead in _faults_of(root, 0)]
    if _repeated(root) > MAX_REPEATED:
        found.append(
            (1, f"Its links to `#ids` draw more than {MAX_REPEATED} shapes.", "Link to less, or draw it once.")
        )
    if not any(child.tag == f"{_SVG}title" for child in root):
        found.append((1, "The picture has no title.", "Write `<title>` as its first element."))
    if "viewBox" not in root.attrib:
        found.append((1, "The picture has no viewBox.", 'Add `viewBox="0 0 WIDTH HEIGHT"` to `<svg>`.'))
    return list(dict.fromkeys(found))


def inline(source: str, prefix: str, alternative: str) -> str:
    """Return a picture as HTML that holds nothing but known shapes and words; its ids begin with the prefix.

    What is not known is left out, silently here: `faults` told the author. A broken picture gives its alternative.
    """
    root = _parse(source)
    if isinstance(root, str):
        return f'<p class="missing">{escape(alternative)}</p>'
    classes = " ".join(dict.fromkeys(["draw", *root.get("class", "").split()]))
    root.attrib.update({"class": classes, "role": "img"})
    return "".join(_html(root, prefix, 0, f' aria-label="{escape(alternative)}"'))


def _parse(source: str) -> ET.Element | str:
    """Return the picture's root, or what is wrong with it."""
    if "<!DOCTYPE" in source.upper() or "<!ENTITY" in source.upper():
        return "it has a document type"
    try:
        root = ET.fromstring(source.encode())  # noqa: S314  (no document type is let through, so no entity can grow)
    except (ET.ParseError, expat.ExpatError, ValueError, LookupError) as error:
        return str(error)
    return root if root.tag == f"{_SVG}svg" else 'its first element is not `<svg xmlns="http://www.w3.org/2000/svg">`'


def _faults_of(element: ET.Element, depth: int) -> Iterator[tuple[str, str]]:
    name = _name(element)
    if name is None or depth > MAX_DEPTH:
        yield (
            f"`<{str(element.tag).rpartition('}')[2][:40]}>` is not shown.",
            "Use plain shapes and `<text>`, with classes of `.draw`.",
        )
        return
    for attribute, value in element.attrib.items():
        if attribute.startswith(("data-", "{http://www.w3.org/XML/")) or attribute in {"aria-labelledby", "version"}:
            continue
        if PLACE.search(value):
            yield (
                f'`{attribute.rpartition("}")[2][:40]}="{value[:60]}"` has a parameter.',
                "A parameter may stand in the words of a picture alone.",
            )
        if _attribute(attribute, value, "") is None:
            yield (
                f'`{attribute.rpartition("}")[2][:40]}="{value[:60]}"` is not shown.',
                "Use classes or plain attributes, and links to `#ids` only.",
            )
    for child in element:
        yield from _faults_of(child, depth + 1)


def _repeated(root: ET.Element) -> int:
    """Return how many shapes the page draws beyond those in the file, because of links; a circle has no end."""
    targets: dict[str, ET.Element] = {}
    for element in root.iter():
        targets.setdefault(element.get("id", ""), element)
    # What is being counted is endless until it is counted: who meets it again goes in a circle.
    counted: dict[ET.Element, int] = {}

    def shapes(element: ET.Element, depth: int) -> int:
        if element not in counted:
            counted[element] = _ENDLESS
            if depth <= MAX_DEPTH:
                linked = [targets[name] for name in _links(element) if name in targets]
                counted[element] = min(_ENDLESS, 1 + sum(shapes(other, depth + 1) for other in (*element, *linked)))
        return counted[element]

    return shapes(root, 0) - sum(1 for _ in root.iter())


def _links(element: ET.Element) -> list[str]:
    """Return the ids that an element's attributes link to."""
    found = [link[1] for name in ("href", _XLINK_HREF) if (link := _OWN_LINK.fullmatch(element.get(name, "").strip()))]
    return found + [name for value in element.attrib.values() for name in _OWN_URL.findall(value)]


def _name(element: ET.Element) -> str | None:
    tag = element.tag if isinstance(element.tag, str) else ""
    name = tag.removeprefix(_SVG)
    return name if tag.startswith(_SVG) and name in _ELEMENTS else None


def _html(element: ET.Element, prefix: str, depth: int, extra: str = "") -> Iterator[str]:
    name = _name(element)
    if name is None or depth > MAX_DEPTH:
        return
    pairs = (_attribute(attribute, value, prefix) for attribute, value in element.attrib.items())
    written = "".join(f' {pair[0]}="{escape(pair[1])}"' for pair in pairs if pair)
    yield f"<{name}{written}{extra}>"
    yield escape(element.text or "", quote=False)
    for child in element:
        yield from _html(child, prefix, depth + 1)
        yield escape(child.tail or "", quote=False)
    yield f"</{name}>"


def _attribute(name: str, value: str, prefix: str) -> tuple[str, str] | None:
    """Return the attribute as it may stand in the page, or None."""
    if name in {"href", _XLINK_HREF}:
        found = _OWN_LINK.fullmatch(value.strip())
        return ("href", f"#{prefix}{found[1]}") if found else None
    if name not in _ATTRIBUTES:
        return None
    if name == "id":
        return (name, f"{prefix}{value}") if _ID.fullmatch(value) else None
    if name == "class" or not _ANY_URL.search(value):
        return name, value
    if _ANY_URL.search(_OWN_URL.sub("", value)):
        return None
    return name, _OWN_URL.sub(lambda found: f"url(#{prefix}{found[1]})", value)
