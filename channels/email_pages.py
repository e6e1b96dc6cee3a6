"""The HTML of a mail as plain words, with a line ">" in place of each quote that its structure shows.

Each mail program marks what it quotes in its own way; what none of these rules knows is left to those for plain text.
lxml reads the page and inscriptis draws it, once whatever could make it draw without end is taken away: tables, styles.
"""

import re
from collections.abc import Iterator

from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml import etree
from msgspec import Struct

from channels.email_text import tidy

LONGEST = 400_000
"""Characters of a page that are read."""
MOST_ELEMENTS = 10_000
MOST_DRAWN = 3_000
"""Elements that are left to be drawn once the quotes are out."""
QUOTE = ">"
"""What stands for a quote that was taken out."""

_UNSEEN = {"script", "style", "head", "title", "noscript", "template", "object", "svg", "math", "select", "textarea"}
_QUOTES = {
    "gmail_attr", "gmail_extra", "moz-cite-prefix", "moz-forward-container", "yahoo_quoted", "zmail_extra",
    "messageReplySection", "reply-intro",
}  # fmt: skip
_SIGNATURES = {
    "gmail_signature", "gmail_signature_prefix", "moz-signature", "protonmail_signature_block", "Signature",
    "ms-outlook-mobile-signature", "AppleMailSignature", "composer_signature", "AppleMailBodySeparator",
    "messageSignatureSection", "mobile_signature", "k9-signature",
}  # fmt: skip
_REST = {"appendonsend", "divRplyFwdMsg", "mail-editor-reference-message-container", "stopSpelling", "zwchr"}
_REST_STYLE = re.compile(r"border:none;border-top:solid#?\w+1\.0pt;padding:3\.0pt", re.IGNORECASE)
_INDENT = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_TIGHT = re.compile(r"MsoNormal|MsoListParagraph|margin(?:-bottom)?\s*:\s*0", re.IGNORECASE)
_FORWARDED = re.compile(r"forwarded message|missatge reenviat|mensaje reenviado", re.IGNORECASE)
_ROWS = {"table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "center", "dl", "dd", "dt", "form"}
_PUT_BEFORE = re.compile(r"^(?:x_|ydp[0-9a-f]+(?=yahoo))+")
_drawn = ParserConfig(css=STRICT_CSS_PROFILE)


class Page(Struct, frozen=True):
    """What a page says besides its quotes, what was taken out of it, and the pictures that it still shows."""

    text: str = ""
    rest: str = ""
    pictures: frozenset[str] = frozenset()


def read_page(text: str) -> Page:
    """The page without its quotes; nothing for what is no page."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    root = etree.fromstring(text[:LONGEST].encode("utf-8", "replace"), parser)
    if root is None:
        return Page()
    _keep(root, MOST_ELEMENTS)
    taken = _prune(root)
    _keep(root, MOST_DRAWN)
    pictures = frozenset(
        source[4:].strip().lower()
        for picture in root.iter("img")
        if (source := picture.get("src", "")).lower().startswith("cid:")
    )
    return Page(_draw(root), "\n\n".join(taken), pictures)


def _keep(root: etree._Element, most: int) -> None:
    """The first so many of its elements."""
    for beyond in reversed(list(root.iter())[most:]):
        parent = beyond.getparent()
        if parent is not None:
            parent.remove(beyond)


def _prune(root: etree._Element) -> list[str]:
    """Take out the quotes and what nobody sees; returns the words of the quotes."""
    taken: list[str] = []
    ahead = [root]
    while ahead:
        element = ahead.pop()
        marks = _marks(element)
        if element.tag in _UNSEEN or _HIDDEN.search(element.get("style", "")):
            _take_out(element)
        elif _starts_the_rest(element, marks):
            taken += [_take_out(each, has_tail=False) for each in _from_here(element)]
        elif marks & _SIGNATURES:
            taken.append(_take_out(element))
        elif _is_quote(element, marks):
            taken.append(_take_out(element, QUOTE))
        ahead.extend(reversed(element))
    return taken


def _marks(element: etree._Element) -> set[str]:
    """Its classes, id and name, without what Outlook and Yahoo put before those of a page they have had in hand."""
    names = [*element.get("class", "").split()[:20], element.get("id", ""), element.get("name", "")]
    return {_PUT_BEFORE.sub("", name) for name in names}


def _starts_the_rest(element: etree._Element, marks: set[str]) -> bool:
    """From here to the end it is all what was answered."""
    style = "".join(element.get("style", "").split())
    return bool(marks & _REST or _REST_STYLE.search(style))


def _is_quote(element: etree._Element, marks: set[str]) -> bool:
    if element.tag == "blockquote":
        is_marked = "gmail_quote" in marks or "type" in element.attrib or "cite" in element.attrib
        return is_marked or not _INDENT.search(element.get("style", ""))
    if "gmail_quote" in marks:
        return bool(_FORWARDED.search(_said(element)[:300]))
    return bool(marks & _QUOTES) or element.get("data-marker") == "__QUOTED_TEXT__"


def _from_here(element: etree._Element) -> Iterator[etree._Element]:
    """An element and all that follows it."""
    yield element
    above: etree._Element | None = element
    while above is not None:
        yield from above.itersiblings()
        above = above.getparent()
        if above is not None:
            above.tail = None


def _take_out(element: etree._Element, instead: str | None = None, has_tail: bool = True) -> str:
    """Empty it, and let it say something else; returns what it said."""
    said, tail = _said(element), element.tail
    element.clear()
    element.tag, element.text = ("span", None) if instead is None else ("p", instead)
    element.tail = tail if has_tail else None
    return said if has_tail else said + (tail or "")


def _said(element: etree._Element) -> str:
    return "".join(str(piece) for piece in element.itertext("*"))


def _draw(root: etree._Element) -> str:
    for element in list(root.iter()):
        is_tight = element.tag == "p" and _TIGHT.search(f"{element.get('class', '')};{element.get('style', '')}")
        element.attrib.clear()
        if is_tight and not _said(element).strip():
            etree.SubElement(element, "br")
        if element.tag in _ROWS or is_tight:
            element.tag = "div"
    drawn: str = Inscriptis(root, _drawn).get_text()
    return "\n".join(line.strip() for line in tidy(drawn).split("\n"))
