"""One proposal: its card, its life, and everything that can be done about it. Its steps' argument is the reference."""

from collections.abc import Sequence
from functools import partial

from flows import album, backing, card, moderated, own_proposal, proposal_card, thread, waiting
from flows.participation import supports
from flows.participation.follows import shown_proposal, told_proposal
from flows.participation.judgements import asked
from flows.participation.refusal import why_not
from flows.participation.supports import Standing
from flows.step import Ask, Choice, Move, Say
from flows.turn import Turn
from storage.attachments import Attachment, shown_attachments
from storage.judgements import Claimed
from storage.proposals import Proposal


def proposal(turn: Turn) -> Move:
    """The card, its state, and the town's answer."""
    found = shown_proposal(turn, turn.argument)
    standing = supports.standing(turn, found)
    attached = shown_attachments(turn.db, f"proposal:{found.reference}")
    text = "\n\n".join(filter(None, (proposal_card.text(turn, found, standing), album.line(turn, attached))))
    choices = _offered(turn, found, standing, attached)
    return Ask(text, title=found.title, choices=choices, then=f"act:{found.reference}")


def act(turn: Turn) -> Move:
    """On to what was chosen on the card."""
    return card.go(turn, f"proposal:{turn.argument}")


def short(turn: Turn) -> Move:
    """After something was done about it: where it stands now, without the author's words once more."""
    found = shown_proposal(turn, turn.argument)
    standing = supports.standing(turn, found)
    attached = shown_attachments(turn.db, f"proposal:{found.reference}")
    *offered, menu = _offered(turn, found, standing, attached)
    return Ask(
        f"{found.reference}. {proposal_card.stands(turn, found, standing)}",
        title=found.title,
        choices=(*offered, _whole(turn, found), *_draft(turn, found), menu),
        then=f"on:{found.reference}",
    )


def on(turn: Turn) -> Move:
    """On to what was chosen below that."""
    return card.go(turn, f"short:{turn.argument}")


def life(turn: Turn) -> Move:
    """What became of it so far. Of one that was withdrawn, that alone, to whoever has the reference."""
    found = told_proposal(turn, turn.argument)
    title = found.title
    if found.withdrawn_at is not None:
        title = found.reference
        standing, choices = None, [card.process_choice(turn, found.process), card.to_menu(turn)]
    else:
        standing = supports.standing(turn, found)
        attached = shown_attachments(turn.db, f"proposal:{found.reference}")
        choices = [_whole(turn, found), *_offered(turn, found, standing, attached)]
    text = proposal_card.life(turn, found, standing)
    return Ask(text, title=title, choices=choices, then=f"go:{found.reference}")


def go(turn: Turn) -> Move:
    """On to what was chosen below its life."""
    return card.go(turn, f"life:{turn.argument}")


def files(turn: Turn) -> Move:
    """Its photos and documents, then the card again."""
    found = shown_proposal(turn, turn.argument)
    attached = shown_attachments(turn.db, f"proposal:{found.reference}")
    words = turn.t("From the proposal “{title}”:", title=found.title)
    if not attached:
        words = turn.t("What was attached can no longer be seen.")
    return Say(words, files=album.files(found.reference, attached), then=f"proposal:{found.reference}")


def _whole(turn: Turn, proposal: Proposal) -> Choice:
    return Choice(f"proposal:{proposal.reference}", turn.t("Read the proposal"))


def _draft(turn: Turn, proposal: Proposal) -> list[Choice]:
    """Back to one's own, for who was writing it when this one was found."""
    if ("propose", proposal.process) not in turn.drafts:
        return []
    return [Choice(f"propose.start|{proposal.process}", turn.t("Go on with my proposal"))]


def _asked(turn: Turn, proposal: Proposal) -> list[Choice]:
    """To say whether it is as the town says, or to say it anew, for who has been asked."""
    for claimed in (Claimed.DONE, Claimed.ANSWERED):
        if why_not(partial(asked, turn, proposal.reference, claimed)) is None:
            return [Choice(f"judge.start|{claimed}:{proposal.reference}", turn.t("Say whether it is so"))]
    return []


def _offered(turn: Turn, proposal: Proposal, standing: Standing | None, attached: Sequence[Attachment]) -> list[Choice]:
    """What this person can do about it now; nothing that would be refused."""
    return [
        *backing.choices(turn, proposal, standing),
        *own_proposal.choices(turn, proposal),
        *_asked(turn, proposal),
        *(thread.comments_choice(turn, f"proposal:{proposal.reference}") or waiting.why_not_comment(turn, proposal)),
        card.follow_choice(turn, f"proposal:{proposal.reference}"),
        *album.choice(turn, f"read.files:{proposal.reference}", attached),
        card.process_choice(turn, proposal.process),
        *moderated.choices(turn, proposal),
        card.to_menu(turn),
    ]
