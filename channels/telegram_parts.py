"""How an outbound looks on Telegram: parts in HTML, the choices as buttons under the last one."""

from html import escape

import msgspec
from msgspec import Struct, structs

from channels.message import NO_NUMBER, Choice, Enclosed, Outbound
from channels.numbered import numbered_choices
from channels.telegram_trace import LONGEST
from channels.text import cut, is_blank, storable, utf16_units

_LONGEST_LABEL = 40
"""Characters. A phone shows about so many of a button that has a row of its own."""

_SHORT_LABEL = 14
_LONGEST_CAPTION = 1024


class Part(Struct, frozen=True, omit_defaults=True):
    """One message to send, or to put in the place of the earlier one that it `replaces`."""

    html: str
    plain: str
    """The same words without markup, for when Telegram does not take ours."""
    keyboard: str = ""
    """An InlineKeyboardMarkup in JSON."""
    replaces: int = 0
    file: Enclosed | None = None
    """Goes with the words, then a caption, which may be empty."""


def parts_of(outbound: Outbound) -> list[Part]:
    """Parts of at most 4096 UTF-16 units after markup, the title in bold. A file stands below the words that fit."""
    title, text = storable(outbound.title), storable(outbound.text)
    is_listed = any(len(choice.label) > _LONGEST_LABEL for choice in outbound.choices)
    if is_listed:
        text += "\n\n" + storable(numbered_choices(outbound.choices))
    words = f"{title}\n\n{text}" if title and text else title or text
    if is_blank(words):
        title, words = "", "" if outbound.files else storable(outbound.words.choose) or "…"
    spans = [(0, len(words))] if 2 * len(words) <= LONGEST else cut(words, LONGEST, utf16_units)
    keyboard = _keyboard(outbound.choices, is_listed) if outbound.choices else ""
    replaces = int(outbound.replaces) if outbound.replaces.isdecimal() and not outbound.files else 0
    last = len(spans) - 1
    parts = [
        Part(
            html=_html(words, start, stop, len(title)),
            plain=words[start:stop],
            keyboard=keyboard if number == last else "",
            replaces=replaces if number == 0 else 0,
        )
        for number, (start, stop) in enumerate(spans)
    ]
    return _with_files(parts, outbound.files, keyboard) if outbound.files else parts


def _with_files(parts: list[Part], files: tuple[Enclosed, ...], keyboard: str) -> list[Part]:
    """One file with few words is one message; else the words come first. The buttons are under the last one."""
    if len(files) == 1 and len(parts) == 1 and utf16_units(parts[0].plain) <= _LONGEST_CAPTION:
        return [structs.replace(parts[0], file=files[0])]
    words = [structs.replace(part, keyboard="") for part in parts if part.plain]
    return words + [
        Part("", "", keyboard if number == len(files) else "", file=file) for number, file in enumerate(files, 1)
    ]


def _html(words: str, start: int, stop: int, bold_until: int) -> str:
    if start >= bold_until:
        return escape(words[start:stop], quote=False)
    middle = min(stop, bold_until)
    return f"<b>{escape(words[start:middle], quote=False)}</b>{escape(words[middle:stop], quote=False)}"


def _keyboard(choices: tuple[Choice, ...], is_listed: bool) -> str:
    """A row for each choice; rows of two where every label is short."""
    buttons = [{"text": _label(choice, is_listed), "callback_data": choice.payload} for choice in choices]
    width = 2 if all(len(button["text"]) <= _SHORT_LABEL for button in buttons) else 1
    rows = [buttons[first : first + width] for first in range(0, len(buttons), width)]
    return msgspec.json.encode({"inline_keyboard": rows}).decode()


def _label(choice: Choice, is_listed: bool) -> str:
    label = storable(choice.label)
    if choice.number != NO_NUMBER and (is_listed or is_blank(label)):
        label = f"{choice.number}. {label}"
    if len(label) <= _LONGEST_LABEL + 4:
        return label
    start, stop = cut(label, _LONGEST_LABEL)[0]
    return label[start:stop] + "…"
