"""What every table shares: a tenant first in every key, ids in order of time."""

import secrets
import threading
import time
from datetime import datetime, timezone

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

_SEQUENCE_BITS = 20


class Row(SQLModel):
    """A row of a tenant. Every primary, unique and foreign key begins with `tenant_id`."""

    tenant_id: str = Field(primary_key=True, foreign_key="tenants.tenant_id", max_length=40)


class IdRow(Row):
    """A row of a tenant with an id of its own, made by `new_id`."""

    id: int = Field(default_factory=lambda: new_id(), primary_key=True, sa_type=BigInteger)


class _Clock:
    """The last id given out, so that ids rise within a process even when the clock steps back."""

    lock = threading.Lock()
    last = 0


def new_id() -> int:
    """A 63-bit id: milliseconds since 1970, then 20 random bits; within a process each is greater than the last."""
    fresh = (time.time_ns() // 1_000_000 << _SEQUENCE_BITS) | secrets.randbits(_SEQUENCE_BITS)
    with _Clock.lock:
        _Clock.last = max(_Clock.last + 1, fresh)
        return _Clock.last


def time_of(row_id: int) -> datetime:
    """When an id was made (UTC, milliseconds)."""
    return datetime.fromtimestamp((row_id >> _SEQUENCE_BITS) / 1000, timezone.utc)
