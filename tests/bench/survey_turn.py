"""What a turn in a survey of twenty questions costs beside opening the menu, through the engine and the store.

    python -m tests.bench.survey_turn STORE SECONDS

prints JSON: of each kind of turn, microseconds of processor time. Sixty-four citizens walk in step, so that all that
share a commit do the same; a turn finds the caller, loads the session, advances it, and saves it. Nothing is sent.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from statistics import mean
from typing import TypeVar

from bot.compose import manner_of
from bot.engine import advance
from bot.manner import Manner
from bot.question import Said
from bot.session import dump_session, load_session
from channels.sms import Sms
from flows.participation import consent
from flows.participation.answers import choices_in
from flows.participation.conditions import asked
from flows.participation.survey import WRITTEN, Item, Survey, Type
from flows.participation.tenant import Town
from flows.turn import Deed, Heard, Turn
from storage.callers import Caller, find_caller
from storage.database import Db, Store
from storage.keys import Keys
from storage.migrate import upgrade
from storage.statements import save_session
from storage.tenants import Tenant
from tests.bench.machine import finished
from tests.bench.rows import Row, ratio
from tests.bench.twenty import answers_of, survey
from tests.flows.hall import IDEAS, SHADE, Citizen, vilanova
from tests.towns import local

Value = TypeVar("Value")

CITIZENS = 64
NOW = local("2026-11-25 10:00")
MENU, ONE, SEVERAL, FIVE, EVERY = "menu", "one option", "several options", "five by SMS", "question"
SMS_MENU = "menu by SMS"
FULL, BRIEF = Manner(), manner_of(Sms.limits)
_AT_ONCE = 5
_KINDS = {Type.SINGLE_OPTION: (ONE,), Type.MULTIPLE_OPTION: (SEVERAL,)}


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
            for each in said:
                assert each is not None, step
                assert step.expected in f"{each.title}\n{each.text}", (step, each)
            for kind in step.kinds:
                self.spent[kind].append(cost)
        for name, state in zip(self._states, before, strict=True):
            self._states[name] = state
        await self._together(self._put_back)

    async def _together(self, work: Callable[[str, Db], Value]) -> list[Value]:
        turns = (self._store.turn(self.town.id, name, partial(work, name)) for name in self._states)
        return await asyncio.gather(*turns)

    def _state(self, name: str, db: Db) -> str:
        return self._caller(name, db).state

    def _put_back(self, name: str, db: Db) -> None:
        save_session(db, self._caller(name, db).participant_id, self._states[name], NOW)

    def _turn(self, heard: Heard, manner: Manner, page_size: int, name: str, db: Db) -> Said | None:
        caller = self._caller(name, db)
        session = load_session(caller.state)
        turn = Turn(
            town=self.town,
            db=db,
            participant_id=caller.participant_id,
            language="en",
            now=NOW,
            channel="console",
            inbound_id=f"m{next(self._ids)}",
            page_size=page_size,
            answers={},
            address_id=caller.address_id,
        )
        said = advance(session, turn, heard, manner=manner)
        save_session(db, caller.participant_id, dump_session(session), NOW)
        return said

    @staticmethod
    def _caller(name: str, db: Db) -> Caller:
        caller = find_caller(db, "console", db.address_hash("console", name))
        assert caller is not None
        return caller


def one_by_one(town: Town) -> list[Step]:
    """The menu, and the survey through all that is asked, each answer typed by number."""
    asks = survey()
    items, answers = _longest(asks)
    steps = [_menu(MENU), _opening(town, asks)]
    for item, after in zip(items, [*items[1:], None], strict=True):
        kinds = (EVERY, *_KINDS.get(item.question.type, ())) if after else ()
        expected = after.question.text["en"] if after else "Shall I send it?"
        steps.append(Step(Heard(Deed.TYPE, _typed(item, answers[item.key])), expected, kinds))
    return steps


def at_once(town: Town) -> list[Step]:
    """The menu, and five questions in one message."""
    asks = survey()
    letters = " ".join(f"{number}{'ab'[number % 2]}" for number in range(1, _AT_ONCE + 1))
    after = asks.questions[_AT_ONCE].text["en"]
    return [_menu(SMS_MENU), _opening(town, asks), Step(Heard(Deed.TYPE, letters), after, (FIVE,))]


def _longest(asks: Survey) -> tuple[list[Item], dict[str, str]]:
    """All that is asked of somebody who is asked most; of several options "1 3" is chosen."""
    answers = max((answers_of(asks, person) for person in range(100)), key=len)
    for question in asks.questions:
        if question.type is Type.MULTIPLE_OPTION and question.slug in answers:
            answers[question.slug] = " ".join(question.options[place].slug for place in (0, 2))
    return asked(asks, answers), answers


def _menu(kind: str) -> Step:
    return Step(Heard(Deed.TYPE, "menu"), "", (kind,))


def _opening(town: Town, asks: Survey) -> Step:
    return Step(Heard(Deed.START, f"{town.code}-{asks.code}"), asks.questions[0].text["en"])


def _typed(item: Item, answer: str) -> str:
    """Numbers, or the words themselves."""
    if item.question.type in WRITTEN:
        return answer
    slugs = [option.slug for option in item.question.options]
    return " ".join(str(slugs.index(slug) + 1) for slug in choices_in(answer).options)


async def _main(url: str, seconds: float) -> Mapping[str, float]:
    upgrade(url, NOW)
    store = Store(url, Keys(bytes(32)))
    hall = Hall(store)
    hall.open()
    walks = ((one_by_one(hall.town), FULL, 20), (at_once(hall.town), BRIEF, Sms.limits.page_size))
    for walk in walks:
        await hall.walk(*walk)
    hall.spent.clear()
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        for walk in walks:
            await hall.walk(*walk)
    store.close()
    return {kind: mean(costs) for kind, costs in hall.spent.items()}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_main(sys.argv[1], float(sys.argv[2])))))
