"""Turns in groups: alone in failure, together in durability, in order."""

from storage.database import Db, Store
from storage.participants import Participant
from tests.conftest import NOW


def add_participant(db: Db) -> int:
    participant = Participant(created_at=NOW)
    db.add(participant)
    return participant.id


async def test_a_turn_returns_its_value_and_is_kept(store: Store) -> None:
    participant_id = await store.turn("vilanova", "k", add_participant)
    found = await store.turn("vilanova", "k", lambda db: db.one(Participant, participant_id).created_at)
    assert found == NOW
