"""A reference was written on its own: how does that stand? About the reference of a proposal or a comment."""

from flows.participation.comments import shown_comment
from flows.participation.follows import shown_proposal
from flows.participation.references import COMMENT
from flows.step import Goto, Move
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """The card of a proposal or a comment."""
    if f"-{COMMENT}-" in turn.about:
        return Goto(f"listen.comment:{shown_comment(turn, turn.about).reference}")
    return Goto(f"read.proposal:{shown_proposal(turn, turn.about).reference}")
