"""What a person must have said before their first write, and the proof that they said it."""

import hashlib
from enum import StrEnum

from flows.participation.forgetting import leave
from flows.participation.refusal import Reason, Refused
from flows.turn import Turn
from storage.audit import Consent, consents_of, record
from storage.opt_ins import OptIn, opt_ins_of
from storage.participants import Participant

PLATFORM_AGE = 14
"""Llei orgànica 3/2018, article 7, and the platform's own rule: no file can lower it."""


_VERSION_MOST = 40
"""Characters that a proof has for what it is of."""


class Missing(StrEnum):
    """What has not been asked yet, in the order in which it is asked."""

    AGE = "age"
    TERMS = "terms"
    NAME = "name"
    UPDATES = "updates"


_REFUSAL = {
    Missing.AGE: Reason.AGE_NOT_ATTESTED,
    Missing.TERMS: Reason.TERMS_NOT_ACCEPTED,
    Missing.NAME: Reason.NAME_NOT_CHOSEN,
}


def required_age(turn: Turn, min_age: int = 0) -> int:
    """The age for a write: the highest of the platform's, the town's and the process's."""
    return max(PLATFORM_AGE, turn.town.minimum_age, min_age)


def missing(turn: Turn, min_age: int = 0, *, needs_name: bool = True, is_guest: bool = False) -> Missing | None:
    """The first thing to ask before a write; None where nothing is missing. Nothing helps somebody who is blocked.

    A guest has to be old enough, and that is all.
    """
    person = turn.participant
    if person.blocked_at is not None:
        raise Refused(Reason.BLOCKED, since=person.blocked_at, why=person.blocked_reason)
    if person.attested_age < required_age(turn, min_age):
        return Missing.AGE
    if is_guest:
        return None
    if person.accepted_terms != turn.town.terms.version:
        return Missing.TERMS
    if needs_name and not person.public_name:
        return Missing.NAME
    if person.wants_updates is None:
        return Missing.UPDATES
    return None


def check(turn: Turn, min_age: int = 0, *, needs_name: bool = True, is_guest: bool = False) -> Participant:
    """The person, if a write may be made in their name. Every rule that writes asks this anew."""
    found = missing(turn, min_age, needs_name=needs_name, is_guest=is_guest)
    if found is not None and found in _REFUSAL:
        raise Refused(_REFUSAL[found], age=required_age(turn, min_age))
    return turn.participant


def accept_terms(turn: Turn) -> None:
    """The town's terms, in the version that is in force."""
    person = turn.participant
    person.accepted_terms = turn.town.terms.version
    person.accepted_terms_at = turn.now
    _prove(turn, "terms", True, turn.words(turn.town.terms.text), turn.town.terms.version)


def accept_survey_terms(turn: Turn, survey: str, shown: str) -> None:
    """A survey's own terms; what they said is known by the proof's hash."""
    _prove(turn, "survey", True, shown, survey[:_VERSION_MOST])


def attest_age(turn: Turn, age: int, shown: str) -> None:
    """A yes to having reached `age`; nothing of the date of birth is asked or kept."""
    person = turn.participant
    person.attested_age = max(person.attested_age, age)
    person.attested_at = turn.now
    _prove(turn, "age", True, shown, str(age))


def choose_updates(turn: Turn, wants: bool, shown: str) -> None:
    """A yes or a no to news of what the person follows; asked apart from all else, and changed at any time."""
    turn.participant.wants_updates = wants
    _prove(turn, "updates", wants, shown, turn.town.privacy.version)


def topics_here(turn: Turn) -> frozenset[str]:
    """What the person hears of on the channel from which they write, as `OptIn.topic`."""
    said = opt_ins_of(turn.db, turn.participant_id)
    return frozenset(each.topic for each in said if each.is_in and each.channel == turn.channel)


def channels_of_topic(turn: Turn, topic: str) -> list[str]:
    """Where the person hears of a topic."""
    return [each.channel for each in opt_ins_of(turn.db, turn.participant_id) if each.is_in and each.topic == topic]


def choose_topic(turn: Turn, topic: str, wants: bool, shown: str) -> None:
    """A yes or a no to one topic, or to what happens in one part of the town, on the channel where it is said."""
    said = turn.db.find(OptIn, turn.participant_id, topic, turn.channel)
    if said is None:
        said = OptIn(
            participant_id=turn.participant_id, topic=topic, channel=turn.channel, is_in=wants, said_at=turn.now
        )
        turn.db.add(said)
    said.is_in, said.said_at = wants, turn.now
    _prove(turn, "topic", wants, shown, turn.town.privacy.version, topic)


def refuse(turn: Turn, age: int) -> bool:
    """A no to having reached `age`. Returns whether the person is gone.

    Nothing is kept of someone who is not old enough for the town. Who has taken part before at a lower age stays, at
    that age: to go and come back would be to count twice.
    """
    person = turn.participant
    ages = [proof for proof in consents_of(turn.db, person.id) if proof.purpose == "age" and proof.granted]
    before = max((int(proof.version) for proof in ages if int(proof.version) < age), default=0)
    if before and person.accepted_terms:
        for proof in ages:
            if int(proof.version) >= age:
                turn.db.remove(proof)
        person.attested_age = before
        return False
    leave(turn)
    return True


def _prove(turn: Turn, purpose: str, granted: bool, shown: str, version: str, topic: str = "") -> None:
    text_hash = hashlib.sha256(shown.encode()).hexdigest()
    turn.db.append(
        Consent,
        participant_id=turn.participant_id,
        purpose=purpose,
        granted=granted,
        version=version,
        text_hash=text_hash,
        topic=topic,
        language=turn.language,
        channel=turn.channel,
        inbound_id=turn.inbound_id,
        given_at=turn.now,
    )
    record(
        turn.db,
        actor=turn.actor,
        action="consent_given" if granted else "consent_refused",
        subject=f"topic:{topic}" if topic else purpose,
        at=turn.now,
        detail={"version": version, "text_hash": text_hash, "language": turn.language},
    )
