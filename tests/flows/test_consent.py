"""The gate before the first write, and the proof of what was said."""

import hashlib
from dataclasses import replace

import pytest
from sqlmodel import select

from flows.participation import consent, people, proposals
from flows.participation.consent import Missing
from flows.participation.proposals import Draft
from flows.participation.refusal import Reason, Refused
from flows.turn import Turn
from storage.audit import Consent, Entry, consents_of
from storage.database import Db
from storage.participants import Participant, Session
from storage.proposals import Proposal
from tests.flows.hall import BODY, TITLE, Citizen
from tests.towns import said


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_what_is_missing_is_asked_one_thing_at_a_time(citizen: Citizen) -> None:
    def missing() -> Missing | None:
        return citizen.act(lambda turn: consent.missing(turn, 16))

    assert missing() is Missing.AGE
    citizen.act(lambda turn: consent.attest_age(turn, 16, "16?"))
    assert missing() is Missing.TERMS
    citizen.act(consent.accept_terms)
    assert missing() is Missing.NAME
    assert citizen.act(lambda turn: consent.missing(turn, 16, needs_name=False)) is Missing.UPDATES
    citizen.act(lambda turn: people.choose_name(turn, "Marta"))
    assert missing() is Missing.UPDATES
    citizen.act(lambda turn: consent.choose_updates(turn, False, "News?"))
    assert missing() is None


def test_new_terms_are_accepted_again(member: Citizen) -> None:
    assert member.act(consent.missing) is None
    member.town = replace(member.town, terms=replace(member.town.terms, version="2"))
    assert member.act(consent.missing) is Missing.TERMS
    with pytest.raises(Refused) as refused:
        member.act(consent.check)
    assert refused.value.reason is Reason.TERMS_NOT_ACCEPTED


def test_the_age_is_never_below_the_platforms(citizen: Citizen) -> None:
    def required(minimum: int, process: int) -> int:
        citizen.town = replace(citizen.town, minimum_age=minimum)
        return citizen.act(lambda turn: consent.required_age(turn, process))

    expected = {(14, 0): 14, (0, 0): 14, (13, 12): 14, (14, 16): 16, (18, 16): 18}
    assert {ages: required(*ages) for ages in expected} == expected


def test_an_older_age_is_asked_for_anew_and_a_younger_one_is_not(citizen: Citizen) -> None:
    citizen.act(lambda turn: consent.attest_age(turn, 14, "14?"))
    assert citizen.act(lambda turn: consent.missing(turn, 16)) is Missing.AGE
    citizen.act(lambda turn: consent.attest_age(turn, 16, "16?"))
    citizen.act(lambda turn: consent.attest_age(turn, 14, "14?"))
    assert citizen.act(lambda turn: turn.participant.attested_age) == 16


def test_every_yes_and_no_leaves_its_proof(citizen: Citizen) -> None:
    def answer(turn: Turn) -> None:
        consent.attest_age(turn, 16, "Are you 16?")
        consent.accept_terms(turn)
        consent.choose_updates(turn, False, "News?")

    def kept(turn: Turn) -> tuple[list[Consent], list[Entry]]:
        return consents_of(turn.db, turn.participant_id), list(turn.db.all(select(Entry)))

    citizen.language = "ca"
    citizen.act(answer)
    proofs, entries = citizen.act(kept)
    shown = [(proof.purpose, proof.granted, proof.version, proof.text_hash) for proof in proofs]
    assert shown == [
        ("age", True, "16", sha256("Are you 16?")),
        ("terms", True, "1", sha256("Terms of use (ca)")),
        ("updates", False, "1", sha256("News?")),
    ]
    assert {(proof.language, proof.channel, proof.inbound_id, proof.given_at) for proof in proofs} == {
        ("ca", "console", "m1", citizen.now)
    }
    assert sorted((entry.action, entry.subject, entry.actor) for entry in entries) == [
        ("consent_given", "age", f"participant:{citizen.id}"),
        ("consent_given", "terms", f"participant:{citizen.id}"),
        ("consent_refused", "updates", f"participant:{citizen.id}"),
    ]


def test_a_newcomers_no_leaves_nothing(citizen: Citizen) -> None:
    citizen.act(lambda turn: people.choose_language(turn, "ca"))

    def refuse(turn: Turn) -> tuple[bool, bool]:
        return consent.refuse(turn, 16), turn.has_left

    def left(db: Db) -> list[int]:
        return [db.count(select(model)) for model in (Participant, Session, Consent, Entry)]

    assert citizen.act(refuse) == (True, True)
    assert citizen.store.run("vilanova", left) == [0, 0, 0, 0]


def test_taking_back_a_yes_leaves_nothing_either(citizen: Citizen) -> None:
    citizen.act(lambda turn: consent.attest_age(turn, 16, "16?"))
    assert citizen.act(lambda turn: consent.refuse(turn, 16))
    assert citizen.store.run("vilanova", lambda db: db.count(select(Consent))) == 0


def test_what_was_published_outlives_who_takes_back_their_age(member: Citizen) -> None:
    member.act(lambda turn: proposals.submit(turn, "shade", Draft(TITLE, BODY)))
    assert member.act(lambda turn: consent.refuse(turn, 16))
    kept = member.store.run("vilanova", lambda db: [each.author_id for each in db.all(select(Proposal))])
    assert kept == [None]


def test_who_takes_part_at_a_lower_age_stays(citizen: Citizen) -> None:
    citizen.act(lambda turn: consent.attest_age(turn, 14, "14?"))
    citizen.act(consent.accept_terms)
    assert not citizen.act(lambda turn: consent.refuse(turn, 16))
    assert citizen.act(lambda turn: turn.participant.attested_age) == 14


def test_taking_back_a_higher_age_is_no_way_to_answer_twice(citizen: Citizen) -> None:
    citizen.act(lambda turn: consent.attest_age(turn, 14, "14?"))
    citizen.act(consent.accept_terms)
    citizen.act(lambda turn: consent.attest_age(turn, 16, "16?"))
    assert not citizen.act(lambda turn: consent.refuse(turn, 16))
    assert citizen.act(lambda turn: turn.participant.attested_age) == 14
    assert citizen.store.run("vilanova", lambda db: sorted(each.version for each in db.all(select(Consent)))) == [
        "1",
        "14",
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("M", Reason.NAME_TOO_SHORT),
        ("Ma", None),
        ("M" * 60, None),
        ("M" * 61, Reason.NAME_TOO_LONG),
        ("600 000 001", Reason.NAME_IS_CONTACT),
        ("Call +34-600.000.001", Reason.NAME_IS_CONTACT),
        ("Marta ٦٠٠٠٠٠٠٠١", Reason.NAME_IS_CONTACT),
        ("marta@example.org", Reason.NAME_IS_CONTACT),
        ("@marta", Reason.NAME_IS_CONTACT),
        ("t.me/marta", Reason.NAME_IS_CONTACT),
        ("https://example.org", Reason.NAME_IS_CONTACT),
        ("Marta\u202e", Reason.NAME_HAS_HIDDEN),
        ("Mar\u200bta", Reason.NAME_HAS_HIDDEN),
        ("12345", Reason.NAME_WITHOUT_LETTERS),
        ("🙂🙂", Reason.NAME_WITHOUT_LETTERS),
        ("Ajuntament de Vallfosca", Reason.NAME_IS_OFFICIAL),
        ("AYUNTAMIENTO", Reason.NAME_IS_OFFICIAL),
        ("Ａlcaldía", Reason.NAME_IS_OFFICIAL),
        ("Vállfosca (CA)", Reason.NAME_IS_OFFICIAL),
        ("Mar de Vallfosca", None),
        ("Marta Alcalde Mayor", None),
        ("Marta 1984", None),
        ("La veïna del 5è", None),
        ("O'Neill-Puig", None),
    ],
)
def test_a_public_name_reaches_nobody(name: str, reason: Reason | None) -> None:
    if reason is None:
        assert people.check_name(f" {name} ", said("Vallfosca")) == name
        return
    with pytest.raises(Refused) as refused:
        people.check_name(name, said("Vallfosca"))
    assert refused.value.reason is reason
