"""Where a person is written to, in words: one address, and what their other addresses are told."""

from collections.abc import Iterable

from flows.participation.reach import masked
from flows.reached import channel_name
from flows.turn import Letter, Turn
from storage.participants import Address, live_addresses


def name_of(turn: Turn, address: Address) -> str:
    """The channel, and as much of the address as its owner knows it by: "SMS …021"."""
    id = masked(address.channel, turn.db.unseal(address.sealed))
    return f"{channel_name(turn, address.channel)} {id}".strip()


def tell_linked(turn: Turn) -> None:
    """Every other address hears that this one is linked with it."""
    here = turn.db.one(Address, turn.address_id)
    words = turn.t(
        "Now you also talk to {town} from {address}: it is all one and the same person. If that was not you, write "
        "MY CHANNELS here and let it go.",
        town=turn.words(turn.town.name),
        address=name_of(turn, here),
    )
    _tell(turn, turn.participant_id, live_addresses(turn.db, turn.participant_id), words)


def tell_parted(turn: Turn, left: Iterable[Address], gone: Address, person_id: int) -> None:
    """The earlier person hears at the addresses that they still have that one is gone."""
    words = turn.t(
        "{address} is no longer linked with you in {town}: whoever writes from there begins as a stranger. All that is "
        "yours stays here. To link it again, write LINK.",
        town=turn.words(turn.town.name),
        address=name_of(turn, gone),
    )
    _tell(turn, person_id, left, words)


def tell_let_go(turn: Turn, gone: Iterable[Address], person_id: int) -> None:
    """The address that was let go from elsewhere hears it."""
    town = turn.words(turn.town.name)
    words = turn.t("This address is no longer linked with others in {town}. Write to us and we begin anew.", town=town)
    _tell(turn, person_id, (each for each in gone if each.stopped_at is None), words)


def _tell(turn: Turn, person_id: int, addresses: Iterable[Address], words: str) -> None:
    turn.letters += [
        Letter(person_id, each.channel, each.lane, each.sealed, words)
        for each in addresses
        if each.id != turn.address_id
    ]
