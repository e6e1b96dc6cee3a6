"""What a step sees: one citizen's message being handled, in one transaction."""

from collections.abc import Mapping, MutableSequence, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from flows.participation.platform import Platform
from flows.participation.reach import Reach
from flows.participation.tenant import Town
from flows.participation.words import Words, words_in
from flows.text import Catalogue, catalogue
from storage.database import Db
from storage.participants import Participant


class Deed(StrEnum):
    """What the citizen did."""

    TYPE = "type"
    PRESS = "press"
    START = "start"
    ATTACH = "attach"
    GO = "go"


class Handed(Struct, array_like=True, frozen=True):
    """A file that the citizen sent, as the provider describes it: where it is fetched, and what it is said to be."""

    channel: str
    account: str
    id: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Heard:
    """One deed of the citizen; `text` is the words typed, the pressed choice's payload, or a deep link's code.

    GO: what they did is known without the open question; the step it leads to, "flow.step|about".

    ATTACH: the files, and the words below them, or a place on the map in words; neither where it was something else.
    """

    deed: Deed
    text: str
    files: tuple[Handed, ...] = ()
    place: str = ""


class Answered(Struct, array_like=True, frozen=True):
    """A question that was answered: its step (and argument), the answer's name, the answer as the citizen gave it."""

    key: str
    label: str
    shown: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Words to another address than the one that wrote; they leave with the turn.

    A code goes to an address that is nobody's yet, or somebody else's: only there is it known to be read.
    """

    participant_id: int
    channel: str
    lane: str
    sealed: bytes
    text: str
    is_code: bool = False


@dataclass(slots=True)
class Turn:
    """`answers` are this flow's, by step; `about` is what the flow was entered about, `argument` the step's own."""

    town: Town
    db: Db
    participant_id: int
    language: str
    now: datetime
    channel: str
    """For proof and counts only: a step never asks which channel it is on."""
    inbound_id: str
    page_size: int
    answers: dict[str, str]
    about: str = ""
    argument: str = ""
    trail: MutableSequence[Answered] = field(default_factory=list)
    """What was answered in this flow, or in the flow that an aside interrupted. A flow that takes up what was handed
    in before adds that."""
    drafts: Sequence[tuple[str, str]] = ()
    """(flow, about) of what was begun elsewhere and can be gone on with."""
    platform: Platform | None = None
    """Set where the account is the platform's, so that the citizen can change town."""
    moves_to: str = ""
    """Set by the flow that chooses a town: the tenant to which this address is bound from now on."""
    asked: str = ""
    """The words of the question that was answered in this turn, as they were shown: what a consent was given to."""
    is_easy: bool = False
    """The person has chosen plain language."""
    has_left: bool = False
    """Set when the participant was deleted in this turn: nothing is saved, what is said is a farewell."""
    leaves_no_trace: bool = False
    """Set where nothing that was said may tell later what the person answered: the reply is deleted once sent."""
    paces: Mapping[str, list[int]] = field(default_factory=dict)
    """By step: the seconds from the question to its answer, and the replies that were no answer."""
    address_id: int = 0
    """The address that wrote; 0 where nobody did."""
    reaches: Sequence[Reach] = ()
    """Where the town can write first to somebody."""
    letters: list[Letter] = field(default_factory=list)
    other_state: str = ""
    """Set when two people became one in this turn: the session of the one who was not speaking."""
    begins_anew: bool = False
    """Set when the address has left the person it was: who speaks from it now is welcomed."""
    left_addresses: list[tuple[str, bytes]] = field(default_factory=list)
    """Channel and sealed id of every address of whom `has_left`."""
    _participant: Participant | None = field(default=None, init=False, repr=False)

    @property
    def participant(self) -> Participant:
        """The person's row, loaded when first asked for."""
        if self._participant is None:
            self._participant = self.db.one(Participant, self.participant_id)
        return self._participant

    def become(self, participant_id: int) -> None:
        """Go on as another person."""
        self.participant_id, self._participant = participant_id, None

    @property
    def actor(self) -> str:
        """The person, as the audit log names them."""
        return f"participant:{self.participant_id}"

    @property
    def catalogue(self) -> Catalogue:
        """Our own words in the person's language."""
        return catalogue(self.language)

    def t(self, message: str, /, **values: object) -> str:
        """Our words, translated, with `{name}` filled in."""
        return self.catalogue.translate(message, values)

    def tn(self, one: str, many: str, count: int, /, **values: object) -> str:
        """Our words in the grammatical number of `count`, with `{count}` and `{name}` filled in."""
        return self.catalogue.translate_number(one, many, count, values)

    def words(self, words: Words) -> str:
        """The town's words in the person's language, else in the town's default, else in any."""
        return words_in(words, self.language, self.town.language, is_easy=self.is_easy)

    def day(self, moment: datetime) -> str:
        """A day in words, in the town's time zone: "dijous, 3 de desembre"."""
        return self.catalogue.day(moment.astimezone(self.town.zone), self.now.astimezone(self.town.zone))

    def moment(self, moment: datetime) -> str:
        """A time in words, in the town's time zone: "18:42 today", or with its day."""
        return self.catalogue.moment(moment.astimezone(self.town.zone), self.now.astimezone(self.town.zone))
