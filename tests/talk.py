"""Conversations as data: what a citizen writes, and words that stand in the reply, in that order.

A file of `tests/conversations/` names its town and holds conversations. In one, a line that begins with ">" is written
by a person nobody has met yet; the lines below it are found in the reply, one after the other, and "(nothing)" is
silence, "(without) words" words that are not there. `before` was said earlier. What `REMEMBERED` names, such as
`{reference}` and `{comment}`, is remembered when it is first met; `<town>` and `<town/process/slug>` stand for the
codes of deep links. A line that begins with "#" is what happens meanwhile, as `Meanwhile` knows it; `on` names the
media where a conversation goes, where they are others.
"""

import os
import re
import tomllib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.persons import Exchange
from tests.world import World

FOLDER = Path(__file__).parent / "conversations"
ANYWHERE = ("terminal", "telegram", *(("whatsapp", "email") if os.environ.get("SOAK") else ()))
"""Where a conversation goes that does not say; on SMS words are shorter."""
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))


def conversations(name: str) -> dict[str, Any]:
    """What a file holds."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def media(name: str) -> set[str]:
    """Where conversations of a file go."""
    return {medium for each in conversations(name)["conversation"] for medium in each.get("on", ANYWHERE)}


def towns(written: dict[str, Any]) -> set[str]:
    """Of a file."""
    return {written["town"], *(each["town"] for each in written["conversation"] if "town" in each)}


def exchanges(talk: str) -> Iterator[Exchange]:
    """A conversation, line by line of the citizen's."""
    for block in re.split(r"^(?=[>#] )", talk.strip(), flags=re.MULTILINE)[1:]:
        said, *expected = (line.strip() for line in block.strip().splitlines())
        yield Exchange(said.removeprefix("> "), [line for line in expected if line])


async def talked(written: dict[str, Any], world: World, medium: str) -> AsyncIterator[str]:
    """Every line that citizens wrote on this medium, once its reply has been found right."""
    for conversation in written["conversation"]:
        if medium not in conversation.get("on", ANYWHERE):
            continue
        world.clock.later = timedelta()
        meanwhile = world.meanwhile(conversation.get("town", written["town"]))
        for line in conversation.get("before", written.get("before", [])):
            await meanwhile.person.says(line)
        for exchange in exchanges(conversation["talk"]):
            happened = exchange.line.removeprefix("# ")
            is_said = happened == exchange.line
            reply = await (meanwhile.person.says(happened) if is_said else meanwhile.happens(happened))
            meanwhile.person.check(exchange, reply)
            yield happened
