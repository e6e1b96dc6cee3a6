"""Telegram's HTML: the text that is left when markup is parsed, or its complaint."""

import re
from html import unescape

from tests.fakes.telegram_refusals import Refused, bad_request

_TAGS = frozenset(
    "b strong i em u ins s strike del code pre a blockquote tg-spoiler tg-emoji span".split()  # noqa: SIM905
)
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")


def parsed(text: str, mode: str) -> str:
    """The words without their markup, as the limits count them."""
    if not mode:
        return text
    if mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    return _parsed_html(text)


def _parsed_html(text: str) -> str:
    if "<" not in text:
        return _ENTITY.sub(lambda found: unescape(found[0]), text)
    plain: list[str] = []
    opened: list[str] = []
    position = 0
    while (start := text.find("<", position)) >= 0:
        plain.append(text[position:start])
        stop = text.find(">", start)
        if stop < 0:
            raise _cannot(f"Unclosed start tag at byte offset {_offset(text, start)}")
        _take(text[start + 1 : stop], opened, _offset(text, start))
        position = stop + 1
    if opened:
        raise _cannot(f'Can\'t find end tag corresponding to start tag "{opened[-1]}"')
    plain.append(text[position:])
    return _ENTITY.sub(lambda found: unescape(found[0]), "".join(plain))


def _take(tag: str, opened: list[str], offset: int) -> None:
    """Open or close one tag."""
    if not tag.startswith("/"):
        name = tag.split(maxsplit=1)[0].lower() if tag.strip() else ""
        if name not in _TAGS:
            raise _cannot(f'Unsupported start tag "{name}" at byte offset {offset}')
        opened.append(name)
        return
    name = tag[1:].strip().lower()
    if not opened:
        raise _cannot(f"Unexpected end tag at byte offset {offset}")
    expected = opened.pop()
    if name and name != expected:
        raise _cannot(f'Unmatched end tag at byte offset {offset}, expected "</{expected}>", found "</{name}>"')


def _cannot(words: str) -> Refused:
    return bad_request(f"can't parse entities: {words}")


def _offset(text: str, index: int) -> int:
    return len(text[:index].encode())
