"""What an author is offered about a proposal of theirs, on its card and where none was named."""

from flows import card
from flows.explain import explain
from flows.participation.authorship import check_may_edit, check_may_withdraw, editable_until, may
from flows.participation.process import Process
from flows.participation.refusal import Reason, Refused
from flows.step import Ask, Choice, Goto, Move, Say
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


def changed(turn: Turn, proposal: Proposal) -> str:
    """That it was changed since it was published; empty where it was not."""
    if proposal.updated_at is None:
        return ""
    return turn.t("Its author changed it on {day}.", day=turn.day(proposal.updated_at))


def left(turn: Turn, proposal: Proposal) -> str:
    """Until when its author may change it, for them alone; empty where it is too late."""
    process = turn.town.process(proposal.process)
    is_own = proposal.author_id == turn.participant_id
    return until(turn, process, proposal) if process and is_own and may(check_may_edit, turn, proposal) else ""


def until(turn: Turn, process: Process, proposal: Proposal) -> str:
    """How long its author can still change it."""
    ends_at = editable_until(process, proposal)
    if ends_at is None:
        return turn.t("You can change it until the town answers.")
    return turn.t("You can change it until {time}.", time=turn.moment(ends_at))


def told(turn: Turn, proposal: Proposal) -> str:
    """What became of it once it was handed in, and what comes next."""
    if proposal.hidden_at is None:
        words = turn.t(
            "Published. Thank you! Your reference is {reference}. Write it here at any time to see how it stands.",
            reference=proposal.reference,
        )
    else:
        words = turn.t(
            "Sent. Thank you! The town reads it before it is published. Your reference is {reference}.",
            reference=proposal.reference,
        )
    more = turn.t("I will write to you when the town answers.") if turn.participant.wants_updates else ""
    return " ".join(part for part in (words, left(turn, proposal), more) if part)


def told_in_brief(turn: Turn, proposal: Proposal) -> str:
    """The same, where each word costs."""
    if proposal.hidden_at is None:
        return turn.t("Published: {reference}. Write that to see how it stands.", reference=proposal.reference)
    return turn.t("Sent: {reference}. The town reads it before it is published.", reference=proposal.reference)


def has_any(turn: Turn) -> bool:
    """The person has a proposal here that is not withdrawn."""
    return bool(_own(turn))


def which(turn: Turn, question: str, none: str, start: str) -> Move:
    """One of the person's own proposals: asked where there are several."""
    mine = _own(turn)
    if not mine:
        return Say(none, then="leave")
    if len(mine) == 1:
        return Goto(start, about=mine[0].reference)
    choices = [Choice(each.reference, card.label(each.title)) for each in mine]
    return Ask(question, choices=(*choices, Choice("", turn.t("None"), ("no",))), then="chosen")


def chosen(turn: Turn, start: str) -> Move:
    """On with what `which` was answered with."""
    about = turn.answers.pop("which", "")
    return Goto(start, about=about) if about else Goto("leave")


def refused(turn: Turn, refused: Refused) -> Move:
    """What the card can still show is told there; the rest by whoever asked."""
    if refused.reason in (Reason.PROPOSAL_UNKNOWN, Reason.SPACE_UNKNOWN):
        raise refused
    return Say(explain(turn, refused), then="shown")


def _own(turn: Turn) -> list[Proposal]:
    return [each for each in proposals_by_author(turn.db, turn.participant_id) if each.withdrawn_at is None]
