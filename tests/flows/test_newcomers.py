"""Newcomers on SMS who mistype, wander off and come back: nearly all finish a survey, and nobody is stuck."""

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.compose import manner_of
from bot.session import Asked, load_session
from bot.session import Session as Place
from channels.sms import Sms
from flows.participation.survey import Condition, ConditionType, Type
from storage.participants import Session
from storage.responses import Response
from tests.flows.hall import IDEAS, SHADE, Citizen, vilanova
from tests.towns import a_question, a_survey

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MANY = 1000 if os.environ.get("SOAK") else 60
TURNS_MOST, PATIENCE = 60, 7
SLIPS = ("9", "??", "si us plau", "menu", "help", "english", "back", "1 9", "a b", "hello", "more", "0", "99")
"""What is written by mistake, or elsewhere bound."""
SURVEY = a_survey(
    "park",
    a_question("often", "How often do you come?", options=("Daily", "Weekly", "Never")),
    a_question("why", "Why never?", Type.SHORT_ANSWER, conditions=(Condition("often", ConditionType.EQUAL, "never"),)),
    a_question("want", "What do you want?", Type.MULTIPLE_OPTION, ("Trees", "Water", "Games"), max_choices=2),
    a_question("first", "In which order?", Type.SORTING, ("Bus", "Bike", "Walk")),
    a_question("rate", "How is it?", Type.MATRIX_SINGLE, ("Good", "Bad"), ("Day", "Night")),
    a_question("more", "Anything else?", Type.LONG_ANSWER, is_mandatory=False),
    keyword="parc",
    code="parkcode01",
)


class Newcomer:
    """Reads what is open and answers it; slips now and then. Gives up after so many replies that led nowhere."""

    def __init__(self, citizen: Citizen, chance: random.Random) -> None:
        self.citizen, self.chance = citizen, chance

    def goes_on(self) -> str:
        """How it ends: "sent", "gave up", or "stuck" where no answer leads on."""
        self.citizen.says("parc")
        lost = 0
        for _ in range(TURNS_MOST):
            place = self.place
            if place.frame is None or place.frame.flow not in ("respond", "join"):
                if self.has_sent:
                    return "sent"
                self.citizen.says("parc")
                continue
            slips = self.chance.random() < 0.25
            lost = lost + 1 if slips else 0
            if lost == PATIENCE:
                return "gave up"
            if slips and self.chance.random() < 0.1:
                self.citizen.now += timedelta(days=2)
            self.citizen.says(self.chance.choice(SLIPS) if slips else self._answer(place))
            if self.has_sent:
                return "sent"
        return "stuck"

    @property
    def place(self) -> Place:
        return self.citizen.act(lambda turn: load_session(turn.db.one(Session, self.citizen.id).state))

    @property
    def has_sent(self) -> bool:
        mine = self.citizen.id
        return self.citizen.act(lambda turn: any(row.participant_id == mine for row in turn.db.all(select(Response))))

    def _answer(self, place: Place) -> str:
        prompt, frame = place.prompt, place.frame
        assert frame is not None
        if prompt is None:
            return "parc"
        if prompt.several:
            return " ".join(self._marked(each) for each in prompt.several)
        if frame.step == "preview":
            return "1"
        offered = [choice for choice in prompt.choices if choice.value]
        if frame.flow == "join":
            return "1"
        if not offered:
            return "skip" if prompt.choices else "Too far"
        if prompt.in_order:
            return "2 1 3"
        return "1 2" if prompt.picks else str(self.chance.randint(1, len(offered)))

    def _marked(self, asked: Asked) -> str:
        count = sum(1 for choice in asked.choices if choice.value)
        if asked.is_free:
            return f"\n{asked.number}: nothing"
        letters = "bac" if asked.in_order else "ab" if asked.is_many else "abc"[self.chance.randrange(count)]
        return f"{asked.number}{letters}"


def test_nearly_all_newcomers_finish_and_nobody_is_stuck(citizen: Citizen) -> None:
    phase = replace(IDEAS, surveys=("park",))
    town = replace(vilanova(replace(SHADE, phases=(phase,))), surveys=(SURVEY,))
    ends: Counter[str] = Counter()
    for seed in range(MANY):
        somebody = Citizen(citizen.store, town, citizen.now, manner=manner_of(Sms.limits), page_size=6)
        ends[Newcomer(somebody, random.Random(seed)).goes_on()] += 1
    assert ends["stuck"] == 0, ends
    assert ends["sent"] >= 0.95 * MANY, ends
