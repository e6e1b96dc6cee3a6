"""What somebody is told of a decision about their words, or against them: it is sent though they want no news."""

from datetime import datetime
from functools import partial

from bot.telling import tell
from flows import moderated
from flows.approved import Approved, Template
from flows.news import News
from flows.participation.moderation import Verdict
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.database import Db
from storage.moderation import Item, Moderation, item_of
from storage.outbox import Purpose
from storage.participants import Participant


def is_verdict(kind: str) -> bool:
    """A happening of this kind is news of `flows.participation.moderation`."""
    return kind.rpartition("_")[2] in list(Verdict)


def tell_verdict(db: Db, town: Town, kind: str, subject: str, now: datetime) -> str:
    """Queue the words for the one concerned; returns the lane, or "" for nobody, or what has changed again since."""
    verdict, row = Verdict(kind.rpartition("_")[2]), db.find(Moderation, subject)
    whose, _, name = subject.partition(":")
    item: Item | None = None
    if whose == "participant":
        person = db.find(Participant, int(name))
        if person is None or (person.blocked_at is None) is (verdict is Verdict.BLOCKED):
            return ""
        concerned = person.id
    else:
        item = item_of(db, subject)
        if item is None or item.author_id is None or not _is_so(verdict, item):
            return ""
        concerned = item.author_id
    return tell(db, town, concerned, now, partial(_news, verdict=verdict, item=item, row=row), Purpose.NOTICE)


def _is_so(verdict: Verdict, item: Item) -> bool:
    """A hiding that was taken back before it could be told is not told, nor what was hidden again."""
    match verdict:
        case Verdict.HIDDEN:
            return item.hidden_at is not None
        case Verdict.KEPT | Verdict.PASSED:
            return item.hidden_at is None
        case _:
            return True


def _news(turn: Turn, verdict: Verdict, item: Item | None, row: Moderation | None) -> News:
    told, town = moderated.told(turn, verdict, item, row), turn.words(turn.town.name)
    if item is None:
        return News((told,))
    return News((told,), approved=Approved(Template.DECISION, (town, moderated.title(item), item.reference)))
