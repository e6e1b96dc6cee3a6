"""Why not? A refusal in the citizen's words."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from flows.explanations import EXPLANATIONS
from flows.moderated import ground
from flows.participation.process import Action
from flows.participation.refusal import Refused
from flows.step import Check, Wrong
from flows.turn import Turn


def explain(turn: Turn, refused: Refused) -> str:
    """The explanation of a refusal, with its facts in words."""
    said = EXPLANATIONS[refused.reason]
    facts = {name: _in_words(turn, name, fact) for name, fact in refused.facts.items()}
    if said.many:
        count = facts.pop("count")
        return turn.tn(said.one, said.many, count if isinstance(count, int) else 0, **facts)
    return turn.t(said.one, **facts)


def checked(check: Callable[[str], str]) -> Check:
    """A rule's check as a question's: its refusal is what is wrong."""

    def answer(turn: Turn, text: str) -> str:
        try:
            return check(text)
        except Refused as refused:
            raise Wrong(explain(turn, refused)) from refused

    return answer


def _in_words(turn: Turn, name: str, fact: object) -> object:
    """The town's words in the person's language; days as days, where what ends at midnight ends with the day before."""
    if isinstance(fact, timedelta):
        return turn.catalogue.duration(fact)
    if isinstance(fact, datetime) and name == "until":
        return turn.moment(fact)
    if isinstance(fact, datetime):
        return turn.day(fact - timedelta(microseconds=1) if name == "last_day" else fact)
    if isinstance(fact, Action):
        return act(turn, fact)
    if isinstance(fact, Mapping):
        return turn.words(fact)
    return ground(turn, str(fact)).rstrip(".") if name == "why" else fact


def act(turn: Turn, action: Action) -> str:
    """What is done, as after "you can"."""
    match action:
        case Action.PROPOSE:
            return turn.t("make proposals")
        case Action.ANSWER:
            return turn.t("answer the survey")
        case Action.SUPPORT:
            return turn.t("support proposals")
        case Action.COMMENT:
            return turn.t("comment")
