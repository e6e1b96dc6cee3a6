"""People who have been here before: each with an address, a place in a conversation, and a reply that was sent."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import insert

from storage.database import Db, Store
from storage.outbox import Message, Purpose, State
from storage.participants import Address, Participant, Session
from storage.row import Row, new_id, table_of

_BATCH = 5_000
_STATE = '{"frame":{"flow":"menu","step":"start"},"prompt":{"number":1795600800000},"last_prompt":1795600800000}'


def populate(store: Store, towns: tuple[str, ...], people: int, now: datetime) -> None:
    """As many people, dealt to the towns in turn."""
    for town in towns:
        for start in range(0, people // len(towns), _BATCH):
            count = min(_BATCH, people // len(towns) - start)
            store.run(town, partial(_add, count=count, now=now))


def _add(db: Db, count: int, now: datetime) -> None:
    for model, rows in _rows(db.tenant_id, count, now):
        db.execute(insert(table_of(model)), rows)


def _rows(town: str, count: int, now: datetime) -> Iterator[tuple[type[Row], list[dict[str, object]]]]:
    people = [new_id() for _ in range(count)]
    lane = f"telegram:{town}"
    every: Mapping[type[Row], dict[str, object]] = {
        Participant: {
            "language": "en",
            "public_name": "",
            "attested_age": 16,
            "accepted_terms": "1",
            "is_easy": False,
            "blocked_reason": "",
            "created_at": now,
        },
        Address: {"channel": "telegram", "lane": lane, "stopped_reason": ""},
        Session: {"state": _STATE, "updated_at": now},
        Message: {
            "lane": lane,
            "channel": "telegram",
            "sealed": b"sealed",
            "purpose": Purpose.REPLY,
            "content": '{"text":"Open now: nothing."}',
            "state": State.SENT,
            "due_at": now,
            "leased_by": "",
            "attempts": 1,
            "parts_sent": 1,
            "external_id": "1",
            "reason": "",
            "ended_at": now,
            "is_farewell": False,
        },
    }
    for model, values in every.items():
        yield model, [{"tenant_id": town, **values, **_own(model, person)} for person in people]


def _own(model: type[Row], person: int) -> dict[str, object]:
    if model is Participant:
        return {"id": person}
    own: dict[str, object] = {"participant_id": person}
    if model is not Session:
        own["id"] = new_id()
    if model is Address:
        own |= {"hash": secrets.token_bytes(32), "sealed": secrets.token_bytes(44)}
    return own
