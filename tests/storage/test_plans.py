"""Every query on the way of a message finds its rows by an index: it costs the same in a town of a million."""

import inspect as python
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event

from storage import hot, leaving, responses, stems
from storage.database import Store
from storage.prepared import Prepared
from storage.wire import owner_engine
from tests.storage.rows import add_rows
from tests.storage.test_apart import THEIR_VALUES, queries

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SMALL = {
    "approved_spaces": "a town has a handful",
    "missing_keys": "read once, as a server starts",
    "last_seal": "the last one of the key",
    "count_of_seals": "the last one of the key",
    "latest_entries": "the last ones of the key",
    "newest_sealed_entry": "the last one of an index",
    "hand_over": "when two people turn out to be one",
    "taken_tickets": "asked across tenants, where it has an index of its own",
    "contents_left": "done as a server starts, until none is left",
    "kept_attachments": "once an hour, off the turns",
    "batch_of_file": "a survey has a handful",
    "batches_of": "a survey has a handful",
    "tallied_surveys": "a town has a handful",
    "unasked_since": "asked of a town on trial, which writes to a handful",
    "awaited": "read when a town's files change",
    "move_reminders": "done when a town's files change",
}
RARE = (leaving.VOID_REPLIES, leaving.VOID_OTHERS, leaving.HASTEN_REPLIES)
"""As a server starts, or when a clock was set back."""
PREPARED = {"newest_having", "response_of", "answered_surveys", "counted_after", "paced_after", "schedule_from"}
"""Tried as statements of the hot path."""
WHOLE = re.compile(r"SCAN (?!lanes|anon_1)|\(tenant_id=\?\)$")


@pytest.fixture
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What goes to the database."""
    seen: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, _x: object, _many: bool) -> None:
        seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def plan(url: str, statement: str, parameters: Any) -> list[str]:
    """How SQLite would go about it."""
    with owner_engine(url).connect() as connection:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(parameters))]


@pytest.mark.parametrize("query", [query for query in queries() if query.__name__ not in PREPARED])
def test_a_query_reads_no_more_than_it_needs(
    store: Store, database_url: str, statements: list[tuple[str, Any]], query: Callable[..., Any]
) -> None:
    values = {name: THEIR_VALUES[name] for name in python.signature(query).parameters if name != "db"}
    store.run("vilanova", add_rows)
    statements.clear()
    store.run("vilanova", partial(query, **values))
    steps = [step for statement in list(statements) for step in plan(database_url, *statement)]
    assert steps
    if query.__name__ not in SMALL:
        assert [step for step in steps if WHOLE.search(step)] == []


@pytest.mark.parametrize(
    "statement", [each for each in (*hot.EVERY, *leaving.EVERY, *responses.EVERY, *stems.EVERY) if each not in RARE]
)
def test_a_statement_of_the_hot_path_reads_no_more_than_it_needs(
    store: Store, database_url: str, statement: Prepared
) -> None:
    words = statement.words("sqlite")
    if words:
        steps = plan(database_url, words, [1] * words.count("?"))
        assert [step for step in steps if WHOLE.search(step)] == []
