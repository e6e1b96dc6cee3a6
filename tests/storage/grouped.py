"""Hand turns to a store so that they share one group."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

from storage.database import Db, Store

Work = Callable[[Db], Any]


async def in_one_group(store: Store, *turns: tuple[str, str, Work]) -> Sequence[Any]:
    """Run (tenant, key, work) turns in one group; returns a value or an exception for each."""
    has_begun, is_full = threading.Event(), threading.Event()

    def hold_the_store(_: Db) -> None:
        has_begun.set()
        is_full.wait(10)

    blocker = asyncio.ensure_future(store.turn("vilanova", "", hold_the_store))
    await asyncio.to_thread(has_begun.wait, 10)
    waiting = [asyncio.ensure_future(store.turn(*turn)) for turn in turns]
    await asyncio.sleep(0)
    is_full.set()
    await blocker
    return await asyncio.gather(*waiting, return_exceptions=True)
