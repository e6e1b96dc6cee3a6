"""How an outbound looks on WhatsApp: words, with buttons or a list under the last of them where the choices fit."""

from collections.abc import Mapping

from msgspec import Struct

from channels.errors import OutsideWindow
from channels.message import NO_NUMBER, Choice, Enclosed, Outbound
from channels.numbered import numbered_choices
from channels.text import cut, is_blank, storable, utf16_units
from channels.whatsapp_shapes import (
    BODY,
    BUTTONS,
    DESCRIPTION,
    ITEM,
    ITEMS,
    PARAGRAPHS,
    TITLE,
    Look,
    Shape,
)
from channels.whatsapp_words import fits, literal, one_line

LONGEST = 1600
GENERAL = "news"
"""The template that says only that there is something, in place of one that is not configured."""

_LONGEST_VALUE = 600
_MORE = "M"


class Part(Struct, frozen=True, omit_defaults=True):
    """One message. `text` is all of it in words: what is sent where its shape's resource is missing."""

    text: str
    body: str = ""
    """What stands above the choices, where they are drawn."""
    shape: str = ""
    template: str = ""
    """The id of an approved template, which is sent whatever else there is."""
    values: tuple[str, ...] = ()
    """What fills the variables of the shape or the template, in their order."""
    file: Enclosed | None = None

    def is_said_by(self, body: str) -> bool:
        """Whether a message that Twilio keeps may be this one."""
        if self.file is not None:
            return not body or body.startswith(f"{self.file.name}\n")
        if self.template:
            return all(value in body for value in self.values)
        return body in (self.text, self.body)


def parts_of(outbound: Outbound) -> list[Part]:
    """Words, then files, then what is chosen from. What stands above drawn choices is short: the rest goes ahead."""
    title, text = literal(outbound.title), literal(outbound.text)
    words = f"{title}\n\n{text}" if title and text else title or text
    if is_blank(words):
        words = ""
    below = _below(outbound)
    files = [Part(text="", file=file) for file in outbound.files]
    if (drawn := _drawn(outbound, words, below)) is not None:
        ahead, part = drawn
        return [*_cut(ahead), *files, part]
    parts = _cut(words)
    if below and parts and not files and utf16_units(parts[-1].text) + utf16_units(below) + 2 <= LONGEST:
        return [*parts[:-1], Part(text=f"{parts[-1].text}\n\n{below}")]
    return [*parts, *files, *_cut(below)] or [Part(text="…")]


def template_of(outbound: Outbound, templates: Mapping[str, Mapping[str, str]], language: str) -> Part:
    """What may be said once the window is closed. `language` is the town's. Raises `OutsideWindow`."""
    wanted = outbound.template
    if wanted is None:
        raise OutsideWindow("outside the window: no template is meant to say this")
    known = templates.get(wanted.name)
    values = wanted.values if known else wanted.values[:1]
    known = known or templates.get(GENERAL)
    if not known:
        raise OutsideWindow(f"outside the window: no template {wanted.name} is configured, nor {GENERAL}")
    sid = known.get(outbound.language) or known.get(language) or next(iter(known.values()))
    filled = tuple(one_line(value) for value in values)
    if any(utf16_units(value) > _LONGEST_VALUE for value in filled):
        raise OutsideWindow("outside the window: longer than a template takes")
    return Part(text=" ".join(filled), template=sid, values=filled)


def _drawn(outbound: Outbound, words: str, below: str) -> tuple[str, Part] | None:
    """The words that go ahead, and the part that draws the choices; None where they cannot be drawn."""
    choices, room = outbound.choices, min(BODY, LONGEST - utf16_units(below) - 2)
    look = _look(choices)
    if look is None or room < TITLE:
        return None
    ahead, paragraphs = _split(words, room)
    opener = storable(outbound.words.options)
    opener = opener if fits(opener, TITLE) else "…"
    above = paragraphs or [opener]
    values = [*above] if look is Look.BUTTONS else [*above, opener]
    for choice in choices:
        if look is Look.NUMBERS:
            values += [str(choice.number) if choice.number else _MORE, choice.payload, choice.label]
        else:
            values += [choice.label, choice.payload]
    body, shape = "\n\n".join(above), Shape(look, len(choices), len(above))
    return ahead, Part(f"{body}\n\n{below}" if below else body, body, shape.name, values=tuple(values))


def _look(choices: tuple[Choice, ...]) -> Look | None:
    labels = [choice.label for choice in choices]
    if not 0 < len(choices) <= ITEMS or len(set(labels)) < len(labels):
        return None
    if len(choices) <= BUTTONS and all(fits(label, TITLE) for label in labels):
        return Look.BUTTONS
    if any(choice.number == NO_NUMBER for choice in choices):
        return None
    if len(choices) > BUTTONS and all(fits(label, ITEM) for label in labels):
        return Look.LIST
    return Look.NUMBERS if all(fits(label, DESCRIPTION) for label in labels) else None


def _split(words: str, room: int) -> tuple[str, list[str]]:
    """What goes ahead, and the last paragraphs, if each can fill a variable and they fit together."""
    before, last = words.split("\n\n"), list[str]()
    while before and len(last) < PARAGRAPHS and fits(before[-1], room):
        room -= utf16_units(before[-1]) + 2
        last.insert(0, before.pop())
    return "\n\n".join(before), last


def _below(outbound: Outbound) -> str:
    """The choices by their numbers, and how to answer."""
    listed = literal(numbered_choices(outbound.choices))
    return "\n\n".join(block for block in (listed, literal(outbound.words.choose) if listed else "") if block)


def _cut(words: str) -> list[Part]:
    return [Part(text=words[start:stop]) for start, stop in cut(words, LONGEST, utf16_units)]
