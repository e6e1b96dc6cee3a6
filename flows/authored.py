"""What an author is offered about a proposal of theirs, on its card and where none was named."""

from flows import card
from flows.participation.authorship import check_may_edit, check_may_withdraw, editable_until, may
from flows.participation.process import Process
from flows.step import Ask, Choice
from flows.turn import Turn
from storage.proposals import Proposal, proposals_by_author

_EDIT = ("edita", "canvia", "editar", "cambiar", "edit", "change")
_WITHDRAW = ("retira", "retirar", "withdraw")


def choices(turn: Turn, proposal: Proposal) -> list[Choice]:
    """Change it and withdraw it, for its author alone and while it may be done."""
    if proposal.author_id != turn.participant_id:
        return []
    offered = []
    if may(check_may_edit, turn, proposal):
        offered.append(Choice(f"edit.start|{proposal.reference}", turn.t("Change my proposal"), _EDIT))
    if may(check_may_withdraw, turn, proposal):
        offered.append(Choice(f"withdraw.start|{proposal.reference}", turn.t("Withdraw my proposal"), _WITHDRAW))
    return offered


def note(turn: Turn, proposal: Proposal) -> str:
    """That it was changed, for everybody; until when it can be, for its author. May be empty."""
    parts = []
    if proposal.updated_at is not None:
        parts.append(turn.t("Its author changed it on {day}.", day=turn.day(proposal.updated_at)))
    process = turn.town.process(proposal.process)
    if process is not None and proposal.author_id == turn.participant_id and may(check_may_edit, turn, proposal):
        parts.append(until(turn, process, proposal))
    return " ".join(parts)


def until(turn: Turn, process: Process, proposal: Proposal) -> str:
    """How long its author can still change it."""
    ends_at = editable_until(process, proposal)
    if ends_at is None:
        return turn.t("You can change it until the town answers.")
    return turn.t("You can change it until {time}.", time=turn.moment(ends_at))


def which(turn: Turn, question: str) -> Ask | None:
    """The person's own proposals, to choose one; None where there are none."""
    mine = [each for each in proposals_by_author(turn.db, turn.participant_id) if each.withdrawn_at is None]
    if not mine:
        return None
    choices = [Choice(each.reference, card.label(each.title)) for each in mine]
    return Ask(question, choices=(*choices, Choice("", turn.t("None"), ("no",))), then="chosen")
