"""An address that died: nothing more is sent there, and who had it is told where they can still be reached."""

from datetime import datetime
from functools import partial

from bot.stops import GONE, stop_address
from bot.telling import tell
from flows import news
from flows.participation.tenant import Town
from storage.database import Db
from storage.outbox import Purpose


def lose_address(db: Db, town: Town | None, channel: str, hash: bytes, now: datetime) -> str:
    """Stop it; returns the lane of what is told, once, or "" where nobody can be told."""
    participant_id = stop_address(db, channel, hash, GONE, now)
    if participant_id is None or town is None:
        return ""
    return tell(db, town, participant_id, now, partial(news.unreachable, channel=channel), Purpose.NOTICE)
