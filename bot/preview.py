"""A survey as it is received, message by message, before anybody has been asked: the real conversation and the real
drawing of each channel, with somebody invented who answers.

Whoever answers takes the first option; for what is only asked of who answers otherwise, another round does that.
"""

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from msgspec import Struct

from bot.compose import as_letter, compose, manner_of
from bot.config.rules.survey_paths import ways
from bot.engine import advance
from bot.session import Asked, Session
from bot.together import LETTERS
from channels.catalog import CHANNELS
from channels.email import Email
from channels.email_parts import parts_of as email_parts
from channels.email_settings import EmailSettings, Server
from channels.message import Address, Inbound, Kind, Outbound
from channels.numbered import numbered_choices
from channels.segments import measure
from channels.sms_parts import parts_of as sms_parts
from channels.telegram_parts import parts_of as telegram_parts
from channels.whatsapp_parts import parts_of as whatsapp_parts
from flows.participation.answers import choices_in
from flows.participation.conditions import asked
from flows.participation.survey import Survey
from flows.participation.tenant import Town
from flows.step import DONE
from flows.turn import Deed, Heard, Turn
from storage.database import Db, Store
from storage.keys import Keys
from storage.migrate import upgrade
from storage.participants import Participant
from storage.tenants import SurveyRevision, Tenant

MEDIA = ("telegram", "whatsapp", "sms", "email")
_ROUNDS_MOST = 12
_TURNS_MOST = 150
_SMS_SEGMENTS = 4
_WORDS = {"ca": "unes paraules", "es": "unas palabras", "en": "some words"}
_SKIP = {"ca": "salta", "es": "saltar", "en": "skip"}
_SEND = {"ca": "envia", "es": "enviar", "en": "send"}


class Drawn(Struct, frozen=True):
    """One message as it arrives. Of an SMS what it takes on the air; `title` is a mail's subject."""

    text: str
    title: str = ""
    buttons: tuple[str, ...] = ()
    file: str = ""
    encoding: str = ""
    units: int = 0
    segments: int = 0


class Exchange(Struct, frozen=True):
    """What was written, and what came back. `is_again`: of a further round, for questions not met before."""

    said: str
    messages: tuple[Drawn, ...]
    is_again: bool = False


def previewed(town: Town, survey: Survey, channel: str, language: str, now: datetime) -> list[Exchange]:
    """Everything that is received by whoever answers it on this channel."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'store.sqlite3'}"
        upgrade(url, now)
        store = Store(url, Keys(secrets.token_bytes(32)))
        try:
            return [*_Rehearsal(store, town, survey, channel, language, _open_at(town, survey, now)).rounds()]
        finally:
            store.close()


class _Rehearsal:
    def __init__(self, store: Store, town: Town, survey: Survey, channel: str, language: str, now: datetime) -> None:
        self._store, self._town, self._survey = store, town, survey
        self._channel, self._language, self._now = channel, language, now
        self._met: set[str] = set()
        self._mailbox = mailbox_of(town)
        store.run(town.id, self._prepare)

    def rounds(self) -> Iterator[Exchange]:
        """The whole of it, then only what is new in each further round."""
        yield from self._round({}, is_again=False)
        for question in self._survey.questions:
            if not question.conditions or question.slug in self._met or len(self._met) > _ROUNDS_MOST * 100:
                continue
            for answers in ways(self._survey, question) or ():
                if question.slug in {item.question.slug for item in asked(self._survey, answers)}:
                    yield from self._round(answers, is_again=True)
                    break

    def _round(self, wanted: Mapping[str, str], is_again: bool) -> Iterator[Exchange]:
        person = self._store.run(self._town.id, self._newcomer)
        session = Session()
        said, heard = "", Heard(Deed.GO, f"respond.start|{self._survey.slug}")
        for _ in range(_TURNS_MOST):
            outbound = self._store.run(self._town.id, partial(self._turn, session=session, person=person, heard=heard))
            keys = self._waiting(session)
            is_new = not is_again or bool({key.partition(".")[0] for key in keys} - self._met)
            self._met |= {key.partition(".")[0] for key in keys}
            if outbound is not None and is_new:
                yield Exchange(said, tuple(drawn(outbound, self._channel, self._mailbox)), is_again)
            if session.frame is None or session.frame.flow != "respond":
                return
            if is_again and session.frame.step == "preview":
                return
            said = self._answer(session, wanted)
            heard = Heard(Deed.TYPE, said)

    def _waiting(self, session: Session) -> list[str]:
        """The items that are asked."""
        if session.frame is None or session.prompt is None or session.frame.step != "question":
            return []
        several = [asked.key.partition(":")[2] for asked in session.prompt.several]
        return several or [session.frame.argument]

    def _answer(self, session: Session, wanted: Mapping[str, str]) -> str:
        """What somebody types who wants these answers."""
        frame, prompt = session.frame, session.prompt
        if frame is None or prompt is None:
            return ""
        if prompt.several:
            return "\n".join(self._marked(each, wanted.get(each.key.partition(":")[2], "")) for each in prompt.several)
        if frame.step in ("preview", "terms"):
            return _SEND[self._language] if frame.step == "preview" else "1"
        offered = [choice.value for choice in prompt.choices if choice.value not in ("", DONE)]
        if not offered:
            is_files = any(each.slug == frame.argument and each.type == "files" for each in self._survey.questions)
            return _SKIP[self._language] if is_files else _WORDS[self._language]
        chosen = choices_in(wanted.get(frame.argument, "")).options or (offered if prompt.in_order else offered[:1])
        return (",").join(str(offered.index(slug) + 1) for slug in chosen if slug in offered) or "1"

    def _marked(self, one: Asked, wanted: str) -> str:
        if one.is_free:
            return f"{one.number}: {_WORDS[self._language]}"
        offered = [choice.value for choice in one.choices if choice.value]
        chosen = choices_in(wanted).options or (offered if one.in_order else offered[:1])
        return f"{one.number}{''.join(LETTERS[offered.index(slug)] for slug in chosen if slug in offered)}"

    def _turn(self, db: Db, session: Session, person: int, heard: Heard) -> Outbound | None:
        limits = CHANNELS[self._channel].limits
        turn = Turn(
            town=self._town,
            db=db,
            participant_id=person,
            language=self._language,
            now=self._now,
            channel=self._channel,
            inbound_id="preview",
            page_size=limits.page_size,
            answers={},
        )
        said = advance(session, turn, heard, manner=manner_of(limits))
        if said is None:
            return None
        address = Address(self._channel, "1")
        inbound = Inbound(self._town.id, address, "preview", Kind.TEXT, heard.text)
        outbound = compose(said, self._language, inbound)
        return as_letter(outbound, inbound) if limits.is_slow else outbound

    def _prepare(self, db: Db) -> None:
        db.add(Tenant(tenant_id=self._town.id))
        survey = self._survey
        content = dict(survey.content)
        db.add(SurveyRevision(survey=survey.slug, hash=survey.hash, content=content, published_at=self._now))

    def _newcomer(self, db: Db) -> int:
        person = Participant(
            created_at=self._now,
            language=self._language,
            attested_age=99,
            accepted_terms=self._town.terms.version,
            wants_updates=False,
        )
        db.add(person)
        return person.id


def mailbox_of(town: Town) -> EmailSettings:
    """One that sends nothing, to draw mails with."""
    return EmailSettings(town.id, f"{town.id}@example.org", b"", Server("localhost", 25, "none"), names=town.name)


def drawn(outbound: Outbound, channel: str, mailbox: EmailSettings) -> Iterator[Drawn]:
    """A message as a channel draws it."""
    match channel:
        case "sms":
            for sms in sms_parts(outbound, _SMS_SEGMENTS):
                taken = measure(sms.body)
                yield Drawn(sms.body, "", (), "", taken.encoding.value, taken.units, taken.segments)
        case "whatsapp":
            for part in whatsapp_parts(outbound):
                labels = tuple(choice.label for choice in outbound.choices) if part.shape else ()
                yield Drawn(part.body or part.text, "", labels, part.file.name if part.file else "")
        case Email.name:
            for letter in email_parts(outbound, mailbox):
                choices = numbered_choices(letter.choices)
                yield Drawn("\n\n".join(words for words in (letter.text, choices) if words), letter.subject)
        case _:
            labels = tuple(choice.label for choice in outbound.choices)
            parts = telegram_parts(outbound)
            for place, message in enumerate(parts):
                shown = labels if place == len(parts) - 1 else ()
                yield Drawn(message.plain, "", shown, message.file.name if message.file else "")


def _open_at(town: Town, survey: Survey, now: datetime) -> datetime:
    """A moment when it can be answered: now, if that is one."""
    phases = [phase for process in town.asking(survey.slug) for phase in process.phases if survey.slug in phase.surveys]
    starts = [max(filter(None, (phase.starts_at, survey.starts_at)), default=now) for phase in phases]
    ends = [min(filter(None, (phase.ends_at, survey.ends_at)), default=now + timedelta(days=1)) for phase in phases]
    if any(start <= now < end for start, end in zip(starts, ends, strict=True)):
        return now
    return starts[0] + timedelta(hours=12) if starts else now
