"""A deep link was followed: to the town, or to something in it. About its code."""

from flows import card
from flows.participation.links import Kind, subject_of
from flows.step import Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """What the code leads to. An unknown one and another town's get the same words."""
    if turn.platform is not None and turn.platform.id == turn.town.id:
        return Goto("town.start", about=turn.about)
    subject = subject_of(turn.db, turn.town, turn.about)
    if subject is None:
        return Say(turn.t("I do not know that code. It may be old or badly copied."), then="leave")
    match subject.kind:
        case Kind.TOWN:
            return Goto("menu.start")
        case Kind.SURVEY:
            return Goto("respond.start", about=subject.name)
        case Kind.TOPIC:
            return Goto("hear.of", about=subject.name)
        case _:
            return Goto(card.place_of(f"{subject.kind}:{subject.name}"))


def leave(turn: Turn) -> Move:
    """What there is instead."""
    return Goto("menu.start")
