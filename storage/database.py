"""The store: turns wait in line, run in one thread in groups, and are answered once their group is durable."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from operator import attrgetter
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias, TypeVar

from storage import hot, leaving, responses, rows, stems
from storage.bound import Db
from storage.groups import Groups, Waiting
from storage.guard import EVERYONE, Unbound
from storage.keys import Keys
from storage.wire import engine_for, prepare

__all__ = ["Db", "Store", "Unbound"]

Value = TypeVar("Value")
_Answer: TypeAlias = "Future[Any] | asyncio.Future[Any]"
_InLine: TypeAlias = tuple[Waiting, _Answer]

GROUP = 64
"""The most turns that share a commit."""


class Store:
    """The database, one thread, one connection. Close it in the end: what was handed over before is still done."""

    def __init__(self, url: str, keys: Keys) -> None:
        self.url, self.keys = url, keys
        self._engine = engine_for(url)
        prepare(self._engine, (*hot.EVERY, *leaving.EVERY, *responses.EVERY, *rows.EVERY, *stems.EVERY))
        self._line: SimpleQueue[_InLine | None] = SimpleQueue()
        self._is_closed = False
        self._thread = threading.Thread(target=self._serve, name="store", daemon=True)
        self._thread.start()

    async def turn(self, tenant_id: str, key: str, work: Callable[[Db], Value]) -> Value:
        """Run `work` as a turn of a tenant, and return its value once it is durable.

        Turns that wait together go in order of tenant and key (the participant); those of one key keep theirs. One that
        raises is undone alone. `work` is a plain function and may run twice, so it changes nothing but `db`.
        """
        answer: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        self._hand_over(Waiting(tenant_id, key, work), answer)
        return await answer

    def run(self, tenant_id: str, work: Callable[[Db], Value]) -> Value:
        """As `turn`, blocking: for the command line."""
        answer: Future[Value] = Future()
        self._hand_over(Waiting(tenant_id, "", work), answer)
        return answer.result()

    async def no_tenant(self, work: Callable[[Db], Value]) -> Value:
        """A turn across tenants, for the few statements that need it: a test lists its callers by name."""
        return await self.turn(EVERYONE, "", work)

    def run_no_tenant(self, work: Callable[[Db], Value]) -> Value:
        """As `no_tenant`, blocking."""
        return self.run(EVERYONE, work)

    def close(self) -> None:
        """Do what waits in line, then stop."""
        if not self._is_closed:
            self._is_closed = True
            self._line.put(None)
            self._thread.join()
            self._engine.dispose()

    def _hand_over(self, waiting: Waiting, answer: _Answer) -> None:
        if self._is_closed:
            raise RuntimeError("the store is closed")
        self._line.put((waiting, answer))

    def _serve(self) -> None:
        groups = Groups(self._engine, self.keys)
        is_last = False
        while not is_last:
            taken, is_last = self._next_group()
            groups.run(sorted((waiting for waiting, _ in taken), key=attrgetter("order")))
            _answer(taken)
        groups.close()

    def _next_group(self) -> tuple[list[_InLine], bool]:
        taken: list[_InLine] = []
        waiting = self._line.get()
        while waiting is not None:
            taken.append(waiting)
            if len(taken) == GROUP:
                return taken, False
            try:
                waiting = self._line.get_nowait()
            except Empty:
                return taken, False
        return taken, True


def _answer(taken: Iterable[_InLine]) -> None:
    """Hand back what became of a group, with one call into each loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_InLine]] = defaultdict(list)
    for waiting, answer in taken:
        if isinstance(answer, asyncio.Future):
            by_loop[answer.get_loop()].append((waiting, answer))
        else:
            _settle([(waiting, answer)])
    for loop, answers in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, answers)


def _settle(answers: Sequence[_InLine]) -> None:
    for waiting, answer in answers:
        if answer.done():
            continue
        if waiting.error is None:
            answer.set_result(waiting.value)
        else:
            answer.set_exception(waiting.error)
