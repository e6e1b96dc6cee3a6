"""Core statements compiled once per dialect and run on the driver's cursor, for the few that every message needs."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Protocol, cast

from sqlalchemy import BindParameter, ColumnElement, Dialect, Table, bindparam, literal_column
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

from storage.guard import Guard, tenant_names

Convert = Callable[[Any], Any]


def bind(table: Table, column: str, name: str = "") -> BindParameter[Any]:
    """A parameter of a column's type, named as the column or otherwise."""
    return bindparam(name or column, type_=table.c[column].type)


def word(word: str) -> ColumnElement[Any]:
    """A constant in the statement's own words: a partial index is used only where its condition is repeated so."""
    return literal_column(f"'{word}'")


class Cursor(Protocol):
    """What both drivers' cursors can do."""

    @property
    def rowcount(self) -> int: ...
    def execute(self, statement: str, parameters: Sequence[Any], /) -> object: ...
    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]], /) -> object: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...


class Compiled:
    """One statement in one dialect's words, with the converters its types ask for."""

    def __init__(
        self, statement: Executable, columns: Sequence[str] | None, dialect: Dialect, is_checked: bool
    ) -> None:
        compiled = cast(Guard, cast(ClauseElement, statement).compile(dialect=dialect, column_keys=columns))
        if is_checked:
            tenant_names(compiled)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError(f"a default would be left out: {compiled}")
        self.sql = str(compiled)
        names = tuple(compiled.positiontup or ())
        self._constants = {name: compiled.binds[name].value for name in names if not compiled.binds[name].required}
        converters = [(place, _converter(compiled.binds[name].type, dialect)) for place, name in enumerate(names)]
        self._converters: list[tuple[int, Convert]] = [(place, convert) for place, convert in converters if convert]
        self._pick: Callable[[dict[str, Any]], Sequence[Any]] = (
            itemgetter(*names) if len(names) > 1 else lambda values: [values[name] for name in names]
        )

    def parameters(self, values: dict[str, Any]) -> Sequence[Any]:
        """The driver's parameters, in order."""
        picked = self._pick(values | self._constants if self._constants else values)
        if not self._converters:
            return picked
        parameters = list(picked)
        for place, convert in self._converters:
            parameters[place] = convert(parameters[place])
        return parameters


def _converter(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What the driver needs done to a value; SQLAlchemy's own converter, but for times, where ours is faster."""
    if isinstance(type_, UTCDateTime):
        return utc_text if dialect.name == "sqlite" else utc
    return type_.dialect_impl(dialect).bind_processor(dialect)


def utc(moment: datetime | None) -> datetime | None:
    """A time as `UTCDateTime` binds it on PostgreSQL."""
    if moment is None or moment.tzinfo is UTC:
        return moment
    if moment.utcoffset() is None:
        raise ValueError(f"a time without its zone: {moment}")
    return moment.astimezone(UTC)


@lru_cache(maxsize=256)
def utc_text(moment: datetime | None) -> str | None:
    """A time as `UTCDateTime` binds it on SQLite; a turn binds its own time again and again."""
    at = utc(moment)
    return None if at is None else at.isoformat(" ", "microseconds")[:26]


def moment(value: str | datetime) -> datetime:
    """A time as the driver gives it: text on SQLite."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value


def known_moment(value: str | datetime | None) -> datetime | None:
    """As `moment`, of a column that may have none."""
    return None if value is None else moment(value)


class Turn(Protocol):
    """What a statement needs of a turn's `db`."""

    @property
    def dialect(self) -> str: ...
    @property
    def cursor(self) -> Cursor: ...


class Prepared:
    """A statement of the hot path. `columns` are an insert's; without a `dialect` it is for both."""

    def __init__(self, statement: Executable, *columns: str, dialect: str = "", is_for_everyone: bool = False) -> None:
        self._statement, self._columns = statement, columns or None
        self._only, self._is_for_everyone = dialect, is_for_everyone
        self._compiled: dict[str, Compiled] = {}

    def execute(self, db: Turn, values: dict[str, Any]) -> Cursor:
        """Run it; the values are named as the statement's parameters, and may be more than it needs."""
        compiled = self._compiled[db.dialect]
        db.cursor.execute(compiled.sql, compiled.parameters(values))
        return db.cursor

    def execute_many(self, db: Turn, rows: Iterable[dict[str, Any]]) -> None:
        """Run it once per row."""
        compiled = self._compiled[db.dialect]
        db.cursor.executemany(compiled.sql, [compiled.parameters(values) for values in rows])

    def words(self, dialect: str) -> str:
        """What the driver is told; empty where the statement is not for this dialect."""
        return self._compiled[dialect].sql if dialect in self._compiled else ""

    def prepare(self, dialect: Dialect) -> None:
        """Compile it for a dialect; raises `Unbound` where a table is not bound to a tenant."""
        if dialect.name not in self._compiled and self._only in ("", dialect.name):
            self._compiled[dialect.name] = Compiled(
                self._statement, self._columns, dialect, is_checked=not self._is_for_everyone
            )
