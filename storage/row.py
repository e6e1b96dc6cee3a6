"""What every table shares: a tenant first in every key, ids in order of time."""

import random
import secrets
import threading
import time
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, Enum, Table
from sqlmodel import Field, SQLModel

_SEQUENCE_BITS = 20
_DAY = 86_400_000
LAST_ID = 2**63 - 1
"""No id is greater."""

SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class _Clock:
    """The last id given out, so that ids rise within a process even when the clock steps back."""

    lock = threading.Lock()
    last = 0
    chance = random.Random(secrets.randbits(64))  # noqa: S311  (ids are no secret; this is ten times as fast)


def new_id() -> int:
    """A 63-bit id: milliseconds since 1970, then 20 random bits; within a process each is greater than the last."""
    fresh = (time.time_ns() // 1_000_000 << _SEQUENCE_BITS) | _Clock.chance.getrandbits(_SEQUENCE_BITS)
    with _Clock.lock:
        _Clock.last = max(_Clock.last + 1, fresh)
        return _Clock.last


class Row(SQLModel):
    """A row of a tenant. Every primary, unique and foreign key begins with `tenant_id`.

    The store fills `tenant_id` when a row is added, and refuses one of another tenant.
    """

    tenant_id: str = Field(default="", primary_key=True, foreign_key="tenants.tenant_id", max_length=40)


class IdRow(Row):
    """A row of a tenant with an id of its own, made by `new_id`."""

    id: int = Field(default_factory=new_id, primary_key=True, sa_type=BigInteger)


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model, for Core statements."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def by_value(words: type[StrEnum]) -> Enum:
    """The column type of a closed set: its values as plain text, so that a new word needs no migration."""
    return Enum(
        words, native_enum=False, length=12, values_callable=lambda members: [member.value for member in members]
    )


def time_of(row_id: int) -> datetime:
    """When an id was made (UTC, milliseconds)."""
    return datetime.fromtimestamp((row_id >> _SEQUENCE_BITS) / 1000, UTC)


def new_id_of_day(start: datetime) -> int:
    """As `new_id`, but of any moment of the day that began then: its order tells nothing."""
    moment = start + timedelta(milliseconds=_Clock.chance.randrange(_DAY))
    return first_id_at(moment) | _Clock.chance.getrandbits(_SEQUENCE_BITS)


def ids_of(seconds: float) -> int:
    """By how much an id rises in so many seconds."""
    return int(seconds * 1000) << _SEQUENCE_BITS


def first_id_at(moment: datetime) -> int:
    """The least id that can be made at this time."""
    return int(moment.timestamp() * 1000) << _SEQUENCE_BITS
