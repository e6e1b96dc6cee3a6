"""Debates: which ones a town shows, and until when people speak in each."""

from datetime import datetime

from flows.participation.debate import Debate
from flows.participation.process import Standing
from flows.participation.refusal import Reason, Refused
from flows.participation.spaces import named, visible_among
from flows.participation.tenant import Town
from storage.database import Db

_ORDER = {Standing.OPEN: 0, Standing.UPCOMING: 1, Standing.CLOSED: 2}


def visible_debates(db: Db, town: Town) -> list[Debate]:
    """The debates that may be shown: one of a process only where the process is."""
    return visible_among(db, town, town.debates)


def visible_debate(db: Db, town: Town, slug: str) -> Debate:
    """The debate with this slug, if it may be shown."""
    return named(visible_debates(db, town), slug)


def standing_of(debate: Debate, now: datetime) -> Standing:
    """Open, to come or closed: by its days, and closed for good once the town has written its conclusions."""
    if debate.closed_at is not None and debate.closed_at <= now:
        return Standing.CLOSED
    if debate.starts_at is not None and now < debate.starts_at:
        return Standing.UPCOMING
    return Standing.CLOSED if debate.ends_at is not None and debate.ends_at <= now else Standing.OPEN


def by_standing(debates: list[Debate], now: datetime) -> list[Debate]:
    """Open ones first (the nearest end before), then those to come, then closed ones, the last closed first."""
    return sorted(debates, key=lambda debate: _place(debate, now))


def check_can_speak(debate: Debate, now: datetime) -> None:
    """The debate is open."""
    match standing_of(debate, now):
        case Standing.UPCOMING:
            raise Refused(Reason.DEBATE_NOT_BEGUN, debate=debate.title, opens_on=debate.starts_at)
        case Standing.CLOSED if debate.closed_at is not None and debate.closed_at <= now:
            raise Refused(Reason.DEBATE_CONCLUDED, debate=debate.title, on=debate.closed_at)
        case Standing.CLOSED:
            raise Refused(Reason.DEBATE_ENDED, debate=debate.title, last_day=debate.ends_at)


def _place(debate: Debate, now: datetime) -> tuple[int, float]:
    standing = standing_of(debate, now)
    match standing:
        case Standing.OPEN:
            return _ORDER[standing], debate.ends_at.timestamp() if debate.ends_at else float("inf")
        case Standing.UPCOMING:
            return _ORDER[standing], debate.starts_at.timestamp() if debate.starts_at else 0.0
        case _:
            ended = [moment.timestamp() for moment in (debate.ends_at, debate.closed_at) if moment is not None]
            return _ORDER[Standing.CLOSED], -min(ended, default=0.0)
