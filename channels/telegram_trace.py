"""What an answered question shows on Telegram from then on: its own words, and below them the choice that was made."""

from collections.abc import Sequence
from html import escape
from typing import Annotated

from msgspec import Meta, Struct

from channels.text import storable, utf16_units

LONGEST = 4096


class Entity(Struct):
    """A stretch of a message that is drawn in some way, in UTF-16 units."""

    type: str
    offset: int
    length: Annotated[int, Meta(ge=0, le=LONGEST)]


class Button(Struct):
    """One button, and what a press of it brings back."""

    text: str
    callback_data: str = ""


class Keyboard(Struct):
    """The buttons under a message, row by row."""

    inline_keyboard: list[list[Button]]


def trace(text: str, entities: Sequence[Entity], keyboard: Keyboard | None, payload: str) -> str:
    """The message in HTML with the pressed button's words; empty where a part is missing or it would be too long."""
    rows = keyboard.inline_keyboard if keyboard else []
    label = next((button.text for row in rows for button in row if button.callback_data == payload), "")
    if not text or not label or utf16_units(words := storable(f"{text}\n\n→ {label}")) > LONGEST:
        return ""
    units = next((each.length for each in entities if each.type == "bold" and each.offset == 0), 0)
    title = words.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")
    rest = escape(words[len(title) :], quote=False)
    return f"<b>{escape(title, quote=False)}</b>{rest}" if title else rest
