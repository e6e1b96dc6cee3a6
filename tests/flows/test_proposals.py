"""Decidim's rules for proposals, one by one and to the character, and the town's answer."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import select

from flows.participation import proposals
from flows.participation.proposals import Draft, check_body, check_category, check_place, check_title
from flows.participation.refusal import Reason, Refused
from storage.audit import Entry
from storage.follows import Follow
from storage.happenings import Happening
from storage.proposals import Proposal, proposal_of_reference
from tests.flows.hall import BODY, IDEAS, RULES, SHADE, TITLE, Citizen, vilanova
from tests.towns import local

DRAFT = Draft(TITLE, BODY)


def long(length: int) -> str:
    return ("Trees " * length)[: length - 1] + "x"


def why(rule: Callable[[], object]) -> Reason | None:
    """The reason of the refusal; None where the rule accepts."""
    try:
        rule()
    except Refused as refused:
        return refused.reason
    return None


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("", Reason.TITLE_TOO_SHORT),
        (long(14), Reason.TITLE_TOO_SHORT),
        (long(15), None),
        (f"  {long(14)}  ", Reason.TITLE_TOO_SHORT),
        (f"{long(13)}\u200b\u202e\u200b", Reason.TITLE_TOO_SHORT),
        (long(150), None),
        (long(151), Reason.TITLE_TOO_LONG),
        ("TREES IN THE SQUARE", Reason.TOO_MANY_CAPITALS),
        ("Trees in the square!!", Reason.TOO_MANY_MARKS),
        ("trees in the square", Reason.STARTS_IN_LOWERCASE),
    ],
)
def test_a_title_keeps_each_rule(title: str, reason: Reason | None) -> None:
    assert why(lambda: check_title(title)) is reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (long(14), Reason.BODY_TOO_SHORT),
        (long(15), None),
        (long(200), None),
        (long(201), Reason.BODY_TOO_LONG),
        ("What: … Why: …", Reason.BODY_TOO_SHORT),
        ("What: … Why: … (ca)", Reason.BODY_IS_TEMPLATE),
        ("What: …  Why:\n… (es)", Reason.BODY_IS_TEMPLATE),
        ("What: … Why: … because", None),
        ("WE WANT MORE SHADE HERE", Reason.TOO_MANY_CAPITALS),
        ("We want shade?!", Reason.TOO_MANY_MARKS),
        ("we want shade here", Reason.STARTS_IN_LOWERCASE),
    ],
)
def test_a_text_keeps_each_rule(body: str, reason: Reason | None) -> None:
    assert why(lambda: check_body(body, SHADE)) is reason


def test_the_length_of_the_text_is_the_processs_own() -> None:
    longer = replace(SHADE, proposals=replace(RULES, length=500))
    assert why(lambda: check_body(long(500), longer)) is None
    assert why(lambda: check_body(long(501), longer)) is Reason.BODY_TOO_LONG


def test_a_refusal_counts_what_is_missing_or_too_much() -> None:
    with pytest.raises(Refused) as refused:
        check_title(long(12))
    assert refused.value.facts == {"length": 12, "least": 15, "count": 3}
    with pytest.raises(Refused) as refused:
        check_body(long(230), SHADE)
    assert refused.value.facts == {"length": 230, "most": 200, "count": 30}


def test_category_and_place_are_checked() -> None:
    assert why(lambda: check_category("trees", SHADE)) is None
    assert why(lambda: check_category("", SHADE)) is None
    assert why(lambda: check_category("roads", SHADE)) is Reason.CATEGORY_UNKNOWN
    assert why(lambda: check_place("x" * 200)) is None
    assert why(lambda: check_place("x" * 201)) is Reason.PLACE_TOO_LONG


def test_a_proposal_is_published_whole(member: Citizen) -> None:
    draft = Draft(f" {TITLE} ", BODY, "trees", "Main\nsquare")
    reference = member.act(lambda turn: proposals.submit(turn, "shade", draft).reference)
    assert re.fullmatch(r"VIL-PROP-2026-11-\d{4}", reference)

    def kept(found: Proposal | None) -> tuple[object, ...]:
        assert found is not None
        assert re.fullmatch("[a-z2-7]{16}", found.code)
        return (found.title, found.body, found.category, found.place, found.author_name, found.process, found.phase)

    expected = (TITLE, BODY, "trees", "Main square", "Marta", "shade", "ideas")
    assert member.act(lambda turn: kept(proposal_of_reference(turn.db, reference))) == expected
    subject = f"proposal:{reference}"
    happened = member.act(lambda turn: [(each.kind, each.subject) for each in turn.db.all(select(Happening))])
    assert happened == [("proposal_published", subject)]
    assert member.act(lambda turn: turn.db.find(Follow, turn.participant_id, subject) is not None)
    entries = member.act(lambda turn: [(each.action, each.actor) for each in turn.db.all(select(Entry))])
    assert ("proposal_published", f"participant:{member.id}") in entries


def test_a_proposal_keeps_the_phase_it_was_made_in(member: Citizen) -> None:
    past = replace(IDEAS, slug="past", starts_at=local("2026-10-01 00:00"), ends_at=IDEAS.starts_at)
    member.town = vilanova(replace(SHADE, phases=(past, IDEAS)))
    assert member.act(lambda turn: proposals.submit(turn, "shade", DRAFT).phase) == "ideas"


def test_the_month_of_a_reference_is_the_towns(member: Citizen) -> None:
    member.now = local("2026-12-01 00:30")
    reference = member.act(lambda turn: proposals.submit(turn, "shade", DRAFT).reference)
    assert reference.startswith("VIL-PROP-2026-12-")


def test_a_reference_grows_where_all_are_taken(member: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _: 42)
    taken = [member.act(lambda turn: proposals.submit(turn, "shade", DRAFT).reference) for _ in range(2)]
    assert taken == ["VIL-PROP-2026-11-0042", "VIL-PROP-2026-11-00042"]


def test_everything_is_checked_again_when_it_is_submitted(member: Citizen) -> None:
    def submitted(draft: Draft = DRAFT, process: str = "shade") -> Reason | None:
        return why(lambda: member.act(lambda turn: proposals.submit(turn, process, draft)))

    assert submitted(Draft("short", BODY)) is Reason.TITLE_TOO_SHORT
    assert submitted(Draft(TITLE, "small")) is Reason.BODY_TOO_SHORT
    assert submitted(Draft(TITLE, BODY, "roads")) is Reason.CATEGORY_UNKNOWN
    assert submitted(process="unknown") is Reason.SPACE_UNKNOWN
    member.now = local("2026-12-04 00:00")
    assert submitted() is Reason.ALLOWED_UNTIL
    member.now = local("2026-12-03 23:59:59")
    assert submitted() is None


def test_nothing_is_published_for_who_has_not_said_what_is_needed(citizen: Citizen) -> None:
    refused = why(lambda: citizen.act(lambda turn: proposals.submit(turn, "shade", DRAFT)))
    assert refused is Reason.AGE_NOT_ATTESTED
    assert citizen.act(lambda turn: turn.db.count(select(Proposal))) == 0


def test_the_limit_is_per_person_and_leaves_out_what_was_withdrawn(member: Citizen, now: datetime) -> None:
    def submitted() -> Reason | None:
        return why(lambda: member.act(lambda turn: proposals.submit(turn, "shade", DRAFT)))

    assert [submitted(), submitted(), submitted()] == [None, None, Reason.LIMIT_REACHED]

    member.act(lambda turn: setattr(turn.db.all(select(Proposal))[0], "withdrawn_at", now))
    assert [submitted(), submitted()] == [None, Reason.LIMIT_REACHED]
    member.town = vilanova(replace(SHADE, proposals=replace(RULES, limit=0)))
    assert submitted() is None


def test_the_towns_answer_is_published(member: Citizen) -> None:
    reference = member.act(lambda turn: proposals.submit(turn, "shade", DRAFT).reference)

    def answer(state: str = "accepted", **words: str) -> Reason | None:
        return why(
            lambda: member.act(
                lambda turn: proposals.publish_answer(
                    turn.db, reference.lower(), state, words, now=turn.now, actor="staff:Mercè"
                )
            )
        )

    assert answer(ca="  ") is Reason.ANSWER_EMPTY
    assert answer("lost", ca="Sí") is Reason.STATE_UNKNOWN
    assert answer(ca="Sí, ho farem.", es=" ") is None

    def kept(proposal: Proposal | None) -> tuple[object, ...]:
        assert proposal is not None
        return proposal.state, proposal.state_published_at, proposal.answered_at, proposal.answer

    expected = ("accepted", member.now, member.now, {"ca": "Sí, ho farem."})
    assert member.act(lambda turn: kept(proposal_of_reference(turn.db, reference))) == expected
    kinds = member.act(lambda turn: [each.kind for each in turn.db.all(select(Happening).order_by("id"))])
    assert kinds == ["proposal_published", "proposal_answered"]
    entries = member.act(lambda turn: [(each.action, each.actor, each.detail) for each in turn.db.all(select(Entry))])
    assert ("proposal_answered", "staff:Mercè", {"state": "accepted", "languages": ["ca"]}) in entries


def test_another_towns_reference_is_unknown(member: Citizen) -> None:
    reference = member.act(lambda turn: proposals.submit(turn, "shade", DRAFT).reference)
    other = Citizen(member.store, vilanova(id="sant-pau"), member.now)
    refused = why(
        lambda: other.act(
            lambda turn: proposals.publish_answer(turn.db, reference, "accepted", {"ca": "Sí"}, now=turn.now)
        )
    )
    assert refused is Reason.PROPOSAL_UNKNOWN
