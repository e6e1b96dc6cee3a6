"""Rows read by their key, and new rows, by the driver: what turns do most, at a tenth of the ORM's cost.

Either way the session has the row afterwards, and writes what is changed in it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Dialect, bindparam, insert, inspect, select
from sqlalchemy.orm import Session, configure_mappers, make_transient_to_detached
from sqlmodel import SQLModel

from storage.prepared import Prepared, Turn
from storage.row import table_of
from storage.tables import TABLES

Convert = Callable[[Any], Any]


def _by_key(model: type[SQLModel]) -> Prepared:
    table = table_of(model)
    binds = (column == bindparam(column.key, type_=column.type) for column in table.primary_key)
    return Prepared(select(*table.columns).where(*binds))


configure_mappers()
_BY_KEY: Mapping[type[SQLModel], Prepared] = {model: _by_key(model) for model in TABLES}
_INSERT: Mapping[type[SQLModel], Prepared] = {
    model: Prepared(insert(table_of(model)), *table_of(model).columns.keys()) for model in TABLES
}
EVERY = (*_BY_KEY.values(), *_INSERT.values())


def look_up(db: Turn, session: Session, model: type[SQLModel], key: tuple[object, ...]) -> Any:
    """The session's row with this key (the tenant first), read if it has not been; None where there is none."""
    if session.new or session.deleted:
        session.flush()
    known = session.identity_map.get((model, key, None))
    if known is not None:
        return known
    shape = _shape(model, session.get_bind().dialect)
    values = _BY_KEY[model].execute(db, dict(zip(shape.key, key, strict=True))).fetchone()
    if values is None:
        return None
    row = shape.new()
    fields = dict(zip(shape.columns, values, strict=True))
    for name, convert in shape.converters:
        fields[name] = convert(fields[name])
    vars(row).update(fields)
    make_transient_to_detached(row)
    session.add(row)
    return row


def insert_row(db: Turn, session: Session, row: SQLModel) -> None:
    """Write a new row now."""
    if session.deleted:
        session.flush()
    _INSERT[type(row)].execute(db, vars(row))
    make_transient_to_detached(row)
    session.add(row)


def append(db: Turn, model: type[SQLModel], values: dict[str, Any]) -> None:
    """Write a new row that this turn has no object of; every column is named."""
    _INSERT[model].execute(db, values)


class _Shape(NamedTuple):
    key: Sequence[str]
    columns: Sequence[str]
    converters: Sequence[tuple[str, Convert]]
    new: Callable[[], Any]


@cache
def _shape(model: type[SQLModel], dialect: Dialect) -> _Shape:
    table, mapper = table_of(model), inspect(model)
    converters = [
        (column.key, column.type.dialect_impl(dialect).result_processor(dialect, None)) for column in table.columns
    ]
    return _Shape(
        [column.key for column in mapper.primary_key],
        table.columns.keys(),
        [(name, convert) for name, convert in converters if convert],
        mapper.class_manager.new_instance,
    )
