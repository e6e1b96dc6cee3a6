"""Any survey, answered in any order, with steps back and changes, ends as the same answers in a form would have."""

import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from flows.participation import consent
from flows.participation.answers import choices_in
from flows.participation.conditions import asked
from flows.participation.survey import CHOSEN, WRITTEN, Item, Survey
from storage.responses import Response
from tests.flows.hall import IDEAS, SHADE, Citizen, vilanova
from tests.flows.survey_strategies import answers_to, surveys

_TURNS_MOST = 200
MANY = 2000 if os.environ.get("SOAK") else 25

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def a_form(survey: Survey, given: dict[str, str]) -> dict[str, str]:
    """What a form with these fields filled in hands in: what it does not show it does not send."""
    return {item.key: given[item.key] for item in asked(survey, given) if given.get(item.key)}


def typed(item: Item, answer: str) -> str:
    """The answer as somebody types it."""
    if item.question.type in WRITTEN:
        return answer
    given = choices_in(answer)
    slugs = [option.slug for option in item.question.options]
    numbers = " ".join(str(slugs.index(slug) + 1) for slug in given.options)
    slug, words = next(iter(given.words.items()), ("", ""))
    return f"{numbers}: {words}" if words and slug == given.options[-1] else numbers


class Walker:
    """Somebody who answers what is asked, and now and then goes back or changes an answer."""

    def __init__(self, citizen: Citizen, survey: Survey, draw: st.DataObject) -> None:
        self.citizen, self.survey, self.draw = citizen, survey, draw
        self.given: dict[str, str] = {}

    def walk(self) -> None:
        reply = self.citizen.follows_link(f"vilanovacd-{self.survey.code}")
        wishes = self.draw.draw(st.integers(0, 6), "changes")
        for _ in range(_TURNS_MOST):
            if "Shall I send it?" in reply:
                if not wishes:
                    self.citizen.picks("Send it")
                    return
                wishes -= 1
                reply = self._change()
            elif wishes and self.draw.draw(st.integers(0, 5), "goes back") == 0:
                wishes -= 1
                reply = self.citizen.says("back")
                if "Question" not in reply and "Shall I send it?" not in reply:
                    reply = self.citizen.follows_link(f"vilanovacd-{self.survey.code}")
            else:
                reply = self._answer(reply)
        raise AssertionError(reply)

    def _change(self) -> str:
        self.citizen.picks("Change something")
        labels = self.citizen.labels
        return self.citizen.picks(self.draw.draw(st.sampled_from(labels), "change"))

    def _answer(self, reply: str) -> str:
        item = self._asked(reply)
        answer = self.given[item.key] = self.draw.draw(answers_to(item), item.key)
        if not answer:
            return self.citizen.says("skip")
        reply = self.citizen.says(typed(item, answer))
        given = choices_in(answer) if item.question.type in CHOSEN else None
        if given and given.words and "Write it in a few words." in reply:
            return self.citizen.says(next(iter(given.words.values())))
        return reply

    def _asked(self, reply: str) -> Item:
        for item in reversed(asked(self.survey, self.given)):
            about = f"About {item.question.slug}"
            if (f"{about} → {item.row.name['en']}" if item.row else about) in reply.splitlines():
                return item
        raise AssertionError(f"nothing of the survey is asked in:\n{reply}")


@settings(max_examples=MANY, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(survey=surveys(), draw=st.data())
def test_what_is_stored_is_what_a_form_would_have_sent(citizen: Citizen, survey: Survey, draw: st.DataObject) -> None:
    phase = replace(IDEAS, surveys=(survey.slug,))
    town = replace(vilanova(replace(SHADE, phases=(phase,))), surveys=(survey,))
    somebody = Citizen(citizen.store, town, citizen.now)
    somebody.says("hello")
    somebody.says("english")
    somebody.act(lambda turn: consent.attest_age(turn, 16, "16?"))
    somebody.act(consent.accept_terms)
    somebody.act(lambda turn: consent.choose_updates(turn, False, "news?"))
    walker = Walker(somebody, survey, draw)
    if not asked(survey, {}):
        return
    walker.walk()
    (stored,) = somebody.act(
        lambda turn: [row.answers for row in turn.db.all(select(Response)) if row.participant_id == somebody.id]
    )
    assert stored == a_form(survey, walker.given)
