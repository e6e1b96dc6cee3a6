"""The proposals that everybody can read, for anyone who asks: what Decidim's own export says, as far as we know it.

No participant, no address and no name: whoever chose a name did so for the conversation, not for a file.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from flows.participation.supports import hides_counts
from flows.participation.tenant import Town
from storage.attachments import counts_of_shown
from storage.comments import counts_of_subjects
from storage.database import Db
from storage.follows import counts_of_followers
from storage.proposals import Proposal
from storage.supports import counts_of_proposals

Open: TypeAlias = dict[str, object]
"""One proposal, nested as in Decidim's JSON."""


def open_proposals(db: Db, town: Town, proposals: Sequence[Proposal], now: datetime) -> list[Open]:
    """What is told of each."""
    subjects = [f"proposal:{each.reference}" for each in proposals]
    supports = counts_of_proposals(db, [each.id for each in proposals])
    counts = {
        "comments": counts_of_subjects(db, subjects),
        "attachments": counts_of_shown(db, subjects),
        "follows_count": counts_of_followers(db, subjects),
    }
    told: list[Open] = []
    for subject, each in zip(subjects, proposals, strict=True):
        votes = supports.get(each.id, 0) + each.supports_kept
        told.append(_open(town, each, now, votes, {name: of.get(subject, 0) for name, of in counts.items()}))
    return told


def columns(town: Town) -> list[str]:
    """The header of the flat form."""
    by_language = {name: [f"{name}/{language}" for language in town.languages] for name in ("title", "body", "answer")}
    return [
        *("reference", "language", *by_language["title"], *by_language["body"]),
        *("category", "participatory_space/id", "participatory_space/url", "address"),
        *("state", "state_published_at", *by_language["answer"], "answered_at"),
        *("votes", "comments", "attachments", "follows_count", "published_at", "updated_at"),
    ]


def flat(value: object, name: str = "") -> dict[str, str]:
    """As Decidim flattens: keys joined by "/", nothing for None."""
    if isinstance(value, dict):
        parts = (flat(inner, f"{name}/{key}" if name else str(key)) for key, inner in value.items())
        return {column: cell for part in parts for column, cell in part.items()}
    return {name: "" if value is None else str(value)}


def _open(town: Town, proposal: Proposal, now: datetime, votes: int, counts: Mapping[str, int]) -> Open:
    process = town.process(proposal.process)
    is_answered = proposal.state_published_at is not None
    return {
        "reference": proposal.reference,
        "language": proposal.language,
        "title": {each: proposal.title if each == proposal.language else None for each in town.languages},
        "body": {each: proposal.body if each == proposal.language else None for each in town.languages},
        "category": proposal.category or None,
        "participatory_space": {"id": proposal.process, "url": process.official_url if process else None},
        "address": proposal.place or None,
        "state": proposal.state if is_answered else "not_answered",
        "state_published_at": _text(proposal.state_published_at),
        "answer": {each: proposal.answer.get(each) if is_answered else None for each in town.languages},
        "answered_at": _text(proposal.answered_at) if is_answered else None,
        "votes": None if process is None or hides_counts(process, now) else votes,
        **counts,
        "published_at": _text(proposal.published_at),
        "updated_at": _text(proposal.updated_at or proposal.published_at),
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
