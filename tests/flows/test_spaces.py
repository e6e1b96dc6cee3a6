"""Where a process stands, what can be done in it, and why not."""

from dataclasses import replace
from datetime import datetime

import pytest

from flows.participation.process import Action, Process, Standing
from flows.participation.refusal import Reason, Refused
from flows.participation.spaces import (
    by_standing,
    check_can_answer,
    check_can_propose,
    possible_in,
    possible_now,
    visible_process,
    visible_processes,
)
from storage.tenants import Approval
from tests.flows.hall import CHOICE, IDEAS, PARK, SHADE, Citizen, vilanova
from tests.towns import local

BEFORE, FIRST, LAST, AFTER = "2026-10-31 23:59:59", "2026-11-01 00:00", "2026-12-03 23:59:59", "2026-12-04 00:00"


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        (BEFORE, Standing.UPCOMING),
        (FIRST, Standing.OPEN),
        (LAST, Standing.OPEN),
        (AFTER, Standing.BETWEEN_PHASES),
        ("2027-01-11 00:00", Standing.OPEN),
        ("2027-02-01 00:00", Standing.CLOSED),
    ],
)
def test_a_process_stands_somewhere_to_the_second(moment: str, standing: Standing) -> None:
    assert SHADE.standing_at(local(moment)) is standing


@pytest.mark.parametrize(
    ("moment", "reason", "facts"),
    [
        (BEFORE, Reason.NOT_BEGUN, {"opens_on": IDEAS.starts_at, "phase": IDEAS.title}),
        (AFTER, Reason.ALLOWED_UNTIL, {"last_day": IDEAS.ends_at}),
        ("2027-01-11 00:00", Reason.ALLOWED_BEFORE, {"last_day": IDEAS.ends_at, "phase": CHOICE.title}),
        ("2027-02-01 00:00", Reason.ENDED, {"last_day": CHOICE.ends_at}),
    ],
)
def test_a_closed_door_names_the_phase_and_the_day(moment: str, reason: Reason, facts: dict[str, object]) -> None:
    for check in (check_can_propose, lambda process, now: check_can_answer(process, "park", now)):
        with pytest.raises(Refused) as refused:
            check(SHADE, local(moment))
        assert refused.value.reason is reason
        assert facts.items() <= refused.value.facts.items()


def test_between_two_phases_the_next_is_named_where_it_opens_the_door_again() -> None:
    again = replace(SHADE, phases=(IDEAS, replace(CHOICE, allows=IDEAS.allows)))
    with pytest.raises(Refused) as refused:
        check_can_propose(again, local(AFTER))
    assert refused.value.reason is Reason.BETWEEN_PHASES
    assert {"opens_on": CHOICE.starts_at, "phase": CHOICE.title}.items() <= refused.value.facts.items()


@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_the_door_is_open_from_the_first_second_to_the_last(moment: str) -> None:
    assert check_can_propose(SHADE, local(moment)) is IDEAS
    assert check_can_answer(SHADE, "park", local(moment)) is IDEAS


def test_where_one_phase_follows_another_the_new_one_rules_from_its_first_second() -> None:
    process = replace(SHADE, phases=(IDEAS, replace(CHOICE, starts_at=IDEAS.ends_at)))
    with pytest.raises(Refused) as refused:
        check_can_propose(process, local(AFTER))
    assert refused.value.reason is Reason.ALLOWED_BEFORE


def test_a_later_phase_that_allows_it_is_named() -> None:
    process = replace(
        SHADE, phases=(replace(IDEAS, allows=frozenset()), replace(CHOICE, allows=frozenset({Action.PROPOSE})))
    )
    with pytest.raises(Refused) as refused:
        check_can_propose(process, local(FIRST))
    assert refused.value.reason is Reason.ALLOWED_LATER
    assert refused.value.facts["opens_on"] == CHOICE.starts_at


def test_what_no_phase_allows_has_no_date() -> None:
    process = replace(SHADE, phases=(replace(IDEAS, allows=frozenset()),))
    with pytest.raises(Refused) as refused:
        check_can_propose(process, local(FIRST))
    assert refused.value.reason is Reason.NEVER_ALLOWED


def test_a_phase_without_an_end_stays_open() -> None:
    process = replace(SHADE, phases=(replace(IDEAS, ends_at=None),))
    assert check_can_propose(process, local("2040-01-01 00:00")).slug == "ideas"


def test_processes_come_open_first_then_what_opens_then_what_ended() -> None:
    now = local("2026-11-25 10:00")
    ended = replace(SHADE, slug="ended", phases=(replace(IDEAS, ends_at=local("2026-11-20 00:00")),))
    upcoming = replace(SHADE, slug="upcoming", phases=(CHOICE,))
    between = replace(SHADE, slug="between", phases=(*ended.phases, CHOICE))
    sooner = replace(SHADE, slug="sooner", phases=(replace(IDEAS, ends_at=local("2026-11-26 00:00")),))
    endless = replace(SHADE, slug="endless", phases=(replace(IDEAS, ends_at=None),))
    ordered = by_standing((ended, upcoming, endless, SHADE, between, sooner), now)
    assert [each.slug for each in ordered] == ["sooner", "shade", "endless", "between", "upcoming", "ended"]


def test_what_can_be_done_is_told(citizen: Citizen, now: datetime) -> None:
    possible = possible_in(SHADE, citizen.town, now)
    assert possible is not None
    assert (possible.can_propose, possible.surveys) == (True, (PARK,))
    later = local("2027-01-11 00:00")
    resting = possible_in(SHADE, citizen.town, later)
    assert resting is not None
    assert (resting.can_propose, resting.surveys) == (False, ())
    assert citizen.act(lambda turn: possible_now(turn.db, turn.town, local(AFTER))) == []


def test_a_supervised_process_waits_for_approval(citizen: Citizen, now: datetime) -> None:
    supervised = replace(SHADE, slug="first", is_supervised=True)
    citizen.town = vilanova(SHADE, supervised)

    def slugs() -> list[str]:
        return citizen.act(lambda turn: [each.slug for each in visible_processes(turn.db, turn.town)])

    def read() -> Process:
        return citizen.act(lambda turn: visible_process(turn.db, turn.town, "first"))

    assert slugs() == ["shade"]
    with pytest.raises(Refused):
        read()
    approval = Approval(tenant_id="vilanova", space="first", approved_by="Mercè", approved_at=now)
    citizen.act(lambda turn: turn.db.add(approval))
    assert slugs() == ["shade", "first"]
    assert read() == supervised
