"""One person, several addresses: a code goes to the other address, and is typed back on either side.

What is answered never tells whether an address is known. An address that nobody has proved gets one code a month,
whoever asks; one that is known gets three a day. A person asks three times a day.
"""

import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from flows.participation.reach import Reach, read_address, twin_of
from flows.participation.refusal import Reason, Refused
from flows.participation.uniting import United, unite
from flows.turn import Letter, Turn
from storage.audit import record
from storage.callers import lock_address
from storage.database import Db
from storage.pairings import Pairing, count_asked, count_sent, open_pairing_by, open_pairings_to
from storage.participants import Address, address_of, lock_participants

DIGITS = 6
TRIES = 5
LASTS = timedelta(minutes=30)
CODES_A_DAY = 3
_DAY = timedelta(days=1)
_READ_MOST = 40
_IS_CODE = re.compile(rf"\d{{{DIGITS}}}")
UNPROVED = timedelta(days=30)
"""How long an address that nobody has proved gets no second code."""


class Outcome(StrEnum):
    """What became of a code that was typed."""

    LINKED = "linked"
    WRONG = "wrong"
    OVER = "over"
    """Too late, too often wrong, or nobody waits for one."""


class Typed(NamedTuple):
    """What became of it, how many tries are left, and what became of what both had done."""

    outcome: Outcome
    left: int = 0
    united: United = United()


def code_in(text: str) -> str:
    """The code that the whole text is, in digits of any script; empty where it is none."""
    digits = "".join(character for character in text[:_READ_MOST] if character not in " -.\n")
    return "".join(str(unicodedata.digit(each)) for each in digits) if _IS_CODE.fullmatch(digits) else ""


def send_code(turn: Turn, text: str, words: Callable[[str], str]) -> None:
    """Send a code to the address that was written, in these words, if it may have one. Nothing tells whether it did."""
    reach, id = read_address(text, turn.reaches)
    hash = turn.db.address_hash(reach.channel, id)
    known = address_of(turn.db, reach.channel, hash)
    if known is not None and known.participant_id == turn.participant_id:
        raise Refused(Reason.ADDRESS_IS_YOURS)
    if count_asked(turn.db, turn.participant_id, turn.now - _DAY) >= CODES_A_DAY:
        raise Refused(Reason.CODES_SPENT, most=CODES_A_DAY)
    lock_address(turn.db, hash)
    pairing = Pairing(
        participant_id=turn.participant_id,
        channel=reach.channel,
        hash=hash,
        sealed=turn.db.seal(id),
        lane=reach.lane,
        code=b"",
        sent_at=turn.now,
    )
    if _may_have(turn, known, reach, hash):
        if (before := waiting(turn)) is not None:
            before.ended_at = turn.now
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        pairing.code = _keyed(turn.db, pairing, code)
        turn.letters.append(
            Letter(turn.participant_id, reach.channel, reach.lane, pairing.sealed, words(code), is_code=True)
        )
    turn.db.add(pairing)
    record(turn.db, turn.actor, "code_asked", turn.actor, turn.now, {"channel": reach.channel})


def waiting(turn: Turn) -> Pairing | None:
    """The code that the turn's person has asked for and may still type."""
    return open_pairing_by(turn.db, turn.participant_id, turn.now - LASTS)


def type_here(turn: Turn, text: str) -> Typed:
    """The person who asked types the code that went to the other address."""
    pairing = waiting(turn)
    if pairing is None:
        return Typed(Outcome.OVER)
    if not _fits(turn.db, pairing, text):
        pairing.tries += 1
        if pairing.tries < TRIES:
            return Typed(Outcome.WRONG, TRIES - pairing.tries)
        pairing.ended_at = turn.now
        return Typed(Outcome.OVER)
    _end(turn, pairing)
    return Typed(Outcome.LINKED, united=_link(turn, pairing))


def type_there(turn: Turn, text: str) -> Typed:
    """Whoever got the code answers with it, from the address that it went to."""
    pairing = expected(turn.db, turn.db.one(Address, turn.address_id), text, turn.now)
    if pairing is None:
        return Typed(Outcome.OVER)
    _end(turn, pairing)
    turn.db.one(Address, turn.address_id).proved_at = turn.now
    united = unite(turn, pairing.participant_id) if pairing.participant_id != turn.participant_id else United()
    return Typed(Outcome.LINKED, united=united)


def expected(db: Db, address: Address, text: str, now: datetime) -> Pairing | None:
    """The pairing whose code this is, typed at the address that it went to."""
    if not code_in(text):
        return None
    open_ones = open_pairings_to(db, address.channel, address.hash, now - LASTS)
    return next((each for each in open_ones if _fits(db, each, text)), None)


def is_expected(db: Db, address_id: int, text: str, now: datetime) -> bool:
    """The text is a code that went to this address and that somebody waits for."""
    return bool(code_in(text)) and expected(db, db.one(Address, address_id), text, now) is not None


def lock_both(db: Db, channel: str, hash: bytes, now: datetime) -> None:
    """Before somebody who types a code is found: lock everybody it could unite, always in the same order."""
    own = address_of(db, channel, hash)
    people = {own.participant_id} if own is not None else set()
    people |= {each.participant_id for each in open_pairings_to(db, channel, hash, now - LASTS)}
    asked = open_pairing_by(db, own.participant_id, now - LASTS) if own is not None else None
    if asked is not None and (other := _owner(db, asked)) is not None:
        people.add(other)
    lock_participants(db, people)


def _may_have(turn: Turn, known: Address | None, reach: Reach, hash: bytes) -> bool:
    if known is None or known.proved_at is None:
        return count_sent(turn.db, reach.channel, hash, turn.now - UNPROVED) == 0
    return known.stopped_at is None and count_sent(turn.db, reach.channel, hash, turn.now - _DAY) < CODES_A_DAY


def _link(turn: Turn, pairing: Pairing) -> United:
    """The address that the code went to is the turn's person's."""
    lock_address(turn.db, pairing.hash)
    known = address_of(turn.db, pairing.channel, pairing.hash)
    owner = _owner(turn.db, pairing)
    united = unite(turn, owner) if owner not in (None, turn.participant_id) and owner is not None else United()
    if known is None:
        address = Address(
            participant_id=turn.participant_id,
            channel=pairing.channel,
            hash=pairing.hash,
            sealed=pairing.sealed,
            lane=pairing.lane,
            proved_at=turn.now,
        )
        turn.db.add(address)
    else:
        known = address_of(turn.db, pairing.channel, pairing.hash) or known
        known.proved_at, known.doubted_at = turn.now, None
    return united


def _owner(db: Db, pairing: Pairing) -> int | None:
    """Whose the address is that the code went to, or the other channel of the same phone number."""
    if (known := address_of(db, pairing.channel, pairing.hash)) is not None:
        return known.participant_id
    id = db.unseal(pairing.sealed)
    if not (channel := twin_of(pairing.channel, id)):
        return None
    twin = address_of(db, channel, db.address_hash(channel, id))
    return twin.participant_id if twin is not None else None


def _end(turn: Turn, pairing: Pairing) -> None:
    pairing.ended_at = turn.now
    record(turn.db, turn.actor, "address_linked", turn.actor, turn.now, {"channel": pairing.channel})
    turn.db.flush()


def _fits(db: Db, pairing: Pairing, text: str) -> bool:
    return hmac.compare_digest(_keyed(db, pairing, code_in(text)), pairing.code)


def _keyed(db: Db, pairing: Pairing, code: str) -> bytes:
    return db.sign("pairing", f"{pairing.id}:{code}")
