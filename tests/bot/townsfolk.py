"""People of an invented town, drawn by chance, for tests of broadcasts, and whom of them a rule means."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from flows.participation.broadcast import Audience, Broadcast
from flows.participation.process import Place
from flows.participation.tenant import Town
from flows.participation.topic import Topic
from storage.database import Db
from storage.follows import Follow
from storage.opt_ins import AREA, OptIn
from storage.participants import Address, Participant, Session
from storage.responses import Respondent, Response
from storage.tenants import SurveyRevision
from tests.conftest import NOW
from tests.towns import a_town, said

TENANT = "vilanova"
CHANNELS = ("telegram", "sms", "email")
SUBJECTS = ("process:square", "process:river")
SURVEYS = ("market", "buses")
AREAS = ("old", "new")
TOPIC = Topic("works", "topicworks", said("Works"), {}, "works")


def a_broadcast(**more: Any) -> Broadcast:
    """One of works, in three languages."""
    broadcast = Broadcast("closed-street", "works", said("Works"), {"": said("The high street is closed")})
    return replace(broadcast, **more)


def the_town(*broadcasts: Broadcast, topic: Topic = TOPIC) -> Town:
    """A town with these broadcasts, one topic and two parts."""
    areas = tuple(Place(slug, said(slug)) for slug in AREAS)
    return replace(a_town(), id=TENANT, topics=(topic,), areas=areas, broadcasts=broadcasts)


@dataclass
class Somebody:
    """One person as the test knows them."""

    id: int = 0
    language: str = ""
    addresses: dict[str, datetime | None] = field(default_factory=dict)
    """By channel: when they wrote last from it; None where it is stopped."""
    said: dict[tuple[str, str], bool] = field(default_factory=dict)
    """By topic and channel."""
    follows: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)

    @property
    def channel(self) -> str:
        """Where they would be reached; "" where nowhere."""
        there = {each: at for each, at in self.addresses.items() if at and self.said.get(("works", each))}
        return max(there, key=lambda each: (there[each], list(self.addresses).index(each)), default="")

    def is_meant(self, audience: Audience) -> bool:
        """Whether a rule means them."""
        return (
            (not audience.follows or audience.follows in self.follows)
            and (not audience.answered or audience.answered in self.answered)
            and (not audience.language or audience.language == (self.language or "ca"))
            and (not audience.channel or audience.channel == self.channel)
            and (
                not audience.area
                or any(is_in for (topic, _), is_in in self.said.items() if topic == AREA + audience.area)
            )
            and all(self.is_meant(each) for each in audience.all_of)
            and (not audience.any_of or any(self.is_meant(each) for each in audience.any_of))
            and not any(self.is_meant(each) for each in audience.none_of)
        )


def somebody(chance: Random) -> Somebody:
    """Anybody."""
    channels = [each for each in CHANNELS if chance.random() < 0.6]
    chance.shuffle(channels)
    one = Somebody(language=chance.choice(("", "ca", "es", "en")))
    for number, channel in enumerate(channels):
        one.addresses[channel] = NOW - timedelta(days=number) if chance.random() < 0.8 else None
    for topic in ("works", *(AREA + area for area in AREAS)):
        for channel in CHANNELS:
            if chance.random() < 0.5:
                one.said[topic, channel] = chance.random() < 0.7
    one.follows = {each for each in SUBJECTS if chance.random() < 0.4}
    one.answered = {each for each in SURVEYS if chance.random() < 0.4}
    return one


def a_rule(chance: Random, depth: int = 2) -> Audience:
    """Any rule, of a few parts."""
    parts: dict[str, Any] = {}
    for name, values in (
        ("follows", SUBJECTS),
        ("answered", SURVEYS),
        ("language", ("ca", "es")),
        ("channel", CHANNELS),
        ("area", AREAS),
    ):
        if chance.random() < 0.2:
            parts[name] = chance.choice(values)
    for name in ("all_of", "any_of", "none_of") if depth else ():
        if chance.random() < 0.3:
            parts[name] = tuple(a_rule(chance, depth - 1) for _ in range(chance.randint(1, 2)))
    return Audience(**parts)


def add_people(db: Db, people: list[Somebody]) -> None:
    """Write them, and note their ids."""
    for survey in SURVEYS:
        if db.find(SurveyRevision, survey, "a" * 64) is None:
            db.add(SurveyRevision(survey=survey, hash="a" * 64, content={}, published_at=NOW))
    for one in people:
        person = Participant(created_at=NOW, language=one.language, public_name="Anna")
        db.add(person)
        db.add(Session(participant_id=person.id, updated_at=NOW))
        one.id = person.id
        for channel, heard_at in one.addresses.items():
            db.add(an_address(person.id, channel, heard_at))
        for (topic, channel), is_in in one.said.items():
            db.add(OptIn(participant_id=person.id, topic=topic, channel=channel, is_in=is_in, said_at=NOW))
        for subject in one.follows:
            db.add(Follow(participant_id=person.id, subject=subject, followed_at=NOW))
        for number, survey in enumerate(sorted(one.answered)):
            if number:
                db.add(Respondent(survey=survey, participant_id=person.id))
            else:
                db.add(a_response(person.id, survey))


def an_address(person: int, channel: str, heard_at: datetime | None) -> Address:
    """Theirs; stopped where nothing was heard."""
    return Address(
        participant_id=person,
        channel=channel,
        hash=f"{person}{channel}".encode(),
        sealed=f"{person}".encode(),
        lane=f"{channel}:{TENANT}",
        heard_at=heard_at or NOW,
        proved_at=NOW,
        stopped_at=None if heard_at else NOW,
    )


def a_response(person: int, survey: str) -> Response:
    return Response(
        survey=survey,
        revision="a" * 64,
        participant_id=person,
        receipt=f"{person}",
        answers={},
        channel="sms",
        language="ca",
        submitted_at=NOW,
    )
