"""How similar proposals are offered to who is about to publish one: which there are, and what to do instead."""

from collections.abc import Sequence

from flows import card
from flows.participation import supports
from flows.participation.follows import is_following
from flows.participation.similar import Similar
from flows.step import Choice
from flows.turn import Turn
from storage.proposals import Proposal


def text(turn: Turn, offered: Sequence[Similar]) -> str:
    """Their titles: those that may be the same, then those that share only the subject."""
    same, others = ([each for each in offered if each.may_be_same is may_be] for may_be in (True, False))
    parts = []
    if same:
        parts += [turn.t("Perhaps somebody has already proposed this:"), _titles(turn, same)]
    if others:
        parts += [turn.t("On the same subject:"), _titles(turn, others)]
    parts.append(turn.t("Have a look: one with many supports goes further than several alike. You decide."))
    return "\n\n".join(parts)


def instead(turn: Turn, proposal: Proposal) -> list[Choice]:
    """Support that one, or follow it where it cannot be supported now."""
    if proposal.author_id == turn.participant_id:
        return []
    reference = proposal.reference
    standing = supports.standing(turn, proposal)
    if standing is not None and standing.why_not is None:
        also = ("dona suport", "apoyar", "support")
        return [Choice(f"support.start|{reference}", turn.t("Support that one instead"), also)]
    if is_following(turn, f"proposal:{reference}"):
        return []
    also = ("segueix", "seguir", "follow")
    return [Choice(f"follow.start|proposal:{reference}", turn.t("Follow that one instead"), also)]


def look_choice(turn: Turn, similar: Similar, *, is_alone: bool) -> Choice:
    """See one of them."""
    value = f"look:{similar.proposal.reference}"
    if is_alone:
        brief = card.label(similar.proposal.title)
        return Choice(value, turn.t("See that one"), ("veure", "ver", "see"), brief=brief)
    return Choice(value, card.label(similar.proposal.title))


def go_on_choice(turn: Turn, value: str) -> Choice:
    """On with one's own."""
    also = ("la meva és diferent", "la mía es diferente", "different")
    return Choice(value, turn.t("Mine is different: go on"), also, brief=turn.t("Mine is different"))


def _titles(turn: Turn, offered: Sequence[Similar]) -> str:
    proposals = (each.proposal for each in offered)
    return "\n".join(turn.t("“{title}” ({reference})", title=it.title, reference=it.reference) for it in proposals)
