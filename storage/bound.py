"""What a turn works with: the store as one tenant sees it."""

import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import event, func
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, with_loader_criteria
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.sql.base import Executable
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.guard import EVERYONE, Unbound
from storage.keys import Keys
from storage.row import IdRow, Row, new_id
from storage.rows import append, insert_row, look_up
from storage.tables import TABLES
from storage.tenants import Tenant
from storage.wire import Wire

Model = TypeVar("Model", bound=SQLModel)
Value = TypeVar("Value")
Values = TypeVarTuple("Values")


class Db:
    """One turn's view of the store, bound to one tenant: other tenants' rows do not exist in it.

    Rows that were changed or removed are written before the next query and at the end of the turn. Nothing
    loaded here lives longer than the turn.
    """

    def __init__(self, wire: Wire, session: Session, tenant_id: str, keys: Keys) -> None:
        self._wire, self._idle_session, self._keys = wire, session, keys
        self._used_session: Session | None = None
        self._refusal: Exception | None = None
        self.tenant_id = tenant_id
        self.dialect = wire.dialect
        self.cursor = wire.cursor

    @property
    def _session(self) -> Session:
        """The session, from the first use on; most turns of the hot path need none."""
        if self._used_session is None:
            self._used_session = self._idle_session
            self._used_session.info["tenant"] = self.tenant_id
        return self._used_session

    def find(self, model: type[Model], *key: object) -> Model | None:
        """The row with this key, without the tenant, which is always this one's (in a turn across tenants: with it)."""
        whole = key if self.tenant_id == EVERYONE else (self.tenant_id, *key)
        row: Model | None = look_up(self, self._session, model, whole)
        return row

    def one(self, model: type[Model], *key: object) -> Model:
        """The row with this key; raises `LookupError` where there is none."""
        row = self.find(model, *key)
        if row is None:
            raise LookupError(f"no {model.__name__} {key}")
        return row

    def first(self, query: SelectOfScalar[Value]) -> Value | None:
        """The first row of a query."""
        return self._session.exec(query).first()

    def all(self, query: SelectOfScalar[Value]) -> Sequence[Value]:
        """All rows of a query."""
        return self._session.exec(query).all()

    def tuples(self, query: Select[*Values]) -> Sequence[tuple[*Values]]:
        """All rows of a query of several columns."""
        return self._session.exec(query).all()

    def count(self, query: SelectOfScalar[Any]) -> int:
        """How many rows a query has."""
        return self._session.exec(select(func.count()).select_from(query.order_by(None).subquery())).one()

    def add(self, row: Row | Tenant) -> None:
        """Write a new row now, of this tenant; what is changed in it later is written as well."""
        if self.tenant_id != EVERYONE:
            row.tenant_id = row.tenant_id or self.tenant_id
            if row.tenant_id != self.tenant_id or instance_state(row).key is not None:
                raise Unbound(f"a {type(row).__name__} of {row.tenant_id!r} in a turn of {self.tenant_id!r}")
        with self._whole():
            insert_row(self, self._session, row)

    def append(self, model: type[IdRow], **columns: object) -> None:
        """Write a new row now, without making an object of it: for what is only ever kept. Names every other column."""
        if self.tenant_id == EVERYONE:
            raise Unbound(f"a {model.__name__} of nobody")
        with self._whole():
            append(self, model, columns | {"tenant_id": self.tenant_id, "id": new_id()})

    def remove(self, row: SQLModel) -> None:
        """Delete a row."""
        self._session.delete(row)

    def flush(self) -> None:
        """Write now what was changed or removed, so that what the database refuses is raised here."""
        self._session.flush()

    def execute(self, statement: Executable, rows: Sequence[dict[str, object]] | None = None) -> int:
        """Run an insert, update or delete, and return how many rows it touched.

        An insert names its `tenant_id` (`db.tenant_id`); an update or delete of a model need not.
        """
        result: Any = self._session.execute(statement, rows)
        return int(result.rowcount)

    def seal(self, text: str) -> bytes:
        """Encrypt for this turn's tenant; `Keys.unseal` opens it."""
        return self._keys.seal(self.tenant_id, text)

    def unseal(self, sealed: bytes) -> str:
        """What `seal` encrypted for this turn's tenant."""
        return self._keys.unseal(self.tenant_id, sealed)

    def address_hash(self, channel: str, id: str) -> bytes:
        """What an address of this turn's tenant is found by."""
        return self._keys.address_hash(self.tenant_id, channel, id)

    def sign(self, purpose: str, text: str) -> bytes:
        """A keyed hash of this turn's tenant, the same for the same words."""
        return hmac.digest(self._keys.signing(self.tenant_id, purpose), text.encode(), "sha256")

    def move(self, tenant_id: str) -> None:
        """Go on as another tenant, in the same turn. For the inbox alone, where an account is shared by towns."""
        self.settle()
        self._wire.move(tenant_id)
        self.tenant_id = tenant_id

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """A row that the database refused fails the turn, even one that goes on: nothing is kept by halves."""
        try:
            yield
        except Exception as refusal:
            self._refusal = refusal
            raise

    def settle(self) -> None:
        """Write what the turn changed, and forget its rows. For the store."""
        if self._refusal:
            raise self._refusal
        if session := self._used_session:
            session.commit()
            session.expunge_all()
            self._used_session = None

    def discard(self) -> None:
        """Forget what the turn changed, and its rows. For the store."""
        if session := self._used_session:
            session.rollback()
            session.expunge_all()


def session_on(wire: Wire) -> Session:
    """The ORM session that turns share, one after the other; it works in a savepoint of its own."""
    session = Session(wire.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    event.listen(session, "do_orm_execute", _add_criteria)
    return session


@lru_cache(maxsize=4096)
def _criteria(tenant_id: str) -> tuple[LoaderCriteriaOption, ...]:
    return tuple(
        with_loader_criteria(model, col(model.tenant_id) == tenant_id, include_aliases=True) for model in TABLES
    )


def _add_criteria(state: ORMExecuteState) -> None:
    tenant_id = state.session.info["tenant"]
    if tenant_id != EVERYONE and state.is_orm_statement:
        state.statement = state.statement.options(*_criteria(tenant_id))
