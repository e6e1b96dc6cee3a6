"""MY DATA: all that is kept of a person, sent to where they asked for it."""

import io
import json
from collections.abc import Sequence
from zipfile import ZIP_DEFLATED, ZipFile

from flows.own_file import page
from flows.participation import my_data
from flows.step import File, Goto, Move, Say
from flows.turn import Turn

_MOST = 240 * 1024
"""Bytes that travel in a message."""
_MESSAGES = (my_data.MESSAGES_MOST, 20, 0)


def start(turn: Turn) -> Move:
    """The same twice: a page to read, and JSON for programs."""
    files = _files(turn, my_data.send(turn))
    town = turn.words(turn.town.name)
    if not files:
        too_much = turn.t("You have written so much in {town} that it does not fit in a message.", town=town)
        ask = turn.t("Ask for it here: {email}, {phone}.", email=turn.town.support.email, phone=turn.town.support.phone)
        return Say(f"{too_much} {ask}", then="leave")
    return Say(
        turn.t(
            "This is all we keep of you in {town}: one file to read, and the same as JSON for programs. "
            "Your addresses are not in it: we keep them encrypted, only to write to you.",
            town=town,
        ),
        files=files,
        then="leave",
    )


def leave(turn: Turn) -> Move:
    """Back to where it was asked for."""
    return Goto(turn.about or "menu.start")


def _files(turn: Turn, own: my_data.OwnFile) -> Sequence[File]:
    """Both, with fewer of our own latest messages where they would not travel otherwise; none where nothing helps."""
    for count in _MESSAGES:
        made = _made(turn, own | {"messages": own["messages"][-count:] if count else []})
        if sum(len(file.data) for file in made) <= _MOST:
            return made
    return ()


def _made(turn: Turn, own: my_data.OwnFile) -> Sequence[File]:
    """Both as they are; packed, where somebody has written much."""
    name = turn.t("my-data")
    made = {
        f"{name}.html": page(turn, own).encode(),
        f"{name}.json": json.dumps(own, ensure_ascii=False, indent=1).encode(),
    }
    if sum(map(len, made.values())) <= _MOST:
        kinds = ("text/html", "application/json")
        return [File(each, kind, data) for (each, data), kind in zip(made.items(), kinds, strict=True)]
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for each, data in made.items():
            archive.writestr(each, data)
    return [File(f"{name}.zip", "application/zip", packed.getvalue())]
