"""An address leaves the person it belonged to, who keeps everything; whoever writes from it begins with nothing."""

from dataclasses import dataclass

from flows.participation.reach import twin_of
from flows.turn import Turn
from storage.audit import record
from storage.belongings import belongings
from storage.outbox import hold_back
from storage.participants import Address, add_participant, live_addresses


@dataclass(frozen=True, slots=True)
class Parted:
    """The addresses that left, the new person they belong to, and where the earlier one can still be told."""

    person_id: int
    gone: tuple[Address, ...]
    left: tuple[Address, ...]


def part(turn: Turn, address_id: int) -> Parted:
    """Take an address from the turn's person, with the other channel of the same phone number.

    What was on its way there is held back. Where it is the address that speaks, the turn goes on as the new person.
    """
    theirs = belongings(turn.db, Address, turn.participant_id)
    leaving = next(each for each in theirs if each.id == address_id)
    gone = (leaving, *(each for each in theirs if _are_twins(turn, each, leaving)))
    person = add_participant(turn.db, turn.now)
    for each in gone:
        hold_back(turn.db, turn.participant_id, each.channel, each.sealed, turn.now)
        each.participant_id, each.doubted_at = person.id, None
    turn.db.flush()
    detail = {"channels": sorted(each.channel for each in gone), "to": person.id}
    record(turn.db, turn.actor, "address_parted", turn.actor, turn.now, detail)
    left = tuple(live_addresses(turn.db, turn.participant_id))
    if turn.address_id in [each.id for each in gone]:
        turn.become(person.id)
        turn.begins_anew = True
    return Parted(person.id, gone, left)


def _are_twins(turn: Turn, one: Address, other: Address) -> bool:
    id = turn.db.unseal(other.sealed)
    return one.channel == twin_of(other.channel, id) and turn.db.unseal(one.sealed) == id
