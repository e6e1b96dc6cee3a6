"""Whom a broadcast is for: the rule as a statement of the database means whom it means told in Python."""

import os
from random import Random

from sqlmodel import select

from bot.freezing import begin, freeze
from flows.participation.broadcast import Audience
from storage.broadcasts import Recipient, RecipientState
from storage.database import Db, Store
from tests.bot.townsfolk import TENANT, Somebody, a_broadcast, a_rule, add_people, somebody, the_town
from tests.conftest import NOW

ROUNDS = 400 if os.environ.get("SOAK") else 40


def frozen(db: Db, audience: Audience, minute: int) -> dict[int, tuple[RecipientState, str]]:
    """What becomes of each person in the moment when the audience is frozen."""
    broadcast = a_broadcast(audience=audience)
    run = begin(db, broadcast, f"2026-11-25T{minute // 60:02}:{minute % 60:02}", NOW)
    assert run is not None
    while freeze(db, the_town(broadcast), run.id, NOW):
        pass
    rows = db.all(select(Recipient).where(Recipient.occurrence_id == run.id))
    return {row.participant_id: (row.state, row.lane) for row in rows}


def expected(people: list[Somebody], audience: Audience) -> dict[int, tuple[RecipientState, str]]:
    ends = {}
    for one in people:
        words = [is_in for (topic, _), is_in in one.said.items() if topic == "works"]
        if not words or not one.is_meant(audience):
            continue
        state = RecipientState.OPTED_OUT if not any(words) else RecipientState.NO_CHANNEL
        ends[one.id] = (RecipientState.WAITING, f"{one.channel}:{TENANT}") if one.channel else (state, "")
    return ends


def test_any_rule_means_whom_it_says(store: Store) -> None:
    chance = Random(1)
    people = [somebody(chance) for _ in range(60)]
    store.run(TENANT, lambda db: add_people(db, people))
    for minute in range(ROUNDS):
        audience = a_rule(chance) if minute else Audience()
        found = store.run(TENANT, lambda db: frozen(db, audience, minute))  # noqa: B023
        assert found == expected(people, audience), audience
        assert minute or {state for state, _ in found.values()} >= {RecipientState.WAITING, RecipientState.NO_CHANNEL}
