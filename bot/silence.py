"""A year of silence: an address may be another person's by now, so it is asked before anything is shown or done."""

from datetime import datetime, timedelta
from enum import Enum, auto

from bot.notices import channel_words
from channels.message import Choice, Inbound, Kind, Outbound
from flows.keywords import Command, command_in, is_yes
from flows.reply import fold, number_in
from flows.text import catalogue
from storage.callers import Caller
from storage.database import Db
from storage.participants import Address
from storage.row import time_of

SILENT = timedelta(days=365)
_YES, _NO = "?yes", "?no"
_NOES = ("no",)


class Answer(Enum):
    """What somebody who was silent for so long says of it; `CLEAR`: nobody has to be asked."""

    CLEAR = auto()
    SAME = auto()
    OTHER = auto()
    ASKED = auto()


def is_silent(address: Address, now: datetime) -> bool:
    """Nothing has come from there for so long that nothing is sent there but the question."""
    return now - (address.heard_at or address.proved_at or time_of(address.id)) > SILENT


def answer_of(caller: Caller, inbound: Inbound, now: datetime) -> Answer:
    """Whether who writes has to say first that they are still the same, and what they say of it."""
    is_asked = caller.doubted_at is not None
    if not is_asked and (caller.heard_at is None or now - caller.heard_at <= SILENT):
        return Answer.CLEAR
    if inbound.kind is Kind.PRESS and inbound.text in (_YES, _NO):
        return Answer.SAME if inbound.text == _YES else Answer.OTHER
    if not is_asked or inbound.kind is not Kind.TEXT:
        return Answer.ASKED
    number = number_in(inbound.text)
    if number == 1 or is_yes(inbound.text):
        return Answer.SAME
    if number == 2 or fold(inbound.text) in _NOES or command_in(inbound.text) is Command.NOT_ME:
        return Answer.OTHER
    return Answer.ASKED


def doubt(db: Db, address_id: int, now: datetime) -> None:
    """The question is on its way."""
    db.one(Address, address_id).doubted_at = now


def trust(db: Db, address_id: int, now: datetime) -> None:
    """They are still the same."""
    address = db.one(Address, address_id)
    address.doubted_at, address.heard_at = None, now


def question(language: str, town: str, is_shared: bool) -> Outbound:
    """It tells nothing of whoever wrote from there before."""
    t = catalogue(language).translate
    return Outbound(
        text=t(
            "Nobody has written to {town} from this address for a year or more. Before I go on: is it still you?",
            {"town": town},
        ),
        title=town if is_shared else "",
        choices=(Choice(1, t("Yes, it is still me", {}), _YES), Choice(2, t("No, this is not me", {}), _NO)),
        language=language,
        words=channel_words(language),
    )
