"""A reference was written on its own: how does that stand? About the reference of a proposal, comment or ticket."""

from flows.participation.comments import shown_comment
from flows.participation.follows import shown_proposal
from flows.participation.references import COMMENT, TICKET
from flows.participation.tickets import own_ticket
from flows.step import Goto, Move
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """The card of a proposal, of a comment, or of a message to the town."""
    if f"-{COMMENT}-" in turn.about:
        return Goto(f"listen.comment:{shown_comment(turn, turn.about).reference}")
    if f"-{TICKET}-" in turn.about:
        return Goto(f"write.shown:{own_ticket(turn, turn.about).code}")
    return Goto(f"read.proposal:{shown_proposal(turn, turn.about).reference}")
