"""Groups of turns: each in a savepoint of its own, all in one transaction, so that one commit makes them durable."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from storage.bound import Db, session_on
from storage.guard import EVERYONE
from storage.keys import Keys
from storage.wire import Wire, runs_again

_TRIES = 3


@dataclass(slots=True, eq=False)
class Waiting:
    """A turn in line, and what became of it."""

    tenant_id: str
    key: str
    work: Callable[[Db], Any]
    value: Any = None
    error: BaseException | None = None

    @property
    def order(self) -> tuple[bool, str, str]:
        """Across tenants last: a reply of the same group finds unclaimed what is then claimed, and does not pass it."""
        return self.tenant_id == EVERYONE, self.tenant_id, self.key


@dataclass(slots=True)
class Groups:
    """Runs groups on one connection, which is made when it is first needed and made anew when it was lost."""

    engine: Engine
    keys: Keys
    _wire: Wire | None = None
    _session: Session = field(init=False)

    def run(self, group: Sequence[Waiting]) -> None:
        """Run a group; afterwards every turn has its value or its error, and those with a value are durable."""
        try:
            self._run_together(group)
        except BaseException as error:
            self._give_up(group, error)
            if runs_again(error):
                for waiting in group:
                    self._run_alone(waiting)

    def close(self) -> None:
        """Close the connection."""
        wire, self._wire = self._wire, None
        if wire:
            self._session.close()
            wire.close()

    def _run_alone(self, waiting: Waiting) -> None:
        for _ in range(_TRIES):
            try:
                self._run_together([waiting])
            except BaseException as error:
                self._give_up([waiting], error)
                if runs_again(error):
                    continue
            return

    def _run_together(self, group: Sequence[Waiting]) -> None:
        wire = self._begin(is_shared=len(group) > 1)
        for waiting in group:
            waiting.value = waiting.error = None
            self._run_turn(wire, waiting)
        wire.commit()

    def _run_turn(self, wire: Wire, waiting: Waiting) -> None:
        wire.enter(waiting.tenant_id)
        db = Db(wire, self._session, waiting.tenant_id, self.keys)
        try:
            waiting.value = _plain(waiting.work(db))
            db.settle()
        except BaseException as error:
            if runs_again(error) or not wire.is_open:
                raise
            db.discard()
            wire.undo()
            waiting.value, waiting.error = None, error
        else:
            wire.leave()

    def _begin(self, *, is_shared: bool) -> Wire:
        """Begin a group; a connection that was lost since the last one is made anew, once."""
        if self._wire:
            try:
                self._wire.begin(is_shared=is_shared)
            except Exception:
                if not self._wire.is_lost:
                    raise
                self._drop()
            else:
                return self._wire
        self._wire = Wire(self.engine)
        self._session = session_on(self._wire)
        self._wire.begin(is_shared=is_shared)
        return self._wire

    def _give_up(self, group: Sequence[Waiting], error: BaseException) -> None:
        for waiting in group:
            waiting.value, waiting.error = None, error
        if self._wire:
            self._drop()

    def _drop(self) -> None:
        wire, self._wire = self._wire, None
        if wire:
            self._session.expunge_all()
            wire.drop()


def _plain(value: object) -> object:
    if inspect.iscoroutine(value):
        value.close()
        raise TypeError("a turn is synchronous: its work must not be a coroutine")
    return value
