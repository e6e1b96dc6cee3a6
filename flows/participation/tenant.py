"""A town as the rules see it: what its files say, checked once and frozen.

Every text is `Words`: language → text. Modules with a singular name (`process`, `survey`) hold what files say; those
with a plural one (`proposals`, `surveys`) hold rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.participation.assembly import Assembly
from flows.participation.broadcast import Broadcast
from flows.participation.debate import Debate
from flows.participation.meeting import Meeting
from flows.participation.process import Action, Place, Process
from flows.participation.result import Result
from flows.participation.survey import Survey
from flows.participation.topic import Topic
from flows.participation.words import Words


@dataclass(frozen=True, slots=True)
class Terms:
    """A document of the town with its version; `hash` is the SHA-256 (hex) of all its languages."""

    version: str
    text: Words
    hash: str


@dataclass(frozen=True, slots=True)
class Support:
    """Where a person finds people: phone, email, and when they answer (`weekdays` 0 is Monday)."""

    phone: str
    email: str
    weekdays: frozenset[int]
    opens: time
    closes: time
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days what is kept: after that the nightly purge destroys it."""

    bodies: int = 7
    """Of what providers sent and could not be read."""
    messages: int = 30
    """Of what was sent, from the day it left."""
    drafts: int = 365
    """Of a conversation, from the person's last word."""
    tickets: int = 730
    """From the day it was closed."""
    blocked: int = 1095
    """Of what is kept, sealed, of who asked to be forgotten (LOPDGDD, article 32)."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when no news is sent; past midnight where it ends earlier than it begins."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class DigestHours:
    """When what waits is told together, each day, and to who wants it weekly on one `weekday` (0 is Monday)."""

    at: time = time(18)
    weekday: int = 4


@dataclass(frozen=True, slots=True)
class Moderation:
    """What hides a contribution without a person, until a person decides."""

    reports_to_hide: int = 3


@dataclass(frozen=True, slots=True)
class Town:
    """One municipality as its applied files say. The platform is one too, without terms or spaces."""

    id: str
    code: str
    """Public, in deep links; the same for every revision."""
    name: Words
    languages: tuple[str, ...]
    """The default first."""
    zone: ZoneInfo
    prefix: str
    """Of references, e.g. "VIL"."""
    keyword: str
    """What binds a citizen to the town on a shared account."""
    official_url: str
    minimum_age: int
    terms: Terms
    privacy_short: Words
    privacy: Terms
    support: Support
    help: Words
    processes: tuple[Process, ...] = ()
    assemblies: tuple[Assembly, ...] = ()
    surveys: tuple[Survey, ...] = ()
    debates: tuple[Debate, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    results: tuple[Result, ...] = ()
    broadcasts: tuple[Broadcast, ...] = ()
    topics: tuple[Topic, ...] = ()
    areas: tuple[Place, ...] = ()
    team: tuple[tuple[str, str], ...] = ()
    """Channel and id of its own people: nobody else is written to unasked until it goes live."""
    quiet: QuietHours | None = None
    digests: DigestHours = DigestHours()
    judged_after: timedelta | None = timedelta(weeks=4)
    """So long after the town has answered, or says that it is done, people are asked; None: never."""
    moderation: Moderation = Moderation()
    retention: Retention = Retention()
    revision: str = ""
    """The hash of its files."""
    has_easy: bool = False
    """Some of its texts have a variant in plain language."""

    _process_of: Mapping[str, Process] = field(init=False, repr=False)
    _survey_of: Mapping[str, Survey] = field(init=False, repr=False)
    _code_called: Mapping[str, str] = field(init=False, repr=False)
    _asking: Mapping[str, tuple[Process, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        asking: dict[str, tuple[Process, ...]] = {}
        for process in self.processes:
            for slug in {slug for phase in process.phases for slug in phase.surveys}:
                asking[slug] = (*asking.get(slug, ()), process)
        object.__setattr__(self, "_process_of", {process.slug: process for process in self.processes})
        object.__setattr__(self, "_survey_of", {survey.slug: survey for survey in self.surveys})
        called = {topic.keyword: topic.code for topic in self.topics if topic.keyword}
        called |= {survey.keyword.casefold(): survey.code for survey in self.surveys if survey.keyword}
        object.__setattr__(self, "_code_called", called)
        object.__setattr__(self, "_asking", asking)

    def process(self, slug: str) -> Process | None:
        """The process with this slug."""
        return self._process_of.get(slug)

    def assembly(self, slug: str) -> Assembly | None:
        """The organ with this slug."""
        return next((assembly for assembly in self.assemblies if assembly.slug == slug), None)

    def survey(self, slug: str) -> Survey | None:
        """The survey with this slug."""
        return self._survey_of.get(slug)

    def code_called(self, word: str) -> str:
        """The code of the survey or topic that a folded word leads to; "" where it leads to none."""
        return self._code_called.get(word, "")

    def asking(self, survey: str) -> tuple[Process, ...]:
        """The processes that have a phase in which this survey is answered."""
        return self._asking.get(survey, ())

    def has_closed(self, survey: str, now: datetime) -> bool:
        """The survey is answered no more, in no process."""
        asked = self.survey(survey)
        if asked is not None and asked.has_closed(now):
            return True
        return all(process.has_closed(Action.ANSWER, now, survey) for process in self.asking(survey))

    def debate(self, slug: str) -> Debate | None:
        """The debate with this slug."""
        return next((debate for debate in self.debates if debate.slug == slug), None)

    def meeting(self, slug: str) -> Meeting | None:
        """The meeting with this slug."""
        return next((meeting for meeting in self.meetings if meeting.slug == slug), None)

    def result(self, slug: str) -> Result | None:
        """The result with this slug."""
        return next((result for result in self.results if result.slug == slug), None)

    def broadcast(self, slug: str) -> Broadcast | None:
        """The broadcast with this slug."""
        return next((broadcast for broadcast in self.broadcasts if broadcast.slug == slug), None)

    def topic_called(self, word: str) -> Topic | None:
        """The topic with this folded keyword."""
        return next((topic for topic in self.topics if word and topic.keyword == word), None)

    def topic(self, slug: str) -> Topic | None:
        """The topic with this slug."""
        return next((topic for topic in self.topics if topic.slug == slug), None)

    @property
    def language(self) -> str:
        """The town's default language."""
        return self.languages[0]
