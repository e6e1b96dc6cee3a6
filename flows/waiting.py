"""What cannot be done yet: on a card, the way to why not, and to a reminder of the day when it can."""

from flows.participation.process import Action, Process
from flows.participation.reminders import reminded_at
from flows.participation.spaces import opening_of
from flows.step import Choice
from flows.turn import Turn
from storage.proposals import Proposal


def why_choice(action: Action, subject: str, question: str) -> Choice:
    """Leads to what is in the way of an act, and when that changes."""
    return Choice(f"why.start|{action}|{subject}", question, ("per què", "por qué", "why"))


def asked(turn: Turn) -> tuple[Action, str]:
    """The act and the subject that a flow is about, as `why_choice` and `remind_choices` name them."""
    action, _, subject = turn.about.partition("|")
    return Action(action), subject


def why_not_propose(turn: Turn, process: Process) -> list[Choice]:
    """For a process's card, where proposals will be taken again one day."""
    if opening_of(process, Action.PROPOSE, turn.now) is None:
        return []
    question = turn.t("Why can I not make a proposal?")
    return [why_choice(Action.PROPOSE, f"process:{process.slug}", question)]


def why_not_comment(turn: Turn, proposal: Proposal) -> list[Choice]:
    """For a card without comments, where they will be taken one day."""
    process = turn.town.process(proposal.process)
    if process is None or opening_of(process, Action.COMMENT, turn.now) is None:
        return []
    question = turn.t("Why can I not comment on it?")
    return [why_choice(Action.COMMENT, f"proposal:{proposal.reference}", question)]


def remind_choices(turn: Turn, action: Action, process: Process, subject: str) -> list[Choice]:
    """A reminder of the day, where a day is set; or no longer."""
    about = f"{action}|{subject}"
    if reminded_at(turn, action, subject) is not None:
        return [Choice(f"remind.end|{about}", turn.t("Do not remind me"))]
    if opening_of(process, action, turn.now) is None:
        return []
    return [
        Choice(f"remind.start|{about}", turn.t("Remind me that day"), ("recorda-m'ho", "recuérdamelo", "remind me"))
    ]
