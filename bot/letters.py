"""What a turn says to other addresses than the one that wrote: a code, or that somebody linked or let go an address."""

from collections.abc import Sequence

import msgspec

from bot.bindings import bind, bound_to
from bot.notices import channel_words, town_name
from channels.catalog import CHANNELS
from channels.message import Outbound
from flows.turn import Letter, Turn
from storage.outbox import Purpose
from storage.statements import enqueue

_encode = msgspec.json.Encoder().encode


def post(turn: Turn) -> Sequence[str]:
    """Enqueue the turn's letters, the last thing it does; returns their lanes, to be woken."""
    for letter in turn.letters:
        is_shared = _owner(letter) != turn.town.id
        outbound = Outbound(
            text=letter.text,
            title=town_name(turn.town, turn.language) if is_shared else "",
            language=turn.language,
            words=channel_words(turn.language, is_slow=CHANNELS[letter.channel].limits.is_slow),
        )
        purpose = Purpose.CODE if letter.is_code else Purpose.NOTICE
        content = _encode(outbound).decode()
        enqueue(turn.db, letter.participant_id, letter.lane, letter.channel, letter.sealed, purpose, content, turn.now)
    for letter in turn.letters:
        if letter.is_code and _owner(letter) != turn.town.id:
            _bind(turn, letter)
    return [letter.lane for letter in turn.letters]


def _bind(turn: Turn, letter: Letter) -> None:
    """On a shared account the code is answered in the town that sent it, unless the address talks to another one."""
    db, town, id = turn.db, turn.town.id, turn.db.unseal(letter.sealed)
    db.move(_owner(letter))
    hash = db.address_hash(letter.channel, id)
    if not bound_to(db, letter.channel, hash):
        bind(db, letter.channel, hash, town, turn.now)
    db.move(town)


def _owner(letter: Letter) -> str:
    return letter.lane.partition(":")[2]
