"""An invented town with a store, and a citizen who writes to it: every word through the engine, every turn stored."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from sqlmodel import select

from bot.engine import advance
from bot.manner import Manner
from bot.question import Said
from bot.session import dump_session, load_session
from flows.participation.assembly import Assembly
from flows.participation.platform import Platform
from flows.participation.process import Action, Phase, Place, Process, ProposalRules
from flows.participation.survey import Type
from flows.participation.tenant import Town
from flows.turn import Deed, Heard, Turn
from storage.database import Db, Store
from storage.participants import Address, Participant, Session
from storage.tenants import SurveyRevision
from tests.towns import a_question, a_survey, a_town, local, said

Value = TypeVar("Value")

IDEAS = Phase(
    slug="ideas",
    title=said("Ideas"),
    description=said("Everyone proposes"),
    starts_at=local("2026-11-01 00:00"),
    ends_at=local("2026-12-04 00:00"),
    allows=frozenset({Action.PROPOSE, Action.ANSWER}),
    surveys=("park",),
)
CHOICE = replace(
    IDEAS,
    slug="choice",
    title=said("Choice"),
    starts_at=local("2027-01-11 00:00"),
    ends_at=local("2027-02-01 00:00"),
    allows=frozenset({Action.SUPPORT}),
    surveys=(),
)
RULES = ProposalRules(
    length=200,
    limit=2,
    template=said("What: … Why: …"),
    categories=(Place("trees", said("Trees")), Place("water", said("Water"))),
    asks_place=True,
)
SHADE = Process(
    slug="shade",
    code="shadecode1",
    title=said("More shade"),
    subtitle=said("Trees and awnings"),
    description=said("We plant next year"),
    official_url="https://vilanova.example.org/shade",
    phases=(IDEAS, CHOICE),
    min_age=16,
    proposals=RULES,
)
PARK = a_survey(
    "park",
    a_question("often", "How often do you come?", options=("Daily", "Never")),
    a_question("why", "What is missing?", Type.SHORT_ANSWER, max_characters=20),
    a_question("dogs", "Dogs?", options=("Yes", "No"), is_mandatory=False),
    code="parkcode01",
    title=said("The park"),
    introduction=said("Three questions"),
)
COUNCIL = Assembly(
    slug="council",
    code="council001",
    title=said("Council"),
    purpose=said("Advises"),
    composition=said("Twelve"),
    meets=said("Tuesdays"),
    official_url="https://vilanova.example.org/council",
)
TITLE = "Plane trees in the main square"
BODY = "The square has no shade at noon. Six plane trees would be enough."


def vilanova(*processes: Process, id: str = "vilanova") -> Town:
    """The town, with one process, one survey and one organ unless told otherwise."""
    town = a_town(processes or (SHADE,), (PARK,))
    return replace(town, id=id, code="vilanovacd", prefix="VIL", assemblies=(COUNCIL,))


@dataclass
class Citizen:
    """One participant of one town; `said` is the last answer."""

    store: Store
    town: Town
    now: datetime
    language: str = "en"
    platform: Platform | None = None
    id: int = 0
    page_size: int = 20
    manner: Manner = field(default_factory=Manner)
    said: Said | None = None
    moved_to: str = ""

    def act(self, work: Callable[[Turn], Value]) -> Value:
        """Run `work` in a turn of this person, in a transaction of its own."""

        def run(db: Db) -> Value:
            self._pin(db)
            return work(self.turn(db))

        return self.store.run(self.town.id, run)

    def _pin(self, db: Db) -> None:
        """What applying the town's files has done: the surveys' revisions are in the store."""
        for survey in self.town.surveys:
            if db.find(SurveyRevision, survey.slug, survey.hash) is None:
                content = dict(survey.content)
                db.add(SurveyRevision(survey=survey.slug, hash=survey.hash, content=content, published_at=self.now))

    def turn(self, db: Db) -> Turn:
        """A turn of this person; a newcomer gets a row first."""
        person = db.find(Participant, self.id) if self.id else None
        if person is None:
            person = Participant(created_at=self.now)
            db.add(person)
            db.add(Session(participant_id=person.id, updated_at=self.now))
            self.id = person.id
            id, lane = str(person.id), f"console:{self.town.id}"
            hash, sealed = db.address_hash("console", id), db.seal(id)
            db.add(Address(participant_id=person.id, channel="console", hash=hash, sealed=sealed, lane=lane))
            db.flush()
        addresses = db.all(select(Address.id).where(Address.participant_id == self.id))
        return Turn(
            town=self.town,
            db=db,
            participant_id=self.id,
            language=person.language or self.language,
            now=self.now,
            channel="console",
            inbound_id="m1",
            page_size=self.page_size,
            answers={},
            platform=self.platform,
            is_easy=person.is_easy,
            address_id=addresses[0] if addresses else 0,
        )

    def hear(self, heard: Heard) -> str:
        """One turn through the engine, its session stored and loaded."""

        def run(turn: Turn) -> Said | None:
            row = turn.db.one(Session, self.id)
            session = load_session(row.state)
            answer = advance(session, turn, heard, manner=self.manner)
            if not turn.has_left:
                row.state = dump_session(session)
            self.moved_to = turn.moves_to
            return answer

        self.said = self.act(run)
        return "" if self.said is None else f"{self.said.title}\n{self.said.text}"

    def says(self, text: str) -> str:
        """Type something."""
        return self.hear(Heard(Deed.TYPE, text))

    def follows_link(self, code: str) -> str:
        """Open a deep link."""
        return self.hear(Heard(Deed.START, code))

    def presses(self, payload: str) -> str:
        """Press a button, of whatever message."""
        return self.hear(Heard(Deed.PRESS, payload))

    def picks(self, start: str) -> str:
        """Press the choice that begins with these words."""
        assert self.said is not None
        offered = {choice.label: choice.payload for choice in self.said.choices}
        found = [payload for label, payload in offered.items() if label.startswith(start)]
        assert found, f"{start!r} is not among {list(offered)}"
        return self.presses(found[0])

    @property
    def labels(self) -> list[str]:
        """What was offered last."""
        return [choice.label for choice in self.said.choices] if self.said else []
