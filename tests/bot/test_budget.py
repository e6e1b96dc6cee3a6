"""What taking part by SMS costs: messages to write and segments to receive, in each sample town and each language.

The citizen's own words are not counted. The whole talk is printed where a budget is exceeded.
"""

from collections.abc import Callable

import pytest

from bot.session import load_session
from flows.text import NAMES
from storage.database import Store
from storage.participants import Session
from storage.proposals import proposals_by_author
from storage.responses import responses_by
from tests.flows.phone import OPEN_DAY, Phone, sample

FIRST = {"ca": "Bon dia", "es": "Buenos días", "en": "Hello"}
PROPOSE = {"ca": "proposar", "es": "proponer", "en": "propose"}
SURVEY = {"ca": "enquesta", "es": "encuesta", "en": "survey"}
TITLE, BODY = "Bancs vora el riu", "Entre el pont i la font no hi ha on seure."
OTHER = ("Una biblioteca oberta", "Els caps de setmana tanca i molts joves estudien fora.")
ANSWERS = {
    "join.age": "1",
    "join.terms": "1",
    "join.name": "Marta",
    "join.updates": "1",
    "propose.choose": "1",
    "propose.similar": "2",
    "propose.preview": "1",
}
NEWCOMER, JOINED = (9, 18), (5, 10)
SURVEY_REPLIES = ("1c 2a", "3c 4: un banc 5: res", "1")
LONGEST = 6
"""Segments of one answer."""

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("language", sorted(NAMES)),
]
in_each_town = pytest.mark.parametrize("town", ["vilanova-del-riu", "puerto-real-de-levante", "rocafosca-del-pla"])


@pytest.fixture
def meet(store: Store) -> Callable[[str], Phone]:
    """Somebody with a phone, whom a town has not met."""
    return lambda town: Phone(store, sample(store, town), OPEN_DAY, "")


def asked(phone: Phone) -> str:
    """The question that waits."""
    frame = phone.act(lambda turn: load_session(turn.db.one(Session, phone.id).state).frame)
    assert frame is not None
    return f"{frame.flow}.{frame.step}"


def proposes(phone: Phone, language: str, title: str = TITLE, body: str = BODY) -> None:
    """From the first word to one more proposal, with an answer to each question on the way."""
    answers = {**ANSWERS, "menu.start": PROPOSE[language], "propose.title": f"1: {title} 2: {body}"}
    before = handed_in(phone)
    phone.says(FIRST[language])
    while handed_in(phone) == before:
        assert len(phone.exchanges) < 20, phone.talk()
        phone.says(answers[asked(phone)])


def handed_in(phone: Phone) -> int:
    """How many proposals."""
    return phone.act(lambda turn: len(proposals_by_author(turn.db, turn.participant_id)))


def check(phone: Phone, messages: int, segments: int) -> None:
    """Within the budget, no answer too long, and none that only asks whether to go on."""
    counted = [each.segments(TITLE, BODY, *OTHER) for each in phone.exchanges]
    assert len(counted) <= messages, phone.talk()
    assert sum(counted) <= segments, phone.talk()
    assert max(counted) <= LONGEST, phone.talk()
    assert all(len(part) > len("To go on: MENU") for each in phone.exchanges for part in each.came), phone.talk()


@in_each_town
def test_a_newcomer_makes_a_proposal(meet: Callable[[str], Phone], town: str, language: str) -> None:
    phone = meet(town)
    proposes(phone, language)
    assert phone.act(lambda turn: turn.participant.language) == language
    check(phone, *NEWCOMER)


@in_each_town
def test_who_has_joined_makes_another(meet: Callable[[str], Phone], town: str, language: str) -> None:
    phone = meet(town)
    proposes(phone, language)
    phone.exchanges.clear()
    proposes(phone, language, *OTHER)
    check(phone, *JOINED)


def test_one_that_looks_alike_is_within_the_budget(meet: Callable[[str], Phone], language: str) -> None:
    proposes(meet("vilanova-del-riu"), "ca")
    phone = meet("vilanova-del-riu")
    proposes(phone, language)
    assert any(TITLE in each.came[0] for each in phone.exchanges if "2. " in each.came[0]), phone.talk()
    check(phone, *NEWCOMER)


def test_a_survey_of_five_questions_takes_three_replies(meet: Callable[[str], Phone], language: str) -> None:
    phone = meet("vilanova-del-riu")
    for line in (FIRST[language], SURVEY[language], "1", "1", "1"):
        phone.says(line)
    assert asked(phone) == "respond.question", phone.talk()
    phone.exchanges.clear()
    for reply in SURVEY_REPLIES:
        phone.says(reply)
    assert phone.act(lambda turn: len(responses_by(turn.db, turn.participant_id))) == 1, phone.talk()
    check(phone, len(SURVEY_REPLIES), 10)


def test_no_answer_is_long_wherever_one_looks(meet: Callable[[str], Phone], language: str) -> None:
    """From every place that the menu leads to, all pages."""
    phone = meet("vilanova-del-riu")
    proposes(phone, language)
    for place in range(1, 10):
        phone.says("menu")
        for line in (str(place), "1", "1", "m", "m", "m", "menu"):
            phone.says(line)
    for word in ("help", "privacy", "my data", "forget me", "language", "meetings", "results", "comment", "person"):
        for line in (word, "m", "m", "menu"):
            phone.says(line)
    check(phone, 1000, 10_000)
