"""How commands work on rows: a change in one turn, of which a dry run keeps nothing; a long table in stretches."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from bot.cli.folder import out
from storage.database import Db, Store
from storage.row import IdRow

_AT_ONCE = 500

Done = TypeVar("Done")
Found = TypeVar("Found", bound=IdRow)


class _NotMeant(Exception):
    """Ends a dry run's turn, so that nothing of it is kept."""


def in_one_turn(store: Store, tenant_id: str, work: Callable[[Db], Done], *, is_dry: bool) -> Done:
    """What `work` returns; a dry run does all of it as well, and then undoes it."""
    done: list[Done] = []

    def turn(db: Db) -> None:
        done[:] = [work(db)]
        if is_dry:
            raise _NotMeant

    with suppress(_NotMeant):
        store.run(tenant_id, turn)
    if is_dry:
        out.print("A dry run: nothing was changed, nothing is sent. It would say:")
    return done[0]


def stretches(
    store: Store, tenant_id: str, rows_after: Callable[[Db, int, int], Sequence[Found]]
) -> Iterator[Sequence[Found]]:
    """Rows in the order of their ids, stretch by stretch, each in a turn of its own; `rows_after` an id, so many."""

    def stretch(db: Db, after: int) -> Sequence[Found]:
        return rows_after(db, after, _AT_ONCE)

    after, count = 0, _AT_ONCE
    while count == _AT_ONCE:
        found = store.run(tenant_id, partial(stretch, after=after))
        yield found
        count = len(found)
        after = found[-1].id if found else 0
