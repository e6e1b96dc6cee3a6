"""Flows for tests of the machinery: each message is a step, and each reply says all that was heard so far."""

from flows.step import Ask, Flow, Goto, Move
from flows.turn import Turn

_ALL = "all"


def welcome(turn: Turn) -> Move:
    """Waits for the next words."""
    return Ask(f"heard: {turn.answers.get(_ALL, '')}".strip(), then="keep", check=_take)


def keep(turn: Turn) -> Move:
    """Keeps them; breaks on "boom", as a bug would, after having written."""
    word = turn.answers.pop("welcome", "") or turn.answers.pop("start", "")
    turn.answers[_ALL] = f"{turn.answers.get(_ALL, '')} {word}".strip()
    turn.participant.public_name = word[:60]
    turn.db.flush()
    if word == "boom":
        raise ZeroDivisionError("a bug, with a secret word in it: xyzzy")
    return Goto("welcome")


def _take(turn: Turn, text: str) -> str:
    return text


PARROT = {
    "join": Flow("join", {"welcome": welcome, "keep": keep}),
    "menu": Flow("menu", {"start": welcome, "welcome": welcome, "keep": keep}),
    "town": Flow("town", {"start": welcome, "keep": keep}),
}


def heard_in(text: str) -> list[str]:
    """The words that a reply says were heard."""
    return text.partition("heard:")[2].split()
