"""The guard of the tenants' border: no statement reaches the database unless every table in it is bound to a tenant.

The check works on what is really compiled, after the ORM has added its criteria and correlation is resolved: once per
compiled statement it notes the bound parameters that name the tenant, and at each execution it compares their values.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, BooleanClauseList, ColumnClause, Grouping, Label
from sqlalchemy.sql.selectable import CTE, AliasedReturnsRows, FromClause, FromGrouping, Join, Subquery, TableClause

EVERYONE = "*"
"""The tenant of a turn that works across tenants."""

_HARMLESS = re.compile(r"\*|\w+|'[^']*'")


class Unbound(Exception):
    """A statement would touch rows without saying whose."""


class Guard(SQLCompiler):
    """A compiler that takes notes: what binds each table to a tenant, and what is not bound."""

    tenant_binds: list[BindParameter[Any]]
    unbound: list[str]
    tenant_names: tuple[str, ...] | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        self.tenant_binds, self.unbound = [], []
        super().__init__(*args, **options)

    def _setup_select_stack(self, select: Any, *args: Any) -> Sequence[FromClause]:
        compiler: Any = super()
        froms: Sequence[FromClause] = compiler._setup_select_stack(select, *args)
        self._note(froms, select.whereclause)
        return froms

    def visit_textclause(self, textclause: Any, *args: Any, **options: Any) -> str:
        self.unbound.append("text()")
        compiler: Any = super()
        return str(compiler.visit_textclause(textclause, *args, **options))

    def visit_column(self, column: ColumnClause[Any], *args: Any, **options: Any) -> str:
        if column.is_literal and not _HARMLESS.fullmatch(column.name):
            self.unbound.append("literal_column()")
        return super().visit_column(column, *args, **options)

    def visit_insert(self, insert_stmt: Any, *args: Any, **options: Any) -> str:
        if self.stack:
            self.unbound.append("an insert within a statement")
        compiler: Any = super()
        words = str(compiler.visit_insert(insert_stmt, *args, **options))
        self._note_insert(insert_stmt)
        return words

    def visit_update(self, update_stmt: Any, *args: Any, **options: Any) -> str:
        return self._visit_change(super().visit_update(update_stmt, *args, **options))

    def visit_delete(self, delete_stmt: Any, *args: Any, **options: Any) -> str:
        compiler: Any = super()
        return self._visit_change(str(compiler.visit_delete(delete_stmt, *args, **options)))

    def _visit_change(self, words: str) -> str:
        state = cast(Any, self.compile_state)
        if self.stack or not (self.isupdate or self.isdelete):
            self.unbound.append("a change within a statement")
            return words
        self._note([state.statement.table, *state._extra_froms], state.statement.whereclause)
        if self.isupdate and any(_key_of(column) == "tenant_id" for column in state._dict_parameters or ()):
            self.unbound.append("a new tenant_id")
        return words

    def _note_insert(self, insert: Any) -> None:
        if insert._multi_values:
            self.unbound.append("values() of several rows")
        conflict = getattr(insert, "_post_values_clause", None)
        if any(_key_of(key) == "tenant_id" for key in getattr(conflict, "update_values_to_set", None) or ()):
            self.unbound.append("a new tenant_id")
        if insert.select is not None:
            sources = dict(zip(insert._select_names, insert.select.selected_columns, strict=False))
            source = sources.get("tenant_id")
            source = source.element if isinstance(source, Label) else source
            if isinstance(source, BindParameter):
                self.tenant_binds.append(source)
            elif getattr(source, "key", "") != "tenant_id":
                self.unbound.append(f"insert into {insert.table.name}")

    def _note(self, froms: Sequence[FromClause], where: Any) -> None:
        bound = dict(_conditions(where))
        for source in froms:
            bound.update(_conditions_of_joins(source))
        for table in (leaf for source in froms for leaf in _leaves(source)):
            if table in bound:
                self.tenant_binds.append(bound[table])
            else:
                self.unbound.append(getattr(table, "name", type(table).__name__))


def _key_of(column: Any) -> str:
    return str(getattr(column, "key", column))


def _leaves(source: FromClause) -> Iterator[FromClause]:
    """The tables among what is selected from; a subquery is checked where it is compiled."""
    if isinstance(source, Join):
        yield from _leaves(source.left)
        yield from _leaves(source.right)
    elif isinstance(source, FromGrouping):
        yield from _leaves(source.element)
    elif not isinstance(source, (Subquery, CTE)) and not (
        isinstance(source, AliasedReturnsRows) and isinstance(source.element, (Subquery, CTE))
    ):
        yield source


def _conditions(clause: Any) -> Iterator[tuple[FromClause, BindParameter[Any]]]:
    """Each `table.tenant_id = :bound` that must hold for the clause to hold."""
    if isinstance(clause, Grouping):
        yield from _conditions(clause.element)
    elif isinstance(clause, BooleanClauseList) and clause.operator is operators.and_:
        for part in clause.clauses:
            yield from _conditions(part)
    elif isinstance(clause, BinaryExpression) and clause.operator is operators.eq:
        for column, value in ((clause.left, clause.right), (clause.right, clause.left)):
            if isinstance(column, ColumnClause) and column.name == "tenant_id" and isinstance(value, BindParameter):
                yield cast(TableClause, column.table), value


def _conditions_of_joins(source: FromClause) -> Iterator[tuple[FromClause, BindParameter[Any]]]:
    """An inner join's condition binds both sides; an outer join's only the side that may be missing."""
    if isinstance(source, FromGrouping):
        yield from _conditions_of_joins(source.element)
    elif isinstance(source, Join):
        yield from _conditions_of_joins(source.left)
        yield from _conditions_of_joins(source.right)
        if not source.full:
            bindable = set(_leaves(source.right if source.isouter else source))
            yield from ((table, bind) for table, bind in _conditions(source.onclause) if table in bindable)


def watch(engine: Engine) -> None:
    """Refuse from now on whatever is not bound to the tenant of the turn (`connection.info["tenant"]`)."""
    guard_compiler(engine.dialect)
    event.listen(engine, "before_cursor_execute", _check)


def guard_compiler(dialect: Dialect) -> None:
    """Make a dialect compile with the guard's notes."""
    compiler = type("GuardedCompiler", (Guard, dialect.statement_compiler), {})
    dialect.statement_compiler = cast(type[SQLCompiler], compiler)


def tenant_names(compiled: Guard) -> tuple[str, ...]:
    """The names of the parameters whose value must be the tenant; raises `Unbound` where a table has none."""
    if compiled.unbound:
        raise Unbound(f"not bound to a tenant: {', '.join(sorted(set(compiled.unbound)))} in {compiled}")
    if compiled.tenant_names is None:
        names = [compiled.bind_names[bind] for bind in compiled.tenant_binds]
        if compiled.isinsert and not cast(Any, compiled.statement).select is not None:
            names.append("tenant_id")
        compiled.tenant_names = tuple(dict.fromkeys(names))
    return compiled.tenant_names


def _check(connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    tenant = connection.info.get("tenant", "")
    if tenant == EVERYONE:
        return
    if not isinstance(context.compiled, Guard):
        raise Unbound(f"a statement that cannot be checked: {statement}")
    names = tenant_names(context.compiled)
    for values in context.compiled_parameters:
        if not all(values.get(name) == tenant for name in names):
            raise Unbound(f"bound to another tenant than {tenant!r}: {statement}")
        if context.isupdate and values.get("tenant_id", tenant) != tenant:
            raise Unbound(f"gives a row to another tenant than {tenant!r}: {statement}")
