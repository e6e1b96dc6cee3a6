"""One participant's place in one conversation, as it is stored between two turns.

Everything a reply could be about is here, exactly as it was shown. Decoding never fails on a session that an
earlier release wrote: fields only ever gain defaults.
"""

import msgspec
from msgspec import Struct, field

from flows.turn import Answered

_MAX_PLACES = 8
_MAX_DRAFTS = 20


class Offered(Struct, array_like=True, frozen=True):
    """A choice as it was shown: what it stands for, its words, and its other words."""

    value: str
    label: str
    also: tuple[str, ...] = ()


class Asked(Struct, array_like=True, frozen=True):
    """One of several questions in a message: its step (and argument), its number there, its choices by letter.

    `is_free`: words of one's own answer it.
    """

    key: str
    number: int
    choices: list[Offered]
    is_free: bool
    is_many: bool = False
    """Several letters are an answer."""
    in_order: bool = False


class Prompt(Struct, omit_defaults=True):
    """The open question: its number, its choices in the order of their numbers, the page in view.

    Number 0: nothing is asked, there are only words to go on with.
    """

    number: int
    choices: list[Offered] = field(default_factory=list)
    page: int = 0
    suggested: int | None = None
    """The choice that "did you mean …?" asked about."""
    several: list[Asked] = field(default_factory=list)
    """Where several questions were asked at once: all of them. Then there are no choices by number."""
    rest: str = ""
    """What did not fit in the message, to go on with."""
    spilled: str = ""
    """Words that answered nothing, and can be added to what is being looked at."""
    picks: int = 0
    """How many of the first choices are picked several at a time; 0 where one is an answer."""
    picked: list[int] = field(default_factory=list)
    """Those that are, in order."""
    in_order: bool = False


class Frame(Struct, omit_defaults=True):
    """A flow in progress. `trail` lists the questions answered, in order; navigation has no label there."""

    flow: str
    step: str
    argument: str = ""
    about: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    trail: list[Answered] = field(default_factory=list)
    shown_at: int = 0
    """When the open question was first shown, in seconds since 1970; 0 where it is none of a draft."""
    paces: dict[str, list[int]] = field(default_factory=dict)
    """By key: the seconds from a question to its answer, and the replies that were no answer."""
    revising: str = ""
    """The key of an answer being changed: what was answered after it is passed over, up to the next preview or menu."""

    @property
    def key(self) -> str:
        """The name under which this step's answer is kept."""
        return f"{self.step}:{self.argument}" if self.argument else self.step

    def pace(self, now: int) -> None:
        """The open question is answered: keep how long it took (seconds)."""
        if self.shown_at:
            self.paces[self.key] = [now - self.shown_at, self.paces.get(self.key, [0, 0])[1]]
            self.shown_at = 0

    def stumble(self) -> None:
        """One more reply that did not answer the open question."""
        seconds, wrong = self.paces.get(self.key, [0, 0])
        self.paces[self.key] = [seconds, wrong + 1]

    def forget_navigation(self) -> None:
        """Back at a menu or card: what was looked at since is no longer on the way back."""
        for place, before in enumerate(self.trail):
            if before.key == self.key:
                self.trail[place:] = [later for later in self.trail[place:] if later.label]
                return

    @property
    def is_draft(self) -> bool:
        """Something was written here that would be missed."""
        return any(answered.label for answered in self.trail)


class Session(Struct, omit_defaults=True):
    """`frame` is None before the first turn. `suspended` is what an aside interrupted."""

    frame: Frame | None = None
    suspended: Frame | None = None
    drafts: dict[str, Frame] = field(default_factory=dict)
    places: list[Frame] = field(default_factory=list)
    """Where "back" leads from a flow's first question: the flows that led here, the last one at the end."""
    prompt: Prompt | None = None
    last_prompt: int = 0
    pressed: str = ""
    """The payload that was accepted last: pressed again, it is the same press."""
    wrong: int = 0
    """Replies in a row that did not answer the open question."""
    shown: int = 0
    """A checksum of the question's words that were shown last."""
    has_numbered: bool = False
    """Has answered by number, and so need not be told how."""

    def park(self, frame: Frame) -> None:
        """Keep what was written in a flow that is being left, to go on with when it is entered again."""
        if frame.is_draft:
            self.drafts.pop(name := draft_name(frame.flow, frame.about), None)
            self.drafts[name] = frame
            while len(self.drafts) > _MAX_DRAFTS:
                del self.drafts[next(iter(self.drafts))]

    def remember(self, frame: Frame) -> None:
        """Keep the place that led to another flow, as it was before its last answer."""
        if frame.trail:
            frame.step, _, frame.argument = frame.trail.pop().key.partition(":")
        self.places.append(frame)
        del self.places[:-_MAX_PLACES]


def adopt(session: Session, other: Session) -> None:
    """Two people are one: what the other had begun can be gone on with; what both had, as it is here."""
    ours = session.drafts
    session.drafts = {}
    for frame in (*other.drafts.values(), *filter(None, (other.suspended, other.frame)), *ours.values()):
        session.park(frame)
    session.has_numbered = session.has_numbered or other.has_numbered


def draft_name(flow: str, about: str) -> str:
    """Drafts are kept one per flow and subject."""
    return f"{flow}|{about}"


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Session)


def load_session(state: str) -> Session:
    """The session stored as JSON; a fresh one where nothing was stored, or what only a later release can read."""
    try:
        return _decoder.decode(state) if state else Session()
    except msgspec.MsgspecError:
        return Session()


def dump_session(session: Session) -> str:
    """The session as JSON."""
    return _encoder.encode(session).decode()
