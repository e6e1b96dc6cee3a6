"""What a turn in a survey of twenty questions costs beside opening the menu, through the engine and the store.

    python -m tests.bench.survey_turn STORE SECONDS

prints JSON: of each kind of turn, microseconds of processor time. Sixty-four citizens walk in step, so that all that
share a commit do the same; a turn finds the caller, loads the session, advances it, and saves it. Nothing is sent.
"""

import asyncio
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from bot.compose import manner_of
from bot.manner import Manner
from channels.sms import Sms
from flows.participation import consent
from flows.participation.tenant import Town
from flows.turn import Heard
from storage.database import Store
from storage.tenants import Tenant
from tests.bench.machine import finished
from tests.bench.rows import Row, ratio
from tests.bench.twenty import survey
from tests.flows.hall import IDEAS, SHADE, Citizen, vilanova
from tests.towns import local

CITIZENS = 64
NOW = local("2026-11-25 10:00")
MENU, ONE, SEVERAL, FIVE, EVERY = "menu", "one option", "several options", "five by SMS", "question"
SMS_MENU = "menu by SMS"
FULL, BRIEF = Manner(), manner_of(Sms.limits)
_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Step:
    """What everybody says next, what has to stand in the answer, and the kinds of turn that it counts as."""

    heard: Heard
    expected: str
    kinds: tuple[str, ...] = ()


async def run(rounds: int, seconds: float) -> list[Row]:
    """Each round on a fresh file; menu and survey take turns within it."""
    spent: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for number in range(rounds):
            store = f"sqlite:///{folder}/{number}.sqlite3"
            printed = await finished(["-m", "tests.bench.survey_turn", store, str(seconds)])
            for kind, cost in json.loads(printed).items():
                spent[kind].append(cost)
    menu = spent[MENU]
    rows = [
        ratio("a turn in a survey, any question / the menu", "us", spent[EVERY], menu),
        ratio("an answer of one option / the menu", "us", spent[ONE], menu),
        ratio("an answer of several options, “1 3” / the menu", "us", spent[SEVERAL], menu),
        ratio("an SMS that answers five questions / the menu by SMS", "us", spent[FIVE], spent[SMS_MENU]),
    ]
    each = [cost / _AT_ONCE for cost in spent[FIVE]]
    return [*rows, ratio("one of the five answers in an SMS / an answer alone", "us", each, spent[ONE])]


class Hall:
    """Citizens in step with each other, and what their turns cost."""

    def __init__(self, store: Store) -> None:
        asked = survey()
        phase = replace(IDEAS, surveys=(asked.slug,))
        self.town: Town = replace(vilanova(replace(SHADE, phases=(phase,))), surveys=(asked,))
        self.spent: dict[str, list[float]] = defaultdict(list)
        self._store, self._ids = store, count(1)
        self._states: dict[str, str] = {}

    def open(self) -> None:
        """Everybody has said all that a survey needs, and stands in the menu."""
        self._store.run(self.town.id, lambda db: db.add(Tenant(tenant_id=self.town.id)))
        for _ in range(CITIZENS):
            somebody = Citizen(self._store, self.town, NOW)
            somebody.says("hello")
            somebody.says("english")
            somebody.act(lambda turn: consent.attest_age(turn, 16, "16?"))
            somebody.act(consent.accept_terms)
            somebody.act(lambda turn: consent.choose_updates(turn, False, "news?"))
            somebody.says("menu")
            self._states[str(somebody.id)] = ""

    async def walk(self, steps: Sequence[Step], manner: Manner, page_size: int) -> None:
        """All steps once, each by everybody; then all stand where they stood before."""
        before = await self._together(self._state)
        for step in steps:
            begun = time.process_time()
            said = await self._together(partial(self._turn, step.heard, manner, page_size))
            cost = (time.process_time() - begun) / len(said) * 1e6
            words = said[0].text if said[0] else ""
            assert all(each is not None and step.expected in f"{each.title}\n{each.text}" for each in said), (
                step,
                words,
            )
            for kind in step.kinds:
                self.spent[kind].append(cost)
        for name, state in zip(self._states, before, strict=True):
            self._states[name] = state
        await self._together(self._put_back)

    async def _together(self, work):  # type: ignore[no-untyped-def]
        turns = (self._store.turn(self.town.id, name, partial(work, name)) for name in self._states)
        return await asyncio.gather(*turns)
