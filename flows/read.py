"""One proposal on its own card, and everything that can be done about it. Its steps' argument is the reference."""

from flows import card, moderated, thread
from flows.participation.follows import shown_proposal
from flows.step import Ask, Choice, Move
from flows.turn import Turn
from storage.proposals import Proposal


def proposal(turn: Turn) -> Move:
    """The card, its state, and the town's answer."""
    found = shown_proposal(turn, turn.argument)
    text = card.proposal_text(turn, found)
    return Ask(text, title=found.title, choices=_offered(turn, found), then=f"act:{found.reference}")


def act(turn: Turn) -> Move:
    """On to what was chosen on the card."""
    return card.go(turn, f"proposal:{turn.argument}")


def _offered(turn: Turn, proposal: Proposal) -> list[Choice]:
    """What this person can do about it now; nothing that would be refused."""
    return [
        *thread.comments_choice(turn, f"proposal:{proposal.reference}"),
        card.follow_choice(turn, f"proposal:{proposal.reference}"),
        Choice(f"browse.process:{proposal.process}", turn.t("See the process")),
        *moderated.choices(turn, proposal),
        card.to_menu(turn),
    ]
