"""Why can I not? What is in the way, the day that changes, and a reminder of it. About "<action>|<subject>"."""

from flows import card, waiting
from flows.explain import explain
from flows.participation.comments import check_may_comment
from flows.participation.process import Action
from flows.participation.proposals import check_may_propose
from flows.participation.refusal import Refused, why_not
from flows.participation.reminders import process_of
from flows.participation.supports import check_may_support
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """The rule that says no now."""
    action, subject = waiting.asked(turn)
    refused = _refusal(turn, action, subject)
    if refused is None:
        return Say(turn.t("Now you can."), then="shown")
    process = process_of(turn.db, turn.town, subject)
    reminders = waiting.remind_choices(turn, action, process, subject) if process is not None else []
    back = Choice(card.place_of(subject), turn.t("Go back"))
    return Ask(explain(turn, refused), choices=(*reminders, back, card.to_menu(turn)), then="chosen")


def chosen(turn: Turn) -> Move:
    """On to what was chosen."""
    return card.go(turn, "start")


def shown(turn: Turn) -> Move:
    """Back to the card, where it is offered."""
    return Goto(card.place_of(waiting.asked(turn)[1]))


def _refusal(turn: Turn, action: Action, subject: str) -> Refused | None:
    name = subject.partition(":")[2]
    match action:
        case Action.SUPPORT:
            return why_not(lambda: check_may_support(turn, name))
        case Action.PROPOSE:
            return why_not(lambda: check_may_propose(turn, name))
        case Action.COMMENT:
            return why_not(lambda: check_may_comment(turn, subject))
        case Action.ANSWER:
            return None
