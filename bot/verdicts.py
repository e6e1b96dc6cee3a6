"""What somebody is told of a decision about their words, or against them: it is sent though they want no news."""

from datetime import datetime

from bot.telling import News, tell
from flows import moderated
from flows.participation.moderation import News as Told
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.database import Db
from storage.moderation import Item, Moderation, item_of
from storage.outbox import Purpose
from storage.participants import Participant


def is_verdict(kind: str) -> bool:
    """A happening of this kind is news of `flows.participation.moderation`."""
    return kind.rpartition("_")[2] in list(Told)


def tell_verdict(db: Db, town: Town, kind: str, subject: str, now: datetime) -> str:
    """Queue the words for the one concerned; returns the lane, or "" for nobody, or what has changed again since."""
    news, row = Told(kind.rpartition("_")[2]), db.find(Moderation, subject)
    whose, _, name = subject.partition(":")
    if whose == "participant":
        person = db.find(Participant, int(name))
        if person is None or (person.blocked_at is None) is (news is Told.BLOCKED):
            return ""
        return _tell(db, town, person.id, news, None, row, now)
    item = item_of(db, subject)
    if item is None or item.author_id is None or not _is_so(news, item):
        return ""
    return _tell(db, town, item.author_id, news, item, row, now)


def _is_so(news: Told, item: Item) -> bool:
    """A hiding that was taken back before it could be told is not told, nor what was hidden again."""
    match news:
        case Told.HIDDEN:
            return item.hidden_at is not None
        case Told.KEPT | Told.PASSED:
            return item.hidden_at is None
        case _:
            return True


def _tell(
    db: Db, town: Town, participant_id: int, news: Told, item: Item | None, row: Moderation | None, now: datetime
) -> str:
    def said(turn: Turn) -> News:
        return News((moderated.told(turn, news, item, row),))

    return tell(db, town, participant_id, now, said, purpose=Purpose.NOTICE)
