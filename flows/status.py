"""A reference was written on its own: how does that stand? About the reference of a proposal, comment or ticket."""

from flows.participation.comments import shown_comment
from flows.participation.follows import told_proposal
from flows.participation.references import COMMENT, TICKET
from flows.participation.tickets import own_ticket
from flows.step import Goto, Move
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """The life of a proposal, the card of a comment, a message to the town."""
    if f"-{COMMENT}-" in turn.about:
        return Goto(f"listen.comment:{shown_comment(turn, turn.about).reference}")
    if f"-{TICKET}-" in turn.about:
        return Goto(f"write.shown:{own_ticket(turn, turn.about).code}")
    return Goto(f"read.life:{told_proposal(turn, turn.about).reference}")
