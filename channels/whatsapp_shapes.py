"""The Content resources that buttons and lists need: one for each shape of a message, filled anew at every send.

Twilio refuses a line break inside a variable (21656), so that each paragraph of a body is a variable of its own.
Nothing in a resource is of any language or town.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct

PARAGRAPHS = 3
"""At most so many stand above the choices; what comes before them goes ahead as a message of its own."""
BODY = 1024
TITLE = 20
ITEM = 24
DESCRIPTION = 72
BUTTONS = 3
ITEMS = 10

_VERSION = "v1"
"""Goes up with every change of what a resource holds: old ones stay as they are, for servers that still use them."""
_SAMPLE = "Participa"


class Look(StrEnum):
    """How choices look."""

    BUTTONS = "buttons"
    LIST = "list"
    """Their labels are the items."""
    NUMBERS = "numbers"
    """A list whose items are their numbers, each with the whole label below it."""


class Shape(Struct, frozen=True):
    """What one resource is for."""

    look: Look
    choices: int
    paragraphs: int

    @property
    def name(self) -> str:
        """The friendly name by which its resource is found at Twilio."""
        return f"participabot_{self.look}_{self.choices}_{self.paragraphs}_{_VERSION}"

    @property
    def types(self) -> Mapping[str, Any]:
        """What its resource holds, with {{1}}, {{2}} … in the order in which `Part.values` fill them."""
        number = 0

        def next_variable() -> str:
            nonlocal number
            number += 1
            return f"{{{{{number}}}}}"

        body = "\n\n".join(next_variable() for _ in range(self.paragraphs))
        if self.look is Look.BUTTONS:
            actions = [
                {"type": "QUICK_REPLY", "title": next_variable(), "id": next_variable()} for _ in range(self.choices)
            ]
            return {"twilio/quick-reply": {"body": body, "actions": actions}}
        keys = ("item", "id", "description") if self.look is Look.NUMBERS else ("item", "id")
        button = next_variable()
        items = [{key: next_variable() for key in keys} for _ in range(self.choices)]
        return {"twilio/list-picker": {"body": body, "button": button, "items": items}}

    @property
    def variables(self) -> int:
        """How many there are to fill."""
        match self.look:
            case Look.BUTTONS:
                return self.paragraphs + 2 * self.choices
            case Look.LIST:
                return self.paragraphs + 1 + 2 * self.choices
            case Look.NUMBERS:
                return self.paragraphs + 1 + 3 * self.choices

    def to_dict(self) -> dict[str, Any]:
        """The request that creates its resource, as Twilio's client asks for it."""
        samples = {str(number): _SAMPLE for number in range(1, self.variables + 1)}
        return {"friendly_name": self.name, "language": "en", "variables": samples, "types": dict(self.types)}


SHAPES: Mapping[str, Shape] = {
    shape.name: shape
    for shape in (
        Shape(look, choices, paragraphs)
        for look, counts in (
            (Look.BUTTONS, range(1, BUTTONS + 1)),
            (Look.LIST, range(BUTTONS + 1, ITEMS + 1)),
            (Look.NUMBERS, range(1, ITEMS + 1)),
        )
        for choices in counts
        for paragraphs in range(1, PARAGRAPHS + 1)
    )
}
"""Every shape there is, by name."""


def filled(values: Sequence[str]) -> str:
    """`ContentVariables`, with its apostrophes escaped: there are reports of Twilio refusing them bare."""
    numbered = {str(number): value for number, value in enumerate(values, 1)}
    return msgspec.json.encode(numbered).decode().replace("'", "\\u0027")
